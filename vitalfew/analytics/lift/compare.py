"""Treated beside their synthetic controls, over all cohorts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitalfew.analytics.lift.cohorts import Cohort, Ints, growth_scores
from vitalfew.analytics.lift.simplex import Floats
from vitalfew.analytics.lift.synthetic import Synthetic, alone, synthetic

# Rows of the statistics; the gap in each period around the start follows.
EFFECT, BASE, SLOPE, GAPS = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Compared:
    """Cohorts with their weights.

    `share` (cohorts,) is each one's part in the whole, by treated accounts times periods after; `event` (periods,)
    counts periods from the start. `statistics` holds the effect, the mean of the treated after the start, the slope of
    the gap before it, and the gap in each event period; `path` the treated's mean in each.
    """

    cohorts: list[Cohort]
    found: list[Synthetic]
    share: Floats
    event: Ints
    statistics: Floats
    path: Floats

    @property
    def counterfactual(self) -> float:
        """Mean of the treated after the start had nothing been done."""
        return float(self.statistics[BASE] - self.statistics[EFFECT])

    @property
    def heads(self) -> float:
        """Treated accounts, as many as would weigh as much if all weighed the same."""
        squares = [float((made.treated**2).sum()) for made in self.found]
        return 1 / float(self.share**2 @ np.array(squares))


def compare(cohorts: list[Cohort]) -> Compared:
    """Weights and statistics of each cohort, put together."""
    found = [
        synthetic(paths=one.paths, before=one.before, treated=alone(one.treated[None]), allowed=~one.treated[None])
        for one in cohorts
    ]
    cells = np.array([float(one.treated.sum() * one.after) for one in cohorts])
    share = cells / cells.sum()
    kept = [(made.treated @ one.paths).T for one, made in zip(cohorts, found, strict=True)]
    against = [(made.units @ one.paths).T for one, made in zip(cohorts, found, strict=True)]
    rows = [
        statistics(cohort=one, kept=k, against=a, periods=made.periods.T)
        for one, made, k, a in zip(cohorts, found, kept, against, strict=True)
    ]
    whole = together(cohorts=cohorts, rows=rows, cells=share[:, None])
    paths = together(cohorts=cohorts, rows=[np.vstack((np.zeros((GAPS, 1)), k)) for k in kept], cells=share[:, None])
    return Compared(cohorts, found, share, events(cohorts), whole[:, 0], paths[GAPS:, 0])


def events(cohorts: list[Cohort]) -> Ints:
    return np.arange(-max(one.before for one in cohorts), max(one.after for one in cohorts))


def statistics(*, cohort: Cohort, kept: Floats, against: Floats, periods: Floats) -> Floats:
    """Effect, base, slope and the gap in each period from mean paths of shape (periods, columns).

    `periods` (periods before, columns or 1) are the weights that set the level of the gap to zero before the start.
    """
    gap = kept - against
    gap = gap - (periods * gap[: cohort.before]).sum(axis=0)
    time = np.arange(cohort.before) - (cohort.before - 1) / 2
    slope = time @ gap[: cohort.before] / (time @ time)
    return np.vstack((gap[cohort.before :].mean(axis=0), kept[cohort.before :].mean(axis=0), slope, gap))


def together(*, cohorts: list[Cohort], rows: list[Floats], cells: Floats) -> Floats:
    """The cohorts' statistics averaged by `cells` (cohorts, columns), a period over those that have it."""
    event = events(cohorts)
    total = np.zeros((GAPS + event.size, max(row.shape[1] for row in rows)))
    weight = np.zeros((GAPS + event.size, cells.shape[1]))
    for one, row, own in zip(cohorts, rows, cells, strict=True):
        first = GAPS - int(event[0]) - one.before
        place = np.concatenate((np.arange(GAPS), np.arange(first, first + row.shape[0] - GAPS)))
        total[place] += own * row
        weight[place] += own
    mean: Floats = total / np.where(weight > 0, weight, 1.0)
    return mean


def growth(seen: Compared) -> tuple[float, float]:
    """Growth of the treated before the start, and what of it their controls do not share, in standard errors of chance."""
    scores = [growth_scores(one.paths, one.before) for one in seen.cohorts]
    own = [float(made.treated[0] @ score) for made, score in zip(seen.found, scores, strict=True)]
    rest = [float((made.treated - made.units)[0] @ score) for made, score in zip(seen.found, scores, strict=True)]
    root = float(np.sqrt(seen.heads))
    return float(seen.share @ np.array(own)) * root, abs(float(seen.share @ np.array(rest))) * root
