"""How far told levels agree with what is true, and with a second look at the same accounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.level.grid import LEVELS
from vitalfew.analytics.level.rules import smallest_range
from vitalfew.analytics.refusals import NotAlike, at_least, finite, in_order, not_below_zero, same_length

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BINS = 10


@dataclass(frozen=True, slots=True)
class Agreement:
    """Told levels against true ones. `accuracy` and `within_one` are shares of accounts; `kappa` is Cohen's with
    quadratic weights; `log_score` the mean log of the chance given to the true level; `calibration_error` by how much
    the chance of the likeliest level is off what comes true, on average over ten bins; `cover` how often the shortest
    run with 90 % held the true level, `size` how many levels it held.
    """

    accounts: int
    accuracy: float
    within_one: float
    kappa: float
    log_score: float
    calibration_error: float
    cover: float
    size: float


def measure_agreement(*, chance: Floats, level: Ints) -> Agreement:
    """Chances of the levels, (accounts, 4), against the true levels 1 to 4, (accounts,).

    Raises NotAlike, NotFinite, NothingThere, BelowZero, or OutOfOrder where chances do not add up to one or a level is
    not 1 to 4.
    Source: weighted kappa, Cohen 1968; calibration error, Naeini and others 2015.
    """
    if chance.ndim != 2 or chance.shape[1] != LEVELS:
        raise NotAlike(f"The chances have shape {chance.shape}: give one row for each account and {LEVELS} columns.")
    same_length(chance=chance[:, 0], level=level)
    finite(chance=chance, level=level)
    not_below_zero(chance=chance)
    in_order(abs(chance.sum(axis=1) - 1) > 1e-6, "The chances of an account add up to 1")
    in_order((level < 1) | (level > LEVELS), f"Levels lie between 1 and {LEVELS}")
    told = chance.argmax(axis=1) + 1
    low, high = smallest_range(chance=chance, least=0.9)
    rows = np.arange(level.size)
    return Agreement(
        level.size,
        float((told == level).mean()),
        float((abs(told - level) <= 1).mean()),
        weighted_kappa(told=told, level=level),
        float(np.log(np.maximum(chance[rows, level - 1], 1e-300)).mean()),
        _calibration_error(chance.max(axis=1), told == level),
        float(((low <= level) & (level <= high)).mean()),
        float((high - low + 1).mean()),
    )


def weighted_kappa(*, told: Ints, level: Ints) -> float:
    """Cohen's kappa with quadratic weights of two lists of levels; 0 where one of them never varies."""
    both = np.zeros((LEVELS, LEVELS))
    np.add.at(both, (told - 1, level - 1), 1 / level.size)
    cost = (np.arange(LEVELS)[:, None] - np.arange(LEVELS)) ** 2
    chance = float((cost * np.outer(both.sum(axis=1), both.sum(axis=0))).sum())
    return 1 - float((cost * both).sum()) / chance if chance > 0 else 0.0


def _calibration_error(promised: Floats, right: NDArray[np.bool_]) -> float:
    bins = np.minimum((promised * BINS).astype(np.int64), BINS - 1)
    return float(abs(np.bincount(bins, promised - right)).sum() / promised.size)


@dataclass(frozen=True, slots=True)
class Retest:
    """Two looks at the same accounts: `correlation` of the traits, `neighbours` share with the same or the next level."""

    accounts: int
    correlation: float
    neighbours: float


def measure_retest(*, first: Floats, second: Floats, first_level: Ints, second_level: Ints) -> Retest:
    """Traits and levels of the same accounts from two halves of the evidence, all (accounts,). Raises TooFew below 3."""
    accounts = same_length(first=first, second=second, first_level=first_level, second_level=second_level)
    finite(first=first, second=second, first_level=first_level, second_level=second_level)
    at_least(accounts, 3, "accounts")
    varied = first.std() > 0 and second.std() > 0
    correlation = float(np.corrcoef(first, second)[0, 1]) if varied else 0.0
    return Retest(accounts, correlation, float((abs(first_level - second_level) <= 1).mean()))
