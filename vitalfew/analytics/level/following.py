"""Levels followed from quarter to quarter: what was known then, and when a change may be announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.level.evidence import gather
from vitalfew.analytics.level.indicators import Indicators
from vitalfew.analytics.level.levels import place
from vitalfew.analytics.level.model import LevelModel
from vitalfew.analytics.level.rules import Rules
from vitalfew.analytics.level.survey import QUARTER, Survey
from vitalfew.analytics.refusals import NothingThere

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Course:
    """Quarter by quarter, oldest first; arrays (quarters, accounts), `chance` (quarters, accounts, 4).

    `chance` of the levels from what was known at that quarter's end; `level` as announced by then, 0 where none was
    yet; `changed` true where a change was announced in that quarter.
    """

    chance: Floats
    level: Ints
    changed: Bools


def follow_level(
    *,
    model: LevelModel,
    survey: Survey | None = None,
    indicators: Sequence[Indicators] = (),
    covariates: Floats | None = None,
    quarters: int = 0,
    rules: Rules | None = None,
    sure: float = 0.8,
) -> Course:
    """How the accounts' levels went over the last quarters, each judged from what was known at its end.

    `indicators` holds what behaviour showed at the end of each quarter, oldest first, the last one today; without
    them `quarters` says how many to follow. Behaviour is measured over a window that covers earlier quarters too, so
    each quarter's measurement takes the place of the one before and does not add to it; answers add up and fade.
    The first level is announced once it is likelier than `rules.likely`, a change only where the new level had a
    chance above `sure` in two quarters running. Raises NothingThere without a quarter.
    """
    rules = rules or Rules()
    count = len(indicators) or quarters
    if count < 1:
        raise NothingThere("There is no quarter to follow: give the indicators of each quarter, or how many there are.")
    chances = []
    for ago in range(count - 1, -1, -1):
        shown = indicators[count - 1 - ago] if indicators else None
        evidence = gather(model=model, survey=survey, indicators=shown, covariates=covariates)
        then = _as_known(survey, ago * QUARTER)
        spoken = rules.spoken(survey=then, accounts=evidence.accounts, questions=model.questions)
        found = place(model=model, evidence=replace(evidence, survey=then))[2]
        chances.append(rules.capped(chance=found, surveyed=spoken.fresh))
    chance = np.stack(chances)
    level, changed = announced(chance=chance, likely=rules.likely, sure=sure)
    return Course(chance, level, changed)


def announced(*, chance: Floats, likely: float, sure: float) -> tuple[Ints, Bools]:
    """Levels as announced and where they changed, both (quarters, accounts), from chances (quarters, accounts, 4)."""
    best, top = chance.argmax(axis=2) + 1, chance.max(axis=2)
    level, changed = np.zeros(best.shape, dtype=np.int64), np.zeros(best.shape, dtype=np.bool_)
    now = np.zeros(best.shape[1], dtype=np.int64)
    for quarter in range(len(best)):
        if quarter:
            again = (best[quarter] == best[quarter - 1]) & (top[quarter] > sure) & (top[quarter - 1] > sure)
            changed[quarter] = again & (now > 0) & (best[quarter] != now)
        first = (now == 0) & (top[quarter] > likely)
        now = np.where(changed[quarter] | first, best[quarter], now)
        level[quarter] = now
    return level, changed


def _as_known(survey: Survey | None, ago: float) -> Survey | None:
    """The answers that were there so many days ago, aged as they were then."""
    if survey is None:
        return None
    then = survey.where(survey.age >= ago)
    return replace(then, age=then.age - ago)
