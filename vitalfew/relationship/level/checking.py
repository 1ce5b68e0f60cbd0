"""The levels put to the test on the firm's own ledger: by two halves of the answers, a person left out, and what customers did next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from vitalfew.analytics.level import Levels, Survey, estimate_level, measure_held_out, measure_retest
from vitalfew.analytics.refusals import UnusableInput
from vitalfew.ledger import runs
from vitalfew.ledger.models import AccountTotals, Run
from vitalfew.ledger.snapshot import Found
from vitalfew.relationship.behaviour.prices import Prices
from vitalfew.relationship.level.answered import QUESTIONS
from vitalfew.relationship.level.judgement import USUAL, Known, silent
from vitalfew.relationship.level.stored import Learnt
from vitalfew.relationship.models import LevelFound

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVELS = (1, 2, 3, 4)
# A run of about a year before, whose levels are held against what came after.
A_YEAR = (timedelta(days=330), timedelta(days=430))
STILL = timedelta(days=182)  # days: who ordered within them still buys
FEWEST = 20
SURE = 0.9


def checks(*, run: Run, found: Found, known: Known, learnt: Learnt, prices: Prices | None) -> dict[str, Any]:
    """What each test gave, as it is stored; a test that could not be made says what is missing."""
    return {
        "halves": _told(lambda: _halves(learnt, known)),
        "left_out": _told(lambda: _left_out(learnt, known)),
        "stayed": _stayed(run, found),
        "prices": _answered_prices(learnt, known, prices),
    }


def _told(test: Any) -> dict[str, Any]:
    try:
        return dict(test())
    except UnusableInput as refusal:
        return {"missing": str(refusal)}


def _halves(learnt: Learnt, known: Known) -> dict[str, Any]:
    """Accounts with two people or more who answered: the level by every other person, and by the rest."""
    survey = known.answered.survey
    half = _half_of(survey)
    both = np.flatnonzero(np.all([np.bincount(survey.account[half == one], minlength=survey.accounts) > 0 for one in (0, 1)], axis=0))  # fmt: skip
    first, second = (_by_answers(learnt, known, survey.where(half == one)) for one in (0, 1))
    found = measure_retest(
        first=first.trait[both], second=second.trait[both],
        first_level=first.level[both], second_level=second.level[both],
    )  # fmt: skip
    return asdict(found)


def _half_of(survey: Survey) -> Ints:
    """0 or 1 for each answer: the people of an account take turns."""
    people, person = np.unique(np.column_stack((survey.account, survey.respondent)), axis=0, return_inverse=True)
    first = np.searchsorted(people[:, 0], people[:, 0])
    return np.asarray(((np.arange(len(people)) - first) % 2)[person.ravel()])


def _by_answers(learnt: Learnt, known: Known, survey: Survey) -> Levels:
    """The levels when only these answers count."""
    design = learnt.kinds.design(known.facts)
    return estimate_level(
        model=learnt.model, survey=survey, indicators=silent(known.indicators), covariates=design, rules=USUAL
    )


def _left_out(learnt: Learnt, known: Known) -> dict[str, Any]:
    """One person of each account left out and foretold: better than by the segment, or by what the others said?"""
    found = measure_held_out(
        survey=known.answered.survey,
        indicators=known.indicators,
        covariates=learnt.kinds.design(known.facts),
        questions=QUESTIONS,
    )
    return asdict(found)


def _stayed(run: Run, found: Found) -> dict[str, Any]:
    """Levels named a year ago against who still buys, and how much of that year's net sales came again."""
    then = runs.shown_between(run.as_of - A_YEAR[1], run.as_of - A_YEAR[0])
    if then is None:
        return {"missing": "no refresh as of a year ago: `vitalfew refresh --history` finds the past year"}
    named = LevelFound.objects.filter(run=then, superseded_at=None).exclude(told=None)
    level = dict(named.values_list("account_id", "told"))
    before = dict(AccountTotals.objects.filter(run=then, account__in=level).values_list("account_id", "net_12_months"))
    place = {int(account): row for row, account in enumerate(found.account)}
    rows = [(told, before.get(account, 0), place[account]) for account, told in level.items() if account in place]
    if len(rows) < FEWEST:
        return {"missing": f"{FEWEST} levels named a year ago are needed, there were {len(rows)}"}
    stood, sales, at = (np.array(column) for column in zip(*rows, strict=True))
    still = found.last_day[at] > np.datetime64(run.as_of - STILL)
    each = [
        _group(int(one), still[stood == one], sales[stood == one], found.net_12[at[stood == one]]) for one in LEVELS
    ]
    return {"as_of": then.as_of.isoformat(), "levels": [one for one in each if one], "rising": _rising(stood, still)}


