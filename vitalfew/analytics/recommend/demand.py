"""What items do by themselves: how many accounts buy them lately, what the season will do, how often they come back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.recommend.history import Purchases

LATELY = 28
YEAR = 365
# Buyers added to both sides of an item's seasonal turn, so that a rarely bought one hardly moves; one year is weak
# evidence of a season, so the turn then counts a half.
_STEADY = 30.0
_TRUST = 0.5


@dataclass(frozen=True, slots=True)
class Demand:
    """Of each item, shape (items,). `buyers` of the last 28 days; the others are natural logarithms.

    `lately` of 1 + `buyers`, moved by half the turn of the season; `ever` of 1 + all its buyers; `quiet` of 3 + days
    since it was last sold; `again` of the days on which a buyer of it bought it on average.
    """

    buyers: Ints
    lately: Floats
    ever: Floats
    quiet: Floats
    again: Floats


def demand(known: Purchases, *, window: int) -> Demand:
    """Demand for every item at the end of `as_of`, with the turn that the coming `window` days took a year ago."""
    ever, buyers = known.owners()[1], buyers_aged(known, 0, LATELY)
    last = np.full(known.shape[1], float(max(known.history, 0)))  # before the first line nothing was sold
    np.minimum.at(last, known.item, known.age.astype(np.float64))
    times = np.bincount(known.item, minlength=known.shape[1])
    return Demand(
        buyers=buyers,
        lately=np.log1p(buyers) + _TRUST * _turn(known, window),
        ever=np.log1p(ever),
        quiet=np.log(3 + last),
        again=np.log(np.maximum(times, 1) / np.maximum(ever, 1)),
    )


def buyers_aged(known: Purchases, low: int, high: int) -> Ints:
    """Accounts that bought each item at least `low` and fewer than `high` days before `as_of`, shape (items,)."""
    age = known.age
    return known.where((age >= low) & (age < high)).owners()[1]


def knows_season(known: Purchases) -> bool:
    """Whether the ledger reaches back over a year and the four weeks before it."""
    return known.history >= YEAR + LATELY


def _turn(known: Purchases, window: int) -> Floats:
    """How each item's buyers changed a year ago from the 28 days up to this day to the `window` after; 0 if unknown."""
    if not knows_season(known):
        return np.zeros(known.shape[1])
    coming = buyers_aged(known, max(YEAR - window, 0), YEAR) * (LATELY / window)
    before = buyers_aged(known, YEAR, YEAR + LATELY)
    turn: Floats = np.log((coming + _STEADY) / (before + _STEADY))
    return turn
