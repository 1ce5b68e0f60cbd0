"""The highest point of a smooth function of a few numbers, in few steps, from its exact first and second derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.repeat.orders import Floats

FARTHEST = 12.0
LONGEST_STEP = 2.0
ROUNDS = 100
HALVINGS = 30
# Directions flatter than this share of the steepest are walked as if they were as steep.
FLATTEST = 1e-9


@dataclass(slots=True)
class Slopes:
    """A function at a point: its value, `gradient` (numbers,) and `hessian` (numbers, numbers)."""

    value: float
    gradient: Floats
    hessian: Floats

    def __iadd__(self, other: Slopes) -> Slopes:
        self.value += other.value
        self.gradient += other.gradient
        self.hessian += other.hessian
        return self


@dataclass(frozen=True, slots=True)
class Summit:
    """Where a climb ended. `converged` is false where it ran against the border or out of rounds."""

    point: Floats
    slopes: Slopes
    rounds: int
    converged: bool


def climb(
    function: Callable[[Floats], Slopes],
    start: Floats,
    *,
    within: tuple[Floats, Floats] | None = None,
    near: float = 1e-8,
    rounds: int = ROUNDS,
) -> Summit:
    """Newton steps uphill from `start` until less than `near` is left to gain, between the lowest and highest numbers of
    `within`, or else no farther than 12 from `start`.

    Where the function bends upwards a step goes as far as if it bent downwards as much (as in trust-region methods),
    at most 2 in any number, and is halved until it gains; a number that a border holds back rests while others move.
    """
    low, high = within or (start - FARTHEST, start + FARTHEST)
    point, here = start, function(start)
    for done in range(rounds):
        step = _step(here, (point <= low) & (here.gradient < 0) | (point >= high) & (here.gradient > 0))
        left = float(here.gradient @ step) / 2
        if left < near:
            return Summit(point, here, done, bool(((low < point) & (point < high)).all()))
        moved = _uphill(function, point, here, np.clip(point + step, low, high) - point)
        if moved is None:
            return Summit(point, here, done, left < np.sqrt(near))
        point, here = moved
    return Summit(point, here, rounds, False)


def _step(here: Slopes, held: NDArray[np.bool_]) -> Floats:
    gradient, hessian = np.where(held, 0.0, here.gradient), np.where(held | held[:, np.newaxis], 0.0, here.hessian)
    bends, ways = np.linalg.eigh(-hessian)
    steep = np.abs(bends)
    step = ways @ ((ways.T @ gradient) / np.maximum(steep, max(FLATTEST * steep.max(), 1e-300)))
    return np.asarray(step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-300)))


def _uphill(
    function: Callable[[Floats], Slopes], point: Floats, here: Slopes, step: Floats
) -> tuple[Floats, Slopes] | None:
    # Sums of a million logs carry rounding, which must not look like a loss.
    rounding = 1e-12 * abs(here.value)
    for _ in range(HALVINGS):
        there = function(point + step)
        if there.value >= here.value + 1e-4 * float(here.gradient @ step) - rounding:
            return point + step, there
        step = step / 2
    return None
