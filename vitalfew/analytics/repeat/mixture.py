"""A firm whose customers differ in regularity too: classes of customers, from irregular to clockwork, each a Regular."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from vitalfew.analytics.repeat.orders import Floats, Orders
from vitalfew.analytics.repeat.regular import Regular

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mixture:
    """`classes` of customers and the `share` of each, shape (classes,). Which class a customer is of, its gaps tell."""

    classes: tuple[Regular, ...]
    share: Floats

    def chance_of_class(self, orders: Orders) -> Floats:
        """Chance of each class given a customer's orders, shape (classes, customers)."""
        return np.asarray(softmax(self._joint(orders), axis=0))

    def regularity(self, orders: Orders) -> Floats:
        """Mean k of each customer, shape (customers,): 1 is irregular; with few orders it is near the firm's mean."""
        return self._mean(orders, lambda one, orders: np.full(orders.age.size, float(one.k)))

    def log_likelihood(self, orders: Orders) -> Floats:
        """Log density of each customer's orders, shape (customers,)."""
        return np.asarray(np.logaddexp.reduce(self._joint(orders), axis=0))

    def chance_active(self, orders: Orders) -> Floats:
        """Chance that each customer has not stopped for good, shape (customers,)."""
        return self._mean(orders, Regular.chance_active)

    def expected_orders(self, orders: Orders, weeks: float | Floats) -> Floats:
        """Orders expected in the next `weeks`, shape (customers,)."""
        return self._mean(orders, Regular.expected_orders, weeks)

    def chance_of_order(self, orders: Orders, weeks: float | Floats, classes: Floats | None = None) -> Floats:
        """Chance of at least one order in the next `weeks`, shape (customers,).

        Whoever asks often gives the chances of the `classes`, (classes, customers), which take most of the time.
        """
        return self._mean(orders, Regular.chance_of_order, weeks, classes=classes)

    def chance_of_orders(self, orders: Orders, weeks: float | Floats, most: int) -> Floats:
        """Chance of at least 1, 2, … `most` orders in the next `weeks`, shape (customers, most)."""
        chances = np.zeros((orders.age.size, most))
        for chance, one in zip(self.chance_of_class(orders), self.classes, strict=True):
            chances += chance[:, np.newaxis] * one.chance_of_orders(orders, weeks, most)
        return chances

    def most_orders(self, orders: Orders, weeks: float | Floats) -> Ints:
        """A number of orders in the next `weeks` that is never passed, shape (customers,)."""
        return np.asarray(np.max([one.most_orders(orders, weeks) for one in self.classes], axis=0))

    def pace(self, orders: Orders) -> Floats:
        """Orders a week that each customer places if it is active, shape (customers,): the posterior mean."""
        classes = self.chance_of_class(orders) * np.stack([one.chance_active(orders) for one in self.classes])
        return self._mean(orders, Regular.pace, classes=classes / np.maximum(classes.sum(axis=0), 1e-300))

    def draw(self, orders: Orders, weeks: float | Floats, draws: int, rng: np.random.Generator) -> Ints:
        """Draws of the number of orders in the next `weeks`, shape (customers, draws)."""
        upto = np.cumsum(self.chance_of_class(orders), axis=0)[:-1, :, np.newaxis]
        kind = (rng.random((orders.age.size, draws)) > upto).sum(axis=0)
        span = np.broadcast_to(np.asarray(weeks, dtype=np.float64), orders.age.shape)
        drawn = np.zeros(kind.shape, dtype=np.int64)
        for number, one in enumerate(self.classes):
            mine = kind == number
            customer = np.nonzero(mine)[0]
            drawn[mine] = one.draw(orders.at(customer), span[customer], 1, rng)[:, 0]
        return drawn

    def simulate(self, ages: Floats, rng: np.random.Generator) -> Orders:
        """Orders of new customers whose first order lies `ages` back, shape (customers,)."""
        return self.simulate_on(ages, 0.0, rng)[0]

    def simulate_on(self, ages: Floats, weeks: float, rng: np.random.Generator) -> tuple[Orders, Ints]:
        """The same, and how many orders each of them places in the `weeks` that follow, shape (customers,)."""
        kind = rng.choice(len(self.classes), ages.size, p=self.share / self.share.sum())
        columns = np.empty((4, ages.size))
        coming = np.empty(ages.size, dtype=np.int64)
        for number, one in enumerate(self.classes):
            mine = kind == number
            made, coming[mine] = one.simulate_on(ages[mine], weeks, rng)
            columns[:, mine] = (made.repeats, made.last, made.age, made.log_gaps)
        return Orders(*columns), coming

    def _joint(self, orders: Orders) -> Floats:
        likely = np.stack([one.log_likelihood(orders) for one in self.classes])
        return np.asarray(likely + np.log(self.share)[:, np.newaxis])

    def _mean(
        self,
        orders: Orders,
        question: Callable[..., Floats],
        *more: float | Floats,
        classes: Floats | None = None,
    ) -> Floats:
        """The answers of the classes, each weighted by the chance that the customer is of it."""
        chances = self.chance_of_class(orders) if classes is None else classes
        return np.asarray(sum(c * question(one, orders, *more) for c, one in zip(chances, self.classes, strict=True)))
