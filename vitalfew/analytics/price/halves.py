"""Whether differences between accounts last: the earlier half of the time beside the later, and what that leaves of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from vitalfew.analytics.price.shrink import LEAST_VARIANCE, Belief, Shrunk, fitted_middle, shrunk

Floats = NDArray[np.float64]

FEWEST = 5


@dataclass(frozen=True, slots=True)
class Slopes:
    """One noisy slope for each account; arrays of shape (accounts,), halves of shape (2, accounts).

    The halves are the earlier and the later months, fitted on their own. Where the price of what an account buys never
    moved, its variance is infinite and its slope 0.
    """

    slope: Floats
    variance: Floats
    halves: Floats
    halves_variance: Floats

    def over(self, divisor: float) -> Slopes:
        """All slopes divided by one number."""
        square = divisor**2
        return Slopes(
            self.slope / divisor, self.variance / square, self.halves / divisor, self.halves_variance / square
        )

    def less(self, offset: Floats) -> Slopes:
        """Slopes less an offset of each account."""
        return Slopes(self.slope - offset, self.variance, self.halves - offset, self.halves_variance)


def silent(accounts: int) -> Slopes:
    """Slopes of accounts of which nothing is known."""
    none, unknown = np.zeros((3, accounts)), np.full((3, accounts), np.inf)
    return Slopes(none[0], unknown[0], none[1:], unknown[1:])


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two halves of the time agree on who differs: the covariance of their estimates and its standard error.

    `reliability` is that covariance over the variance of the estimates from the whole time, 0 to 1: the share of the
    differences seen between accounts that is real and lasts.
    """

    covariance: float
    error: float
    reliability: float

    @property
    def real(self) -> bool:
        """Whether accounts differ at all, at the 5 % level."""
        return self.covariance > 1.645 * self.error


@dataclass(frozen=True, slots=True)
class Drawn:
    """Slopes drawn in: how far their halves agree, which share of the differences lasts, what is believed of each."""

    agreed: Agreement
    lasting: float
    shrunk: Shrunk

    @property
    def apart(self) -> Floats:
        """How far each account is believed to be from the mean."""
        return self.shrunk.centre - self.shrunk.common.mean


def drawn_in(slopes: Slopes, belief: Belief, *, by_halves: bool = True) -> Drawn:
    """Slopes drawn in by their noise and, `by_halves`, by how much of their differences does not last."""
    spread = common_spread(slopes, belief)
    agreed = agreement(slopes, spread) if by_halves else Agreement(0.0, float("inf"), 0.0)
    lasting = lasting_share(agreed, spread) if by_halves else 1.0
    believed = shrunk(estimate=slopes.slope, variance=slopes.variance, lasting=lasting, belief=belief)
    return Drawn(agreed, lasting, believed)


def common_spread(slopes: Slopes, belief: Belief) -> float:
    """The sd of the true slopes beyond noise, 0 where nothing is known of any account."""
    told = np.isfinite(slopes.variance)
    if not told.any():
        return 0.0
    variance = np.maximum(slopes.variance[told], LEAST_VARIANCE)
    return fitted_middle(estimate=slopes.slope[told], variance=variance, belief=belief).spread


def agreement(slopes: Slopes, spread: float) -> Agreement:
    """Weighted covariance of the halves over the accounts of which both are known."""
    both = (np.isfinite(slopes.halves_variance) & (slopes.halves_variance > 0)).all(axis=0) & np.isfinite(
        slopes.variance
    )
    if both.sum() < FEWEST:
        return Agreement(0.0, float("inf"), 0.0)
    halves, weight = slopes.halves[:, both], 1 / (slopes.halves_variance[:, both] + spread**2)
    off = halves - (weight * halves).sum(axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True)
    joint = weight[0] * weight[1] / (weight[0] * weight[1]).sum()
    covariance = float((joint * off[0] * off[1]).sum())
    error = float(np.sqrt((joint**2 * (off[0] * off[1] - covariance) ** 2).sum()))
    # Weighed by the square of its precision as the covariance is, the variance of a whole slope is what precisions average to.
    precision = 1 / (slopes.variance[both] + spread**2)
    seen = float(precision.sum() / (precision**2).sum())
    return Agreement(covariance, error, min(max(covariance / seen, 0.0), 1.0))


def lasting_share(agreed: Agreement, spread: float) -> float:
    """The share of the true variance that lasts: the covariance of the halves over it, known to lie between 0 and 1.

    Mean of a normal cut off at both ends; where the halves cannot tell, one half.
    """
    variance = spread**2
    if not np.isfinite(agreed.error) or agreed.error > 1e3 * variance:
        return 0.5
    scale = agreed.error / variance + 1e-12
    low, high = -agreed.covariance / agreed.error, (variance - agreed.covariance) / agreed.error
    mass = ndtr(high) - ndtr(low)
    if mass < 1e-10:
        return 1.0 if agreed.covariance > variance else 0.0
    return float(agreed.covariance / variance + scale * (_bell(low) - _bell(high)) / mass)


def _bell(at: float) -> float:
    return float(np.exp(-0.5 * at**2) / np.sqrt(2 * np.pi))
