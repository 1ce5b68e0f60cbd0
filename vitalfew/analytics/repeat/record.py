"""How good chances were when looked at afterwards, and the rising function that would have set their shape right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from vitalfew.analytics.frames import Floats, Ints

EDGES = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
# Steps are learned from so many groups of equal size, lowest chances first.
GROUPS = 200


@dataclass(frozen=True, slots=True)
class Record:
    """Chances told on `day` (since 1970-01-01) against what came, in tenths of the chance; empty tenths are left out.

    `told` the mean chance of a tenth, `came` the share that came, `pairs` how many, all of shape (tenths,).
    `brier` is the mean squared error of the chances, `base` that of the share of all told to each.
    """

    day: int
    told: Floats
    came: Floats
    pairs: Ints
    brier: float
    base: float


def record(chance: Floats, came: NDArray[np.bool_], *, day: int) -> Record:
    """The record of chances, shape (pairs,)."""
    tenth = np.digitize(chance, EDGES)
    pairs = np.bincount(tenth, minlength=EDGES.size + 1)
    some = pairs > 0
    told, share = (np.bincount(tenth, one, minlength=pairs.size)[some] / pairs[some] for one in (chance, came))
    brier, mean = float(np.mean((chance - came) ** 2)), float(came.mean())
    return Record(day, told, share, pairs[some], brier, mean * (1 - mean))


def levelled(chance: Floats, came: NDArray[np.bool_]) -> Floats:
    """The chances with their odds all multiplied by what makes them as many as came; shape (pairs,)."""
    from scipy.optimize import brentq  # reason: loading it takes longer than most answers of this room

    odds = logit(np.clip(chance, 1e-9, 1 - 1e-9))
    share = min(max(float(came.mean()), 1e-6), 1 - 1e-6)

    def off(shift: float) -> float:
        return float(expit(odds + shift).mean()) - share

    return np.asarray(expit(odds + brentq(off, -30.0, 30.0, xtol=1e-9)))


@dataclass(frozen=True, slots=True)
class Steps:
    """A rising function from `told` to `came`, both (steps,), straight between them and level beyond."""

    told: Floats
    came: Floats

    def of(self, chance: Floats) -> Floats:
        """The chances set right."""
        return np.interp(chance, self.told, self.came)


def fit_steps(chance: Floats, came: NDArray[np.bool_]) -> Steps:
    """Isotonic regression of what came on what was told (pool adjacent violators, Ayer and others 1955).

    What a season did to the level of all chances is no fault of theirs: they are levelled first.
    """
    from scipy.optimize import isotonic_regression  # reason: loading it takes longer than most answers of this room

    chance = levelled(chance, came)
    order = np.argsort(chance, kind="stable")
    starts = np.unique(np.linspace(0, chance.size, min(GROUPS, chance.size), endpoint=False).astype(np.int64))
    size = np.diff(np.append(starts, chance.size))
    told, share = (np.add.reduceat(one[order].astype(np.float64), starts) / size for one in (chance, came))
    return Steps(told, np.asarray(isotonic_regression(share, weights=size).x))
