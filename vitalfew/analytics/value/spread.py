"""How far the orders of each customer scatter: its own variance, shrunk to the customers' typical one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, digamma

Floats = NDArray[np.float64]

# Orders of one size, to the penny, have no variance; their logarithm needs one.
LEAST = 1e-4
ENOUGH = 10
LEAST_FREEDOM, MOST_FREEDOM = 1.0, 1e4


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
    once, weight = np.unique(free, return_counts=True)

    def cost(logs: Floats) -> tuple[float, Floats]:
        scale, freedom = np.exp(logs)
        both, share = (free + freedom) / 2, squares / (squares + scale * freedom)
        log = -np.log1p(-share)
        value = -free.sum() / 2 * (logs[0] + logs[1]) - both @ log - weight @ betaln(once / 2, freedom / 2)
        slope = (both * share - free / 2).sum()
        curved = freedom / 2 * (weight @ (digamma((once + freedom) / 2) - digamma(freedom / 2)) - log.sum())
        return -float(value) / free.size, -np.array([slope, slope + curved]) / free.size

    bounds = [(np.log(LEAST), None), (np.log(LEAST_FREEDOM), np.log(MOST_FREEDOM))]
    scale, freedom = np.exp(minimize(cost, [np.log(pooled), 1.5], jac=True, bounds=bounds, method="L-BFGS-B").x)
    return Spreads(float(scale), float(freedom))
