"""Many noisy estimates at once: what they have in common, how far they truly differ, and each drawn in by its noise.

Two-level normal model: an estimate is its truth plus noise of known variance, truths are normal around a mean.
Sources: Morris 1983 (closed-form posterior); restricted likelihood of Harville 1977; variances drawn in as Smyth 2004.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_FREEDOM = 1e6
# The likely spreads: so many points, so many standard errors either way.
POINTS, REACH = 17, 4.0
LEAST_VARIANCE = 1e-12
GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True, slots=True)
class Middle:
    """What estimates have in common: the mean of their truths, its standard error, and the sd of the truths around it."""

    mean: float
    error: float
    spread: float


@dataclass(frozen=True, slots=True)
class Belief:
    """The mean of a book before its data: normal around `mean` with sd `sd`, infinite for no belief."""

    mean: float = 0.0
    sd: float = float("inf")

    @property
    def precision(self) -> float:
        return 1.0 / self.sd**2


NO_BELIEF = Belief()


def middle(*, estimate: Floats, variance: Floats, spread: float, belief: Belief = NO_BELIEF) -> Middle:
    """The precision-weighted mean for a given spread."""
    weight = 1.0 / (variance + spread**2)
    precision = weight.sum() + belief.precision
    mean = ((weight * estimate).sum() + belief.precision * belief.mean) / precision
    return Middle(float(mean), float(precision**-0.5), spread)


def fitted_middle(*, estimate: Floats, variance: Floats, belief: Belief = NO_BELIEF) -> Middle:
    """Mean and spread by restricted likelihood; arrays (accounts,) of estimates and the variances of their noise."""
    widest = _widest(estimate, variance)

    def cost(spread: float) -> float:
        return _cost(estimate, variance, spread, belief)

    best = _lowest(cost, 0.0, widest, near=1e-7 * widest)
    best = best if cost(best) < cost(0.0) else 0.0
    return middle(estimate=estimate, variance=variance, spread=best, belief=belief)


def _lowest(cost: Callable[[float], float], low: float, high: float, *, near: float) -> float:
    """Where a cost with one valley is lowest, by golden section (Kiefer 1953): scipy's search takes longer to load."""
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = cost(left), cost(right)
    while high - low > near:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = cost(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = cost(right)
    return (low + high) / 2


def _widest(estimate: Floats, variance: Floats) -> float:
    """More than the spread can be; estimates much noisier than the best tenth hardly count."""
    weight = 1 / (variance + np.quantile(variance, 0.1))
    mean = (weight * estimate).sum() / weight.sum()
    return 3 * float(np.sqrt((weight * (estimate - mean) ** 2).sum() / weight.sum())) + 1e-9


def _cost(estimate: Floats, variance: Floats, spread: float, belief: Belief) -> float:
    """Minus the log of the restricted likelihood of a spread, the mean integrated out."""
    at = middle(estimate=estimate, variance=variance, spread=spread, belief=belief)
    total = variance + spread**2
    off = (estimate - at.mean) ** 2 / total
    pull = (at.mean - belief.mean) ** 2 * belief.precision
    return float(0.5 * (np.log(total).sum() + off.sum() + pull) - np.log(at.error))


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What is believed of each truth after its estimate; arrays of shape (accounts,), and what they have in common.

    `nobody` is the sd of the truth of an account without an estimate around the mean.
    """

    centre: Floats
    sd: Floats
    common: Middle
    nobody: float


def shrunk(*, estimate: Floats, variance: Floats, lasting: float = 1.0, belief: Belief = NO_BELIEF) -> Shrunk:
    """Each truth given its estimate, averaged over what the spread may be; an infinite variance says nothing.

    `lasting` is the share of the true variance that stays the same from one half of the time to the other. The rest
    passes as noise does, so it draws a centre further in; the sd is that of the truth of the time itself.
    """
    told = np.isfinite(variance)
    if not told.any():
        at = Middle(belief.mean, belief.sd, 0.0)
        return Shrunk(np.full(estimate.shape, at.mean), np.full(estimate.shape, at.error), at, at.error)
    own, noise = estimate[told], np.maximum(variance[told], LEAST_VARIANCE)
    best = fitted_middle(estimate=own, variance=noise, belief=belief)
    first, second, mean, square = np.zeros_like(own), np.zeros_like(own), 0.0, 0.0
    for spread, chance in zip(*_likely_spreads(own, noise, best.spread, belief), strict=True):
        at = middle(estimate=own, variance=noise, spread=spread, belief=belief)
        pull = lasting * spread**2 / (spread**2 + noise)
        centre = at.mean + pull * (own - at.mean)
        left = (1 - pull) ** 2 * (spread**2 + at.error**2) + pull**2 * noise
        first += chance * centre
        second += chance * (left + centre**2)
        mean += chance * at.mean
        square += chance * (spread**2 + at.error**2 + at.mean**2)
    centres, squares = np.full(estimate.shape, mean), np.full(estimate.shape, square)
    centres[told], squares[told] = first, second
    return Shrunk(centres, np.sqrt(np.maximum(squares - centres**2, 0.0)), best, float(np.sqrt(square - mean**2)))


def _likely_spreads(estimate: Floats, variance: Floats, best: float, belief: Belief) -> tuple[list[float], list[float]]:
    """Spreads evenly laid over all that are likely, and the chance of each; before the data all squares are alike."""
    step = 0.05 * (best + float(np.median(variance)) ** 0.5 / estimate.size**0.25) + 1e-9
    costs = [_cost(estimate, variance, abs(best + side * step), belief) for side in (-1, 0, 1)]
    bend = (costs[0] - 2 * costs[1] + costs[2]) / step**2
    width = min(bend**-0.5 if bend > 0 else np.inf, _widest(estimate, variance))
    spreads = np.linspace(max(best - REACH * width, 0.0), best + REACH * width, POINTS)
    cost = np.array([_cost(estimate, variance, float(spread), belief) for spread in spreads])
    chance = np.exp(cost.min() - cost) * spreads
    return spreads.tolist(), (chance / chance.sum()).tolist()


def moderated(*, variance: Floats, freedom: Floats) -> Floats:
    """Variances drawn towards their mean, arrays (rows,): each has `freedom` of its own, the mean as much as it deserves.

    Variances are taken for inverse gamma around their mean; how far they truly differ is read from how much further
    they scatter than their freedom explains. Rows without freedom get the mean; where no row has any, one.
    """
    whole = float(freedom.sum())
    if whole <= 0:
        return np.ones_like(variance)
    mean = float((freedom * variance).sum()) / whole
    if mean <= 0:
        return np.zeros_like(variance)
    known = freedom > 0
    own = np.where(known, freedom, 1.0)
    off = np.where(known, (variance / mean - 1) ** 2 - 2 / own, 0.0)
    differ = float((freedom * off).sum() / (freedom * (1 + 2 / own)).sum())
    prior = 2 + 2 / max(differ, 2 / MOST_FREEDOM)
    return np.asarray((prior * mean + freedom * variance) / (prior + freedom))
