"""The level of each account with its chances, and what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.analytics import frames
from vitalfew.analytics.level.evidence import Evidence, gather
from vitalfew.analytics.level.grid import GRID, level_chances, moments
from vitalfew.analytics.level.indicators import Indicators
from vitalfew.analytics.level.model import LevelModel
from vitalfew.analytics.level.parameters import Parameters
from vitalfew.analytics.level.rules import (
    LOCKED_IN,
    MIXTURES,
    NEGOTIATES,
    VERDICTS,
    Rules,
    gained_bits,
    smallest_range,
    verdicts,
)
from vitalfew.analytics.level.survey import Survey
from vitalfew.analytics.level.views import prior_chances, view
from vitalfew.analytics.refusals import finite, not_below_zero, same_length

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class History:
    """What may be said of an account besides its trait; arrays (accounts,).

    `orders` how many, `days` from the first order to the as-of date; `falling` orders have fallen out of their band,
    `complaint` a critical issue is open.
    """

    orders: Ints
    days: Floats
    falling: Bools
    complaint: Bools


@dataclass(frozen=True, slots=True)
class Levels:
    """How each account sees us; arrays (accounts,) but for `chance` and `before`, (accounts, 4).

    `trait` and `spread` its place on the trait and how sure that is, on the model's scale; `chance` of the levels 1 to
    4, `before` the same when only the covariates are known; `level` the likeliest. `low` to `high` is the shortest
    run of levels that holds the true one with a chance of 80 % or more, `low_90` to `high_90` the same for 90 %.
    `gained` bits of information beyond `before`. `newest` days since the newest answer, -1 where nobody ever answered.
    `verdict` says what may be told, a place in VERDICTS; `lacking` adds up what stands against telling a level
    (LACKING), 0 for nothing. `unstable` the likeliest level changes when one indicator is left out; `mixed` 1 locked
    in, 2 negotiates; `damaged` orders fall, somebody would warn others of us, and a complaint is open.
    """

    trait: Floats
    spread: Floats
    chance: Floats
    before: Floats
    level: Ints
    low: Ints
    high: Ints
    low_90: Ints
    high_90: Ints
    gained: Floats
    newest: Ints
    verdict: Ints
    lacking: Ints
    unstable: Bools
    mixed: Ints
    damaged: Bools

    def table(self, **names: pa.Array) -> pa.Table:
        """One row for each account: `names` first, then all of the above, the verdict in words and each chance apart."""
        told = frames.told(self, **names)
        for name in ("chance", "before"):
            for level, chance in enumerate(getattr(self, name).T, start=1):
                told = told.append_column(f"{name}_{level}", pa.array(chance))
        for name, words in (("verdict", VERDICTS), ("mixed", MIXTURES)):
            place = told.schema.get_field_index(name)
            told = told.set_column(place, name, pa.array(words).take(told[name]))
        return told


def estimate_level(
    *,
    model: LevelModel,
    survey: Survey | None = None,
    indicators: Indicators | None = None,
    covariates: Floats | None = None,
    history: History | None = None,
    rules: Rules | None = None,
) -> Levels:
    """Chances of the four levels for every account, and what may be told of it under the `rules`.

    Where the model was learnt from few accounts or answers the chances are means over its draws. Without `history`
    no account has orders that could stand in for an answer, and none is damaged. What a manager believes is no input.
    Raises the refusals of its inputs, NotAlike where they are not what the model was fitted to.
    """
    rules = rules or Rules()
    evidence = gather(model=model, survey=survey, indicators=indicators, covariates=covariates)
    past = _past(history, evidence.accounts)
    spoken = rules.spoken(survey=survey, accounts=evidence.accounts, questions=model.questions)
    trait, spread, chance, before = place(model=model, evidence=evidence)
    unstable = np.concatenate([_unstable(model, part) for part in evidence.blocks()])
    mixed = np.concatenate([_mixed(model, part, rules.apart) for part in evidence.blocks()])
    chance = rules.capped(chance=chance, surveyed=spoken.fresh)
    gained = gained_bits(chance=chance, before=before)
    enough = spoken.decided | ((past.orders >= rules.orders) & (past.days >= rules.days))
    lacking = rules.lacking(enough=enough, chance=chance, gained=gained)
    signs = past.falling.astype(np.int64) + past.complaint + spoken.detractor
    damaged = signs >= rules.damage_signs
    return Levels(
        trait,
        spread,
        chance,
        before,
        chance.argmax(axis=1) + 1,
        *smallest_range(chance=chance, least=rules.held),
        *smallest_range(chance=chance, least=0.9),
        gained,
        spoken.newest,
        verdicts(lacking=lacking, mixed=mixed, damaged=damaged, surveyed=spoken.fresh),
        lacking,
        unstable,
        mixed,
        damaged,
    )


def _past(history: History | None, accounts: int) -> History:
    if history is None:
        none = np.zeros(accounts, dtype=np.bool_)
        return History(np.zeros(accounts, dtype=np.int64), np.zeros(accounts), none, none)
    columns = (history.orders, history.days, history.falling, history.complaint)
    names = ("orders", "days", "falling", "complaint")
    same_length(accounts=np.zeros(accounts), **dict(zip(names, columns, strict=True)))
    finite(orders=history.orders, days=history.days)
    not_below_zero(orders=history.orders, days=history.days)
    return history


def place(*, model: LevelModel, evidence: Evidence) -> tuple[Floats, Floats, Floats, Floats]:
    """Trait and its spread, both (accounts,), chances of the levels and those beforehand, both (accounts, 4).

    Means over the model's draws where it has any.
    """
    drawn = model.draws or (model.parameters,)
    parts = [[_placed(model, parameters, part) for parameters in drawn] for part in evidence.blocks()]
    mean, square, chance, before = (
        np.concatenate([np.mean([one[column] for one in part], axis=0) for part in parts]) for column in range(4)
    )
    return mean, np.sqrt(np.maximum(square - mean**2, 0.0)), chance, before


def _placed(model: LevelModel, parameters: Parameters, evidence: Evidence) -> tuple[Floats, Floats, Floats, Floats]:
    """Expected trait, its expected square, chances and chances beforehand under given parameters."""
    density = view(model=model, parameters=parameters, evidence=evidence).density()
    chance = level_chances(density=density, cutpoints=model.cutpoints_of(parameters))
    before = prior_chances(model=model, parameters=parameters, design=evidence.design)
    return density @ GRID, density @ GRID**2, chance, before


def _unstable(model: LevelModel, evidence: Evidence) -> Bools:
    best = view(model=model, parameters=model.parameters, evidence=evidence)
    likeliest = _likeliest(model, best.density())
    flips = np.zeros(likeliest.size, dtype=np.bool_)
    for left_out in np.eye(len(model.indicators)):
        rest = best.shown.of(counted=1 - left_out)
        flips |= _likeliest(model, best.density(behaviour=rest.curve())) != likeliest
    return flips


def _likeliest(model: LevelModel, density: Floats) -> Ints:
    return np.asarray(level_chances(density=density, cutpoints=model.cutpoints).argmax(axis=1))


def _mixed(model: LevelModel, evidence: Evidence, apart: float) -> Ints:
    """Accounts off the line: what they say and do about price speaks for another half of the ladder than about loyalty."""
    found = {}
    for side in ("price", "loyalty"):
        seen = view(model=model, parameters=model.parameters, evidence=evidence, side=side)
        density = seen.density()
        mean, spread = moments(density=density)
        # What the side alone says, without what is known beforehand.
        sure = np.maximum(1 / np.maximum(spread, 1e-6) ** 2 - 1, 1e-9)
        own = (mean * (1 + sure) - seen.centre) / sure
        found[side] = own, 1 / sure, _likeliest(model, density)
    (price, wide, at_price), (loyalty, broad, at_loyalty) = found["price"], found["loyalty"]
    parted = np.abs(price - loyalty) > apart * np.sqrt(wide + broad)
    locked = parted & (at_price >= 2) & (at_loyalty < 2)
    return np.where(locked, LOCKED_IN, np.where(parted & (at_loyalty >= 2) & (at_price < 2), NEGOTIATES, 0))