def _group(level: int, still: NDArray[np.bool_], before: Ints, after: Ints) -> dict[str, Any]:
    if not still.size:
        return {}
    low, high = _wilson(int(still.sum()), still.size)
    kept = float(after.sum() / before.sum()) if before.sum() > 0 else None
    return {
        "level": level,
        "accounts": still.size,
        "share": float(still.mean()),
        "low": low,
        "high": high,
        "kept": kept,
    }


def _wilson(right: int, of: int, z: float = 1.2816) -> tuple[float, float]:
    """80 % interval of a share (Wilson 1927)."""
    share, wide = right / of, z**2 / of
    middle, off = (share + wide / 2) / (1 + wide), np.sqrt(share * (1 - share) * wide + wide**2 / 4) / (1 + wide)
    return float(middle - off), float(middle + off)


def _rising(level: Ints, happened: NDArray[np.bool_]) -> float:
    """The chance that what happened is likelier at higher levels (trend in shares, Armitage 1955)."""
    share, apart = happened.mean(), level - level.mean()
    error = np.sqrt(share * (1 - share) * (apart**2).sum())
    return float(ndtr((apart * happened).sum() / error)) if error > 0 else 0.5


def _answered_prices(learnt: Learnt, known: Known, prices: Prices | None) -> dict[str, Any]:
    """How volume answered list prices, by the level that the answers alone give: price response is no evidence of it here."""
    if prices is None:
        return {"missing": "no prices in the ledger that can be compared"}
    spoke = np.isin(known.account, list(known.answered.newest))
    place = np.searchsorted(known.account, prices.account)
    measured = np.isfinite(prices.own_variance) & (prices.own_variance > 0) & spoke[place]
    if measured.sum() < FEWEST:
        return {"missing": f"{FEWEST} accounts with answers and prices that moved are needed, there are {int(measured.sum())}"}  # fmt: skip
    level = _by_answers(learnt, known, known.answered.survey).level[place[measured]]
    response = prices.own_response[measured]
    weight = 1 / (prices.own_variance[measured] + prices.firm.spread**2)
    each = [_mean(one, response[level == one], weight[level == one]) for one in LEVELS if (level == one).any()]
    return {"levels": each, "rising": _slope(level, response, weight)}


def _mean(level: int, response: Floats, weight: Floats) -> dict[str, Any]:
    mean, error = np.average(response, weights=weight), weight.sum() ** -0.5
    return {
        "level": level, "accounts": response.size, "response": float(mean),
        "low": float(mean - 1.2816 * error), "high": float(mean + 1.2816 * error),
    }  # fmt: skip


def _slope(level: Ints, response: Floats, weight: Floats) -> float:
    """The chance that higher levels answer prices less strongly."""
    apart = level - np.average(level, weights=weight)
    spread = (weight * apart**2).sum()
    return float(ndtr((weight * apart * response).sum() / spread**0.5)) if spread > 0 else 0.5


def doubts(found: dict[str, Any]) -> tuple[str, ...]:
    """The tests that speak against the levels, by name: halves that disagree, or what customers did next not rising."""
    halves, stayed, prices = found.get("halves", {}), found.get("stayed", {}), found.get("prices", {})
    left = found.get("left_out", {})
    said: Iterable[tuple[str, bool]] = (
        ("halves", halves.get("correlation", 1.0) < 0.6 or halves.get("neighbours", 1.0) < 0.9),
        ("left_out", left.get("lead", 0.0) < -2 * left.get("lead_error", 0.0)),
        ("stayed", stayed.get("rising", 1.0) < SURE),
        ("prices", prices.get("rising", 1.0) < SURE),
    )
    return tuple(name for name, against in said if against)
