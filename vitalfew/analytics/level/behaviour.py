"""What the indicators of an account say about its trait: a bell curve, because their errors are normal."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.level.grid import GRID
from vitalfew.analytics.level.indicators import Indicators
from vitalfew.analytics.level.parameters import Parameters

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shown:
    """Log likelihood of the indicators given the trait t: constant + pull × t − weight × t² / 2.

    `left` (accounts, indicators) what remains of a value without the trait's part, `sure` one over its variance, 0
    where it was not measured; `weight`, `pull` (accounts, indicators) and `constant` (accounts,).
    """

    left: Floats
    sure: Floats
    weight: Floats
    pull: Floats
    constant: Floats

    def of(self, *, counted: Floats) -> Shown:
        """The same with each indicator's say times `counted`, (indicators,)."""
        return replace(self, weight=self.weight * counted, pull=self.pull * counted)

    def curve(self) -> Floats:
        """The sum over the indicators at each point of the grid, without the constant, (accounts, points)."""
        return parabola(weight=self.weight.sum(axis=1), pull=self.pull.sum(axis=1))


def parabola(*, weight: Floats, pull: Floats) -> Floats:
    """pull × t − weight × t² / 2 at each point of the grid, (accounts, points)."""
    return np.outer(pull, GRID) - np.outer(weight, GRID**2 / 2)


def shown(*, indicators: Indicators, parameters: Parameters) -> Shown:
    """What the indicators say of each account; values that were not measured say nothing."""
    known = indicators.known
    left = np.where(known, indicators.value - parameters.intercept, 0.0)
    variance = np.where(known, indicators.variance, 0.0) + parameters.residual**2
    sure = known / variance
    constant = -0.5 * (sure * left**2 + known * np.log(2 * np.pi * variance)).sum(axis=1)
    return Shown(left, sure, sure * parameters.loading**2, sure * parameters.loading * left, constant)


def shown_slopes(
    *, found: Shown, parameters: Parameters, mean: Floats, square: Floats, weight: Floats
) -> tuple[Floats, Floats, Floats]:
    """Derivatives of the summed log likelihood by intercepts, loadings and residual spreads.

    `mean` and `square` are the account's expected trait and its square given everything, `weight` what it counts.
    """
    sure = found.sure * weight[:, None]
    rest = found.left - np.outer(mean, parameters.loading)
    by_loading = (sure * (found.left * mean[:, None] - np.outer(square, parameters.loading))).sum(axis=0)
    wide = rest**2 + np.outer(square - mean**2, parameters.loading**2)
    by_variance = 0.5 * (sure * (found.sure * wide - 1)).sum(axis=0)
    return (sure * rest).sum(axis=0), by_loading, 2 * parameters.residual * by_variance
