"""All that the model learns about a firm, what is believed of it beforehand, and both as one vector of free numbers."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from vitalfew.analytics.level.graded import Scale
from vitalfew.analytics.refusals import NotFinite, OutOfOrder

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Priors:
    """What is believed before there are data: enough to work with 30 accounts, hardly felt with 300.

    `cutpoints` where the levels part on a trait that has mean 0 and spread 1, each ± `cutpoint_spread`; this belief
    fades as answers to the anchor question come in and is gone at `enough_anchor_answers`. Slopes, loadings, residual
    spreads and the spread of respondents are lognormal around the number given, with a spread in logarithms.
    """

    cutpoints: tuple[float, float, float] = (-0.85, 0.1, 1.0)
    cutpoint_spread: float = 0.4
    enough_anchor_answers: int = 60
    slope: float = 1.3
    slope_spread: float = 0.5
    threshold_spread: float = 1.5
    step_spread: float = 0.6
    loading: float = 0.6
    loading_spread: float = 0.5
    intercept_spread: float = 1.0
    residual: float = 0.7
    residual_spread: float = 0.5
    effect_spread: float = 0.5
    respondent: float = 0.45
    respondent_spread: float = 0.5
    shift_spread: float = 0.3

    def check(self) -> None:
        """Raises NotFinite or OutOfOrder where a belief is no belief."""
        numbers = np.array([getattr(self, one.name) for one in fields(self) if one.name != "cutpoints"])
        if not (np.isfinite([*self.cutpoints, *numbers]).all() and (numbers > 0).all()):
            raise NotFinite("Every prior must be a number, and every spread above zero: mend the priors.")
        if not self.cutpoints[0] < self.cutpoints[1] < self.cutpoints[2]:
            raise OutOfOrder("The cutpoints of the priors must rise from level to level: give them from low to high.")


@dataclass(frozen=True, slots=True)
class Parameters:
    """The firm's parameters. `slope` (questions,) and `threshold` (thresholds,) of the graded answers; `intercept`,
    `loading`, `residual` (indicators,) of behaviour, in the indicators' own units; `effect` (covariates,) on the mean
    of the trait; `spread` of respondents around their account and `shift` (roles,) of each role, on the trait.
    """

    slope: Floats
    threshold: Floats
    intercept: Floats
    loading: Floats
    residual: Floats
    effect: Floats
    spread: float
    shift: Floats


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parameters stand in the vector of free numbers: logarithms of what is above zero, steps for thresholds."""

    scale: Scale
    questions: int
    indicators: int
    covariates: int
    roles: int

    @property
    def sizes(self) -> tuple[int, ...]:
        part = self.indicators
        return (self.questions, self.scale.owner.size, part, part, part, self.covariates, 1, self.roles)

    def parts(self, vector: Floats) -> list[Floats]:
        return np.split(vector, np.cumsum(self.sizes)[:-1])

    def parameters(self, vector: Floats) -> Parameters:
        slope, steps, intercept, loading, residual, effect, spread, shift = self.parts(vector)
        return Parameters(
            np.exp(slope),
            self._thresholds(steps),
            intercept,
            np.exp(loading),
            np.exp(residual),
            effect,
            float(np.exp(spread[0])),
            shift - shift.mean(),
        )

    def slopes(self, vector: Floats, by: Parameters) -> Floats:
        """Derivatives by the free numbers from those by the parameters."""
        slope, steps, _, loading, residual, _, spread, _ = self.parts(vector)
        return np.concatenate(
            [
                by.slope * np.exp(slope),
                self._step_slopes(steps, by.threshold),
                by.intercept,
                by.loading * np.exp(loading),
                by.residual * np.exp(residual),
                by.effect,
                by.spread * np.exp(spread),
                by.shift - by.shift.mean(),
            ]
        )

    def believed(self, priors: Priors, anchor: int) -> tuple[Floats, Floats]:
        """Centre and spread of what is believed of each free number."""
        counts = np.bincount(self.scale.owner, minlength=self.questions)
        place = np.arange(self.scale.owner.size) - (self.scale.first_row - np.arange(self.questions))[self.scale.owner]
        # As if all answers were given equally often: trait, respondent and answer together spread about 1.8.
        level = 1.8 * ndtri((place + 1) / (counts[self.scale.owner] + 1))
        level[self.scale.owner == anchor] = priors.cutpoints
        middles = (priors.slope, 1.0, 1.0, priors.loading, priors.residual, 1.0, priors.respondent, 1.0)
        spreads = (
            priors.slope_spread,
            priors.step_spread,
            priors.intercept_spread,
            priors.loading_spread,
            priors.residual_spread,
            priors.effect_spread,
            priors.respondent_spread,
            priors.shift_spread,
        )
        centre, spread = np.repeat(np.log(middles), self.sizes), np.repeat(spreads, self.sizes)
        thresholds = slice(self.questions, self.questions + self.scale.owner.size)
        centre[thresholds] = self.steps(level)
        spread[thresholds] = np.where(self.scale.first, priors.threshold_spread, priors.step_spread)
        return centre, spread

    def steps(self, threshold: Floats) -> Floats:
        """Free numbers of thresholds: the lowest of each question itself, of the others the log of the step up."""
        return np.where(self.scale.first, threshold, np.log(np.maximum(np.diff(threshold, prepend=0.0), 1e-6)))

    def _thresholds(self, steps: Floats) -> Floats:
        moved = np.where(self.scale.first, steps, np.exp(np.where(self.scale.first, 0.0, steps)))
        total = np.cumsum(moved)
        start = np.flatnonzero(self.scale.first)
        return np.asarray(total - (total[start] - moved[start])[self.scale.owner])

    def _step_slopes(self, steps: Floats, by_threshold: Floats) -> Floats:
        # A step moves its own threshold and all above it of the same question.
        after = np.cumsum(by_threshold[::-1])[::-1]
        ends = np.append(np.flatnonzero(self.scale.first)[1:], self.scale.owner.size)
        beyond = np.append(after, 0.0)[ends][self.scale.owner]
        step = np.where(self.scale.first, 1.0, np.exp(np.where(self.scale.first, 0.0, steps)))
        return np.asarray(step * (after - beyond))
