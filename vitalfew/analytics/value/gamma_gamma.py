"""What an order of each customer is worth if that does not depend on how often it orders: the Gamma-Gamma model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln, polygamma

from vitalfew.analytics.refusals import (
    NothingVaries,
    above_zero,
    at_least,
    finite,
    in_order,
    same_length,
    varies,
)

Floats = NDArray[np.float64]

FEWEST = 10
# Beyond these the likelihood has no peak: all customers, or all orders of a customer, are worth the same.
WIDEST_LOG = 12.0
# The rank correlation of count and mean value must be told from none to count, and be of this size to matter.
CERTAIN, MATTERS = 1.96, 0.1


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """Orders of a customer are Gamma(p, rate ν) with mean p ÷ ν, and ν differs between customers as Gamma(q, rate v).

    `v` has the unit of the values. Assumes that what an order is worth does not depend on how often a customer orders.
    Source: Fader and Hardie 2013.
    """

    p: float
    q: float
    v: float

    @property
    def population_mean(self) -> float | None:
        """Expected value of an order of a customer of whom nothing is known; None where q ≤ 1 leaves it without a mean."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else None

    def log_likelihood(self, count: Floats, mean: Floats) -> Floats:
        """Log density of each customer's mean of `count` orders, shape (customers,)."""
        shape, total = self.p * count, count * mean
        fixed = gammaln(shape + self.q) - gammaln(shape) - gammaln(self.q) + self.q * np.log(self.v)
        return np.asarray(fixed + shape * np.log(total) - np.log(mean) - (shape + self.q) * np.log(total + self.v))

    def expected_mean(self, count: Floats, mean: Floats) -> Floats:
        """Expected value of a coming order of each customer, shape (customers,); `count` 0 gives the population's.

        Raises NothingVaries where q ≤ 1 and a customer without an order is asked for.
        """
        free = self.p * count + self.q - 1
        if (free <= 0).any():
            raise NothingVaries("Without an order and with q ≤ 1 no mean exists: ask for customers with an order.")
        return np.asarray(self.p * (self.v + count * mean) / free)

    def worth(self, count: Floats, mean: Floats, kept: Floats | float = 1.0) -> GammaGammaWorth:
        """The coming orders of customers with `count` orders of `mean` value, of which `kept` stays after credits."""
        return GammaGammaWorth(self, count, mean, np.broadcast_to(np.asarray(kept, dtype=np.float64), count.shape))

    def simulate(self, count: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Mean of `count` orders of invented customers, and the true mean behind it; both (customers,)."""
        rate = rng.standard_gamma(self.q, count.size) / self.v
        return rng.standard_gamma(self.p * count) / (rate * count), self.p / rate


@dataclass(frozen=True, slots=True)
class GammaGammaWorth:
    """What the model tells of the coming orders of customers: an OrderWorth. Arrays of shape (customers,)."""

    model: GammaGamma
    count: Floats
    average: Floats
    kept: Floats

    @property
    def mean(self) -> Floats:
        """Expected net value of one order."""
        return np.asarray(self.kept * self.model.expected_mean(self.count, self.average))

    def draw(self, count: NDArray[np.int64], rng: np.random.Generator, rows: slice = slice(None)) -> Floats:
        """Draws of the net value of `count` orders, shape (customers, draws)."""
        model, known = self.model, self.count[rows, np.newaxis]
        rate = rng.standard_gamma(model.q + model.p * known, count.shape)
        rate /= model.v + known * self.average[rows, np.newaxis]
        return np.asarray(self.kept[rows, np.newaxis] * rng.standard_gamma(model.p * count) / rate)


@dataclass(frozen=True, slots=True)
class FittedGammaGamma:
    """The model, its log likelihood, and whether its assumption holds.

    `correlation` of the ranks of count and mean value (Spearman); `depends` says that it differs from none and is at
    least a tenth: then values of frequent and rare customers are mixed up, and `fit_order_value` is the better model.
    """

    model: GammaGamma
    log_likelihood: float
    customers: int
    correlation: float
    depends: bool


def fit_gamma_gamma(*, count: Floats, mean: Floats) -> FittedGammaGamma:
    """The parameters that make the mean order values of all customers most likely; both arrays (customers,).

    `count` orders, one at least, and their `mean` value; the literature leaves out the first order of each customer.
    Raises NotAlike, NothingThere, TooFew, NotFinite, BelowZero, OutOfOrder, NothingVaries. Source: Fader and Hardie 2013.
    """
    from scipy.optimize import minimize  # reason: loading it takes longer than most answers of this room

    at_least(same_length(count=count, mean=mean), FEWEST, "customers with an order")
    finite(count=count, mean=mean)
    above_zero(count=count, mean=mean)
    in_order(count < 1, "A mean value comes from one order at least")
    varies(mean=mean)
    unit = float(np.exp(np.log(mean).mean()))
    likelihood = _Likelihood.of(count, mean / unit)
    found = minimize(likelihood.cost, np.log([1.5, 2.5, 1.0]), jac=True, hess=likelihood.curve, method="trust-exact")
    if np.abs(found.x).max() > WIDEST_LOG or np.abs(found.jac).max() > 1e-4:
        raise NothingVaries(
            "The order values of customers, or of one customer, hardly differ, and no Gamma-Gamma model is the most "
            "likely: use fit_order_value instead."
        )
    p, q, v = (float(one) for one in np.exp(found.x))
    model = GammaGamma(p, q, v * unit)
    correlation, depends = _dependence(count, mean)
    return FittedGammaGamma(model, float(model.log_likelihood(count, mean).sum()), count.size, correlation, depends)


@dataclass(frozen=True, slots=True)
class _Likelihood:
    """The log likelihood for customers, cut down to what it needs: each count once, totals and three sums."""

    count: Floats
    weight: Floats
    each: Floats
    total: Floats
    sum_log_mean: float
    sum_count_log_total: float

    @staticmethod
    def of(count: Floats, mean: Floats) -> _Likelihood:
        once, weight = np.unique(count, return_counts=True)
        total = count * mean
        sums = (float(np.log(mean).sum()), float((count * np.log(total)).sum()))
        return _Likelihood(once, weight.astype(np.float64), count, total, *sums)

    def cost(self, logs: Floats) -> tuple[float, Floats]:
        """Mean negative log likelihood and its slope in the logarithms of p, q and v."""
        p, q, v = np.exp(logs)
        x, w, n = self.count, self.weight, self.each.size
        reach, log_reach = self.total + v, np.log(self.total + v)
        power = p * self.each + q
        gammas = gammaln(p * x + q) - gammaln(p * x) - gammaln(q)
        value = (w * gammas).sum() + n * q * logs[2] - self.sum_log_mean + p * self.sum_count_log_total
        value -= power @ log_reach
        psi = digamma(p * x + q)
        slope_p = (w * x * (psi - digamma(p * x))).sum() + self.sum_count_log_total - self.each @ log_reach
        slope_q = (w * (psi - digamma(q))).sum() + n * logs[2] - log_reach.sum()
        slope_v = n * q / v - (power / reach).sum()
        return -float(value) / n, -np.array([p * slope_p, q * slope_q, v * slope_v]) / n

    def curve(self, logs: Floats) -> Floats:
        """Second derivatives of the cost in the logarithms, shape (3, 3)."""
        p, q, v = np.exp(logs)
        x, w, n = self.count, self.weight, self.each.size
        reach, power = self.total + v, p * self.each + q
        psi = polygamma(1, p * x + q)
        pp = (w * x**2 * (psi - polygamma(1, p * x))).sum()
        pq, qq = (w * x * psi).sum(), (w * psi).sum() - n * polygamma(1, q)
        pv, qv = -(self.each / reach).sum(), n / v - (1 / reach).sum()
        vv = -n * q / v**2 + (power / reach**2).sum()
        whole = np.array([[pp, pq, pv], [pq, qq, qv], [pv, qv, vv]])
        scale = np.array([p, q, v])
        return np.asarray(-whole * np.outer(scale, scale) / n + np.diag(self.cost(logs)[1]))


def _dependence(count: Floats, mean: Floats) -> tuple[float, bool]:
    """Rank correlation of count and mean, and whether it is certain and large enough to matter."""
    ranks = np.array([_ranks(count), _ranks(mean)])
    if np.ptp(ranks[0]) == 0:
        return 0.0, False
    correlation = float(np.corrcoef(ranks)[0, 1])
    certain = abs(correlation) * np.sqrt(count.size - 1) > CERTAIN
    return correlation, bool(certain and abs(correlation) >= MATTERS)


def _ranks(values: Floats) -> Floats:
    """Ranks from 1, equals sharing the mean of theirs."""
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(times) - (times - 1) / 2)[place])
