"""Graded answers: the chance of each answer at each point of the trait, and its derivatives (Samejima 1969).

P(answer above threshold b) = logistic(slope × (trait − b)). The chance of an answer between two thresholds is the
difference of two such curves, written as a product so that it keeps all its digits far away from both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

from vitalfew.analytics.level.grid import GRID

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the answers and thresholds of all questions stand in one column of each, question after question.

    `first_row` (questions,) the row of each question's lowest answer; `owner` (thresholds,) the question of each
    threshold; `first` (thresholds,) true for a question's lowest one; `above` (thresholds,) the row of the answer
    just above it; `lower` (inner,) the thresholds that have another of the same question above them.
    """

    rows: int
    first_row: Ints
    owner: Ints
    first: NDArray[np.bool_]
    above: Ints
    lower: Ints


def scale_of(answers: Sequence[int]) -> Scale:
    """The scale of questions that have so many answers each."""
    counts = np.asarray(answers, dtype=np.int64)
    owner = np.repeat(np.arange(counts.size), counts - 1)
    first = np.diff(owner, prepend=-1) != 0
    above = np.arange(owner.size) + owner + 1
    return Scale(int(counts.sum()), np.cumsum(counts) - counts, owner, first, above, np.flatnonzero(~first) - 1)


def log_chances(*, scale: Scale, slope: Floats, threshold: Floats, points: Floats = GRID) -> Floats:
    """Log of the chance of each answer at each of the points, (rows, points)."""
    steep = slope[scale.owner]
    passed = steep[:, None] * (points - threshold[:, None])
    table = np.zeros((scale.rows, points.size))
    table[scale.above] += log_expit(passed)
    table[scale.above - 1] += log_expit(-passed)
    table[scale.above[scale.lower]] += np.log(-np.expm1(-_gaps(scale, steep, threshold)))[:, None]
    return table


def chance_slopes(*, scale: Scale, slope: Floats, threshold: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Derivatives of sum(counts × log_chances) by the slopes and by the thresholds; `counts` is (rows, points)."""
    steep = slope[scale.owner]
    away = GRID - threshold[:, None]
    chance = expit(steep[:, None] * away)
    pull = counts[scale.above] * (1 - chance) - counts[scale.above - 1] * chance
    by_threshold = -steep * pull.sum(axis=1)
    by_steep = (pull * away).sum(axis=1)
    between = counts[scale.above[scale.lower]].sum(axis=1) / np.expm1(_gaps(scale, steep, threshold))
    by_threshold[scale.lower + 1] += between * steep[scale.lower]
    by_threshold[scale.lower] -= between * steep[scale.lower]
    by_steep[scale.lower] += between * (threshold[scale.lower + 1] - threshold[scale.lower])
    return np.bincount(scale.owner, by_steep, minlength=slope.size), by_threshold


def information(*, scale: Scale, slope: Floats, threshold: Floats) -> Floats:
    """Fisher information on the trait of one form with all questions answered, at each point, (points,)."""
    width = 1e-4
    low, high = (
        np.exp(log_chances(scale=scale, slope=slope, threshold=threshold, points=GRID + side))
        for side in (-width, width)
    )
    chance = np.exp(log_chances(scale=scale, slope=slope, threshold=threshold))
    return np.asarray((((high - low) / (2 * width)) ** 2 / np.maximum(chance, 1e-300)).sum(axis=0))


def _gaps(scale: Scale, steep: Floats, threshold: Floats) -> Floats:
    return steep[scale.lower] * (threshold[scale.lower + 1] - threshold[scale.lower])
