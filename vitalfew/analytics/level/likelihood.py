"""How likely all that is known of a firm's accounts is under given parameters, and how that changes with them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.level.answers import heard, heard_slopes
from vitalfew.analytics.level.behaviour import parabola, shown, shown_slopes
from vitalfew.analytics.level.grid import GRID, STEP
from vitalfew.analytics.level.indicators import Indicators
from vitalfew.analytics.level.parameters import Layout, Parameters
from vitalfew.analytics.level.survey import Forms

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known: forms, indicators and covariates of the same accounts. `weight` (accounts,) counts each."""

    forms: Forms | None
    indicators: Indicators
    covariates: Floats
    weight: Floats
    drift: float

    @property
    def accounts(self) -> int:
        return self.weight.size


@dataclass(frozen=True, slots=True)
class Weighed:
    """Log likelihood, and its derivatives by the parameters in their own shape."""

    value: float
    slopes: Parameters = field(repr=False)


def weigh(*, known: Known, layout: Layout, parameters: Parameters) -> Weighed:
    """The log likelihood of everything. Accounts that never answered have a closed form, the others a sum over the grid."""
    found = shown(indicators=known.indicators, parameters=parameters)
    weight, pull = found.weight.sum(axis=1), found.pull.sum(axis=1)
    centre = known.covariates @ parameters.effect
    sure, total = 1 + weight, centre + pull
    mean, square = total / sure, 1 / sure + (total / sure) ** 2
    value = found.constant + 0.5 * (total**2 / sure - centre**2 - np.log(sure))
    by_slope, by_threshold = np.zeros(layout.questions), np.zeros(layout.scale.owner.size)
    by_spread, by_shift = 0.0, np.zeros(layout.roles)
    if known.forms is not None:
        rows = known.forms.answered
        # The bell curve of prior and indicators, one at its highest point of the grid: where the search strays, the bell may
        # stand beside the grid or between its points, and must not come to nothing there.
        bell = parabola(weight=sure[rows], pull=total[rows])
        highest = bell.max(axis=1)
        outside = np.exp(bell - highest[:, None])
        told = heard(forms=known.forms, scale=layout.scale, parameters=parameters, drift=known.drift)
        now = outside * told.message
        whole = now.sum(axis=1)
        value[rows] += told.constant + np.log(whole * STEP * np.sqrt(sure[rows] / (2 * np.pi)))
        value[rows] += highest - total[rows] ** 2 / (2 * sure[rows])
        now /= whole[:, None]
        mean[rows], square[rows] = now @ GRID, now @ GRID**2
        by_slope, by_threshold, by_spread, by_shift = heard_slopes(
            forms=known.forms,
            scale=layout.scale,
            parameters=parameters,
            found=told,
            outside=outside,
            weight=known.weight[rows],
        )
    shown_by = shown_slopes(found=found, parameters=parameters, mean=mean, square=square, weight=known.weight)
    by_effect = known.covariates.T @ (known.weight * (mean - centre))
    slopes = Parameters(by_slope, by_threshold, *shown_by, by_effect, by_spread, by_shift)
    return Weighed(float(known.weight @ value), slopes)
