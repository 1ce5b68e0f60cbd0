"""Indicators in units of their own spread while the model learns, so that its beliefs fit any unit, and back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.level.indicators import Indicators
from vitalfew.analytics.level.parameters import Layout, Parameters

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Units:
    """Mean and spread of what each indicator truly measures, both (indicators,)."""

    middle: Floats
    width: Floats

    def without(self, indicators: Indicators) -> Indicators:
        """The indicators with mean 0 and spread 1."""
        value = (indicators.value - self.middle) / self.width
        return replace(indicators, value=value, variance=indicators.variance / self.width**2)

    def back(self, found: Parameters) -> Parameters:
        """Parameters of indicators without units in the units they had."""
        return replace(
            found,
            intercept=self.middle + self.width * found.intercept,
            loading=self.width * found.loading,
            residual=self.width * found.residual,
        )

    def errors(self, *, layout: Layout, mode: Floats, root: Floats) -> Parameters:
        """Standard errors of the parameters from a root of the free numbers' covariance, by the delta method."""
        small = 1e-4
        columns = [
            _flat(self.back(layout.parameters(mode + small * side)))
            - _flat(self.back(layout.parameters(mode - small * side)))
            for side in root.T
        ]
        error = np.sqrt((np.array(columns) ** 2).sum(axis=0)) / (2 * small)
        slope, threshold, intercept, loading, residual, effect, spread, shift = layout.parts(error)
        return Parameters(slope, threshold, intercept, loading, residual, effect, float(spread[0]), shift)


def units_of(indicators: Indicators) -> Units:
    middle, width = np.zeros(len(indicators.names)), np.ones(len(indicators.names))
    for place, (value, variance) in enumerate(zip(indicators.value.T, indicators.variance.T, strict=True)):
        known = ~np.isnan(value)
        if known.sum() > 1:
            # The better measured half: where errors are large their variance hides what is there.
            sharp = known & (variance <= np.median(variance[known]))
            seen = value[sharp].var() if sharp.sum() > 1 else value[known].var()
            middle[place] = value[known].mean()
            width[place] = np.sqrt(max(seen - variance[sharp].mean(), 0.1 * seen, 1e-12))
    return Units(middle, width)


def _flat(found: Parameters) -> Floats:
    parts = (found.slope, found.threshold, found.intercept, found.loading, found.residual, found.effect)
    return np.concatenate([*parts, [found.spread], found.shift])
