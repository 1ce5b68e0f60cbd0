"""The mean of two models that disagree on how customers leave: at an order, or at any moment between.

No ledger says when a silent customer left. The classes of Regular customers let it leave at an order and read the
rhythm; the Pareto/NBD lets it leave at any moment and reads no rhythm. Their errors differ, so their mean forecasts
better than either (Bates and Granger 1969).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.repeat.mixture_fitting import fit_mixture
from vitalfew.analytics.repeat.model import RepeatModel
from vitalfew.analytics.repeat.orders import Floats, Orders
from vitalfew.analytics.repeat.pareto_fitting import fit_pareto

# More customers than this teach a fit nothing about a firm.
ENOUGH_TO_FIT = 20_000


@dataclass(frozen=True, slots=True)
class Combined:
    """Every answer is the mean of the answers of `models`, all with equal weight whatever a customer's orders."""

    models: tuple[RepeatModel, ...]

    def log_likelihood(self, orders: Orders) -> Floats:
        """Log of the mean density of each customer's orders, shape (customers,)."""
        each = np.stack([one.log_likelihood(orders) for one in self.models])
        return np.asarray(np.logaddexp.reduce(each, axis=0) - np.log(len(self.models)))

    def chance_active(self, orders: Orders) -> Floats:
        """Chance that each customer has not stopped for good, shape (customers,)."""
        return self._mean(lambda one: one.chance_active(orders))

    def expected_orders(self, orders: Orders, weeks: float | Floats) -> Floats:
        """Orders expected in the next `weeks`, shape (customers,)."""
        return self._mean(lambda one: one.expected_orders(orders, weeks))

    def chance_of_order(self, orders: Orders, weeks: float | Floats) -> Floats:
        """Chance of at least one order in the next `weeks`, shape (customers,)."""
        return self._mean(lambda one: one.chance_of_order(orders, weeks))

    def draw(self, orders: Orders, weeks: float | Floats, draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Draws of the number of orders in the next `weeks`, shape (customers, draws): each from a model at random."""
        each = np.stack([one.draw(orders, weeks, draws, rng) for one in self.models])
        which = rng.integers(len(self.models), size=each.shape[1:])
        return np.asarray(np.take_along_axis(each, which[np.newaxis], axis=0)[0])

    def simulate(self, ages: Floats, rng: np.random.Generator) -> Orders:
        """Orders of new customers whose first order lies `ages` back, shape (customers,): each by a model at random."""
        which = rng.integers(len(self.models), size=ages.size)
        columns = np.empty((4, ages.size))
        for number, one in enumerate(self.models):
            mine = which == number
            made = one.simulate(ages[mine], rng)
            columns[:, mine] = (made.repeats, made.last, made.age, made.log_gaps)
        return Orders(*columns)

    def _mean(self, question: Callable[[RepeatModel], Floats]) -> Floats:
        return np.asarray(np.mean([question(one) for one in self.models], axis=0))


def fit_combined(*, orders: Orders, most: int = ENOUGH_TO_FIT) -> Combined:
    """Classes of regularity and the Pareto/NBD, each learned from the customers, evenly thinned where over `most`.

    Raises what fit_mixture and fit_pareto raise. Source: docs/measures/orders_expected.md; Bates and Granger 1969.
    """
    some = orders.at(slice(None, None, 1 + max(orders.age.size - 1, 0) // most))
    return Combined((fit_mixture(orders=some), fit_pareto(orders=some).model))
