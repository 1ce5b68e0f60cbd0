"""How far the orders of each customer scatter: its own variance, shrunk to the customers' typical one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, digamma, polygamma

from vitalfew.analytics.repeat.newton import Slopes, climb

Floats = NDArray[np.float64]

# Orders of one size, to the penny, have no variance; their logarithm needs one.
LEAST = 1e-4
ENOUGH = 10
LEAST_FREEDOM, MOST_FREEDOM = 1.0, 1e4
# The freedom from which the search begins.
START = 4.5


@dataclass(frozen=True, slots=True)
class Spreads:
    """Variances of customers are `typical` × `freedom` ÷ χ²(`freedom`): the smaller the freedom, the more they differ."""

    typical: float
    freedom: float

    def shrunk(self, free: Floats, squares: Floats) -> tuple[Floats, Floats]:
        """Variance of each customer and its degrees of freedom, from its own sum of `squares` over `free` degrees."""
        total = self.freedom + free
        return np.maximum((self.freedom * self.typical + squares) / total, LEAST), total


def spreads(free: Floats, squares: Floats) -> Spreads:
    """The most likely spread of variances behind own sums of `squares` over `free` degrees; both arrays (customers,).

    With fewer than ten customers that have a variance all share one. Source: Smyth 2004, by likelihood instead of
    moments, because a sum of squares may be nothing.
    """
    some = free > 0
    free, squares = free[some], squares[some]
    pooled = max(float(squares.sum() / max(free.sum(), 1.0)), LEAST)
    if free.size < ENOUGH:
        return Spreads(pooled, MOST_FREEDOM)
    borders = np.log([LEAST, LEAST_FREEDOM]), np.log([np.inf, MOST_FREEDOM])
    summit = climb(_Likelihood(free, squares), np.log([pooled, START]), within=borders, near=1e-10 * free.size)
    scale, freedom = np.exp(summit.point)
    return Spreads(float(scale), float(freedom))


class _Likelihood:
    """The log likelihood of sums of `squares` over `free` degrees by the logs of `typical` and `freedom`."""

    def __init__(self, free: Floats, squares: Floats) -> None:
        self.free, self.squares = free, squares
        # Degrees are whole and few: what depends on them alone is worked out once for each.
        self.once, self.weight = np.unique(free, return_counts=True)

    def __call__(self, logs: Floats) -> Slopes:
        scale, freedom = np.exp(logs)
        both, half = (self.free + freedom) / 2, freedom / 2
        share = self.squares / (self.squares + scale * freedom)
        log, taken = -np.log1p(self.squares / (scale * freedom)), both * share
        value = both @ log - self.free.sum() / 2 * logs.sum() - self.weight @ betaln(self.once / 2, half)
        whole, bend, pull = float((taken - self.free / 2).sum()), float((taken * (1 - share)).sum()), half * share.sum()
        by_half = self.weight @ (digamma(self.once / 2 + half) - digamma(half)) + log.sum()
        by_half_twice = self.weight @ (polygamma(1, self.once / 2 + half) - polygamma(1, half))
        hessian = np.full((2, 2), -bend)
        hessian[0, 1] = hessian[1, 0] = pull - bend
        hessian[1, 1] = 2 * pull - bend + half * by_half + half**2 * by_half_twice
        return Slopes(float(value), np.array([whole, whole + half * by_half]), hessian)
