"""When a level may be told: the rules of evidence, all of them settings, and what is said where they are not met."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.level.grid import LEVELS
from vitalfew.analytics.level.questions import Question
from vitalfew.analytics.level.survey import Survey
from vitalfew.analytics.refusals import NotAlike

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

VERDICTS = ("not enough evidence", "behaves like", "level", "mixed", "damaged")
NOT_ENOUGH, BEHAVES, LEVEL, MIXED, DAMAGED = range(5)
MIXTURES = ("", "locked in", "negotiates")
LOCKED_IN, NEGOTIATES = 1, 2
LACKING = {
    1: "nobody who decides has answered lately, and there are too few orders to judge by",
    2: "no level is likely enough",
    4: "the evidence adds too little to what is known of such accounts",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the survey says about itself; arrays (accounts,): days since the newest answer (-1: none), whether anybody
    answered and whether somebody who decides answered in the time an answer counts, whether a detractor did.
    """

    newest: Ints
    fresh: Bools
    decided: Bools
    detractor: Bools


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds of what may be told.

    An account needs an answer of one of the `deciding` roles (everybody's where the survey names no roles) not older
    than `fresh_days`, or `orders` orders over `days` days; its likeliest level a chance of `likely`; and `bits` of
    information more than its segment gives. Without a fresh answer no chance goes above `cap`. Price and loyalty are
    mixed where what they say lies more than `apart` standard errors apart, and `damage_signs` of the three signs
    (orders fall, a detractor answered, a complaint is open) make an account damaged. The run of levels that is told
    holds the true one with a chance of `held`.
    """

    deciding: tuple[str, ...] = ("decision maker",)
    fresh_days: float = 365.0
    orders: int = 12
    days: float = 274.0
    likely: float = 0.55
    bits: float = 0.25
    cap: float = 0.85
    apart: float = 2.6
    damage_signs: int = 3
    held: float = 0.8

    def spoken(self, *, survey: Survey | None, accounts: int, questions: tuple[Question, ...]) -> Spoken:
        """What was answered lately and by whom. Raises NotAlike where the survey names roles and none of them decides."""
        newest = np.full(accounts, np.inf)
        if survey is None:
            none = np.zeros(accounts, dtype=np.bool_)
            return Spoken(np.full(accounts, -1), none, none, none)
        np.minimum.at(newest, survey.account, survey.age)
        fresh = survey.age <= self.fresh_days
        decides = np.array([not survey.roles or role in self.deciding for role in survey.roles or ("",)])
        if not decides.any():
            raise NotAlike(
                f"None of the roles {', '.join(survey.roles)} decides: name those that do among the deciding roles."
            )
        low = np.array([question.detractor for question in questions])[survey.question]
        masks = (fresh, fresh & decides[survey.roles_of], fresh & (survey.answer < low))
        found = [np.bincount(survey.account[mask], minlength=accounts) > 0 for mask in masks]
        return Spoken(np.where(np.isfinite(newest), newest, -1).astype(np.int64), *found)

    def capped(self, *, chance: Floats, surveyed: Bools) -> Floats:
        """The chances, none above the cap where nobody was heard lately; what is cut off goes to the other levels."""
        top = chance.max(axis=1)
        over = ~surveyed & (top > self.cap)
        rest = (1 - self.cap) / np.maximum(1 - top, 1e-12)
        other = np.where(chance < top[:, None], chance * rest[:, None], self.cap)
        cut = np.where(over[:, None], other, chance)
        return np.asarray(cut / cut.sum(axis=1, keepdims=True))

    def lacking(self, *, enough: Bools, chance: Floats, gained: Floats) -> Ints:
        """What stands against telling a level, as a sum of the keys of LACKING."""
        unlikely, little = chance.max(axis=1) < self.likely, gained < self.bits
        return np.where(enough, 0, 1) + np.where(unlikely, 2, 0) + np.where(little, 4, 0)


def why_not(lacking: int) -> tuple[str, ...]:
    """The reasons behind a number of `Levels.lacking`, as parts of a sentence."""
    return tuple(words for key, words in LACKING.items() if lacking & key)


def verdicts(*, lacking: Ints, mixed: Ints, damaged: Bools, surveyed: Bools) -> Ints:
    """What may be told of each account, a place in VERDICTS: damage first, then whether there is evidence at all."""
    conditions = [damaged, (lacking & 1) > 0, mixed > 0, lacking > 0, surveyed]
    return np.select(conditions, [DAMAGED, NOT_ENOUGH, MIXED, NOT_ENOUGH, LEVEL], default=BEHAVES)


def gained_bits(*, chance: Floats, before: Floats) -> Floats:
    """Information in bits by which the chances go beyond those before (Kullback and Leibler), (accounts,)."""
    safe = np.maximum(chance, 1e-300)
    return np.asarray((chance * np.log2(safe / np.maximum(before, 1e-300))).sum(axis=1))


def smallest_range(*, chance: Floats, least: float) -> tuple[Ints, Ints]:
    """First and last level of the shortest run that holds the true one with a chance of `least`, the likeliest of them."""
    edges = np.concatenate([np.zeros((len(chance), 1)), np.cumsum(chance, axis=1)], axis=1)
    low, high = np.ones(len(chance), dtype=np.int64), np.full(len(chance), LEVELS)
    for width in range(LEVELS - 1, 0, -1):
        held = edges[:, width:] - edges[:, :-width]
        best = held.argmax(axis=1)
        fits = held[np.arange(len(chance)), best] >= least
        low, high = np.where(fits, best + 1, low), np.where(fits, best + width, high)
    return low, high
