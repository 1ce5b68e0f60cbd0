"""Customers who order at random moments and stop at a random moment, whether they order or not: the Pareto/NBD.

While active a customer orders at its own steady rate, irregularly; its lifetime is exponential with its own rate of
leaving. Order rates differ between customers as Gamma(r, alpha), rates of leaving as Gamma(s, beta), independently.
Unlike Regular a customer may leave between two orders, and log gaps carry no information.
Source: Schmittlein, Morrison and Colombo 1987; the integral over the moment of leaving is taken numerically (decay),
so that buyers with hundreds of orders keep all digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln

from vitalfew.analytics.refusals import above_zero
from vitalfew.analytics.repeat.decay import Decay
from vitalfew.analytics.repeat.orders import Floats, Orders, check_rows

Ints = NDArray[np.int64]
AT_ONCE = 8_192


@dataclass(frozen=True, slots=True)
class Pareto:
    """Parameters of a firm's customers: orders a week ~ Gamma(r, alpha), rate of leaving a week ~ Gamma(s, beta)."""

    r: float
    alpha: float
    s: float
    beta: float

    def __post_init__(self) -> None:
        above_zero(**{name: np.array([getattr(self, name)]) for name in ("r", "alpha", "s", "beta")})

    def log_likelihood(self, orders: Orders) -> Floats:
        """Log density of each customer's orders, shape (customers,)."""
        shape = self.r + orders.repeats
        shared = gammaln(shape) - gammaln(self.r) + self.r * np.log(self.alpha)
        return np.asarray(shared + np.logaddexp(self._log_active(orders), self._log_stopped(orders)))

    def chance_active(self, orders: Orders) -> Floats:
        """Chance that each customer has not stopped for good, shape (customers,)."""
        return np.asarray(expit(self._log_active(orders) - self._log_stopped(orders)))

    def expected_orders(self, orders: Orders, weeks: float | Floats) -> Floats:
        """Orders expected in the next `weeks`, shape (customers,)."""
        rate = (self.r + orders.repeats) / (self.alpha + orders.age)
        return self.chance_active(orders) * rate * self._weeks_active(orders, weeks)

    def chance_of_order(self, orders: Orders, weeks: float | Floats) -> Floats:
        """Chance of at least one order in the next `weeks`, shape (customers,)."""
        shape, known = self.r + orders.repeats, self.alpha + orders.age
        return self.chance_active(orders) * self._chance_if_active(shape, known, orders, weeks)

    def draw(self, orders: Orders, weeks: float | Floats, draws: int, rng: np.random.Generator) -> Ints:
        """Draws of the number of orders in the next `weeks`, shape (customers, draws)."""
        size = (orders.age.size, draws)
        active = rng.random(size) < self.chance_active(orders)[:, np.newaxis]
        rate = rng.standard_gamma((self.r + orders.repeats)[:, np.newaxis], size)
        rate /= (self.alpha + orders.age)[:, np.newaxis]
        leaving = rng.standard_gamma(self.s, size) / (self.beta + orders.age)[:, np.newaxis]
        span = np.broadcast_to(np.asarray(weeks, dtype=np.float64), orders.age.shape)[:, np.newaxis]
        stay = np.minimum(rng.standard_exponential(size) / np.maximum(leaving, 1e-300), span)
        return np.asarray(np.where(active, rng.poisson(rate * stay), 0))

    def simulate(self, ages: Floats, rng: np.random.Generator) -> Orders:
        """Orders of new customers whose first order lies `ages` back, shape (customers,)."""
        rate = rng.gamma(self.r, 1 / self.alpha, ages.size)
        leaving = rng.gamma(self.s, 1 / self.beta, ages.size)
        stay = np.minimum(rng.standard_exponential(ages.size) / np.maximum(leaving, 1e-300), ages)
        repeats = rng.poisson(rate * stay)
        last = stay * rng.random(ages.size) ** (1 / np.maximum(repeats, 1)) * (repeats > 0)
        return Orders(repeats.astype(np.float64), last, ages.astype(np.float64), _log_gaps(repeats, last, rng))

    def _log_active(self, orders: Orders) -> Floats:
        check_rows(orders=orders)
        stay = self.s * np.log1p(orders.age / self.beta)
        return np.asarray(-(self.r + orders.repeats) * np.log(self.alpha + orders.age) - stay)

    def _log_stopped(self, orders: Orders) -> Floats:
        found = np.empty(orders.age.size)
        for rows in pieces(orders.age.size):
            found[rows] = self.leaving(orders.at(rows)).log_integral()
        return np.asarray(found + np.log(self.s) + self.s * np.log(self.beta))

    def leaving(self, orders: Orders) -> Decay:
        """The density of having left u weeks after the last order, up to what does not depend on u."""
        return Decay(
            a=self.alpha + orders.last,
            p=self.r + orders.repeats,
            b=self.beta + orders.last,
            q=np.full(orders.age.size, self.s + 1),
            span=orders.age - orders.last,
        )

    def _weeks_active(self, orders: Orders, weeks: float | Floats) -> Floats:
        """Weeks of the next `weeks` that an active customer stays, on average; smooth where s is 1."""
        known, less = self.beta + orders.age, self.s - 1
        gone = np.log1p(weeks / known)
        return np.asarray(known * gone * _mean_decay(less * gone))

    def _chance_if_active(self, shape: Floats, known: Floats, orders: Orders, weeks: float | Floats) -> Floats:
        """The first order comes u weeks from now and the customer is still there: integrated over u."""
        span = np.broadcast_to(np.asarray(weeks, dtype=np.float64), orders.age.shape)
        staying, found = self.beta + orders.age, np.empty(orders.age.size)
        for rows in pieces(orders.age.size):
            soon = Decay(known[rows], shape[rows] + 1, staying[rows], np.full(known[rows].size, self.s), span[rows])
            found[rows] = soon.log_integral()
        return np.exp(found + np.log(shape) + shape * np.log(known) + self.s * np.log(staying))


def pieces(rows: int) -> Iterator[slice]:
    """Slices that together are all rows, each small enough for the processor's cache."""
    return (slice(start, start + AT_ONCE) for start in range(0, rows, AT_ONCE))


def _mean_decay(x: Floats) -> Floats:
    """(1 - exp(-x)) / x, which is 1 at 0."""
    nonzero = np.where(x == 0, 1.0, x)
    return np.where(x == 0, 1.0, -np.expm1(-nonzero) / nonzero)


def _log_gaps(repeats: Ints, last: Floats, rng: np.random.Generator) -> Floats:
    """Moments drawn at random between the first order and the last cut that time into gaps like exponential draws."""
    those = np.flatnonzero(repeats)
    found = np.zeros(repeats.size)
    if those.size:
        count = repeats[those]
        parts = rng.standard_exponential(int(count.sum()))
        starts = np.concatenate(([0], np.cumsum(count)[:-1]))
        whole = np.add.reduceat(parts, starts)
        found[those] = np.add.reduceat(np.log(parts), starts) + count * np.log(last[those] / whole)
    return found
