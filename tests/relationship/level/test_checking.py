"""The levels put to the test on what the firm has: halves, a person left out, what customers did in the year after."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from tests.relationship.level.world import AS_OF, answer, judged, made_firm, shown_run
from vitalfew.analytics.level import Survey
from vitalfew.ledger.models import AccountTotals
from vitalfew.relationship.level import checking
from vitalfew.relationship.models import LevelFound, LevelRun

pytestmark = pytest.mark.django_db
A_YEAR_AGO = AS_OF - timedelta(days=365)


def checks_of(run):
    return LevelRun.objects.get(run=run).checks


def test_halves_of_the_answers_agree_where_people_say_what_their_account_feels():
    firm = made_firm()
    for part in ("decides", "uses"):
        answer(firm, *range(1, 41), part=part, seed=len(part))
    halves = checks_of(judged(firm))["halves"]
    assert halves["accounts"] == 40
    assert halves["correlation"] > 0.8 and halves["neighbours"] > 0.9


def test_people_of_an_account_take_turns_in_the_halves():
    account, person = np.array([0, 0, 0, 1, 1, 2]), np.array([7, 7, 3, 9, 4, 5])
    nought = np.zeros(6, dtype=np.int64)
    survey = Survey(3, account, person, nought, nought, nought.astype(float))
    half = checking._half_of(survey)
    assert half[0] == half[1] != half[2]
    assert half[3] != half[4]


def test_left_out_person_is_foretold_or_it_says_who_is_missing():
    firm = made_firm()
    answer(firm, *range(1, 41))
    assert "people who can be left out" in checks_of(judged(firm))["left_out"]["missing"]


def held_against(levels: dict[int, int], stayed: set[int]):
    """What the test of staying says when these levels were named a year ago and only these accounts still buy."""
    firm = made_firm()
    then, now = shown_run(A_YEAR_AGO), shown_run()
    AccountTotals.objects.bulk_create(
        AccountTotals(
            run=then, account_id=account, net=9_000, net_12_months=1_000, orders_12_months=3, lines=3, credits=0,
            first_day=A_YEAR_AGO, last_day=A_YEAR_AGO, months=[],
        )
        for account in levels
    )  # fmt: skip
    LevelFound.objects.bulk_create(
        LevelFound(
            run=then, account_id=account, judged_at=then.shown_at, verdict=2, level=level, told=level, low=level, high=level,
            chance=[], known={},
        )
        for account, level in levels.items()
    )  # fmt: skip
    buys = np.isin(firm.found.account, list(stayed))
    last = np.where(buys, np.datetime64(AS_OF), np.datetime64(A_YEAR_AGO))
    found = replace(firm.found, last_day=last, net_12=np.where(buys, 500, 0))
    return checking._stayed(now, found)


def test_staying_is_told_by_level_with_its_interval_and_what_sales_came_again():
    levels = {account: 1 + (account > 20) * 3 for account in range(1, 41)}
    found = held_against(levels, stayed=set(range(11, 41)))
    low, high = found["levels"]
    assert (low["level"], low["accounts"], low["share"], low["kept"]) == (1, 20, 0.5, 0.25)
    assert (high["level"], high["accounts"], high["share"], high["kept"]) == (4, 20, 1.0, 0.5)
    assert low["low"] == pytest.approx(0.362, abs=0.001) and low["high"] == pytest.approx(0.638, abs=0.001)
    assert found["rising"] > 0.99 and checking.doubts({"stayed": found}) == ()


def test_staying_that_falls_with_the_level_is_a_doubt():
    levels = {account: 1 + (account > 20) * 3 for account in range(1, 41)}
    found = held_against(levels, stayed=set(range(1, 21)))
    assert found["rising"] < 0.01 and checking.doubts({"stayed": found}) == ("stayed",)


def test_few_named_levels_say_how_many_are_needed():
    assert "there were 5" in held_against(dict.fromkeys(range(1, 6), 2), stayed=set())["missing"]


def test_no_year_to_look_back_on_says_how_to_find_one():
    assert "refresh --history" in checks_of(judged(made_firm()))["stayed"]["missing"]


def test_halves_that_disagree_are_a_doubt():
    assert checking.doubts({"halves": {"correlation": 0.59, "neighbours": 0.95}}) == ("halves",)
    assert checking.doubts({"halves": {"correlation": 0.61, "neighbours": 0.95}}) == ()


def test_price_slope_knows_its_sign():
    level, weight = np.array([1, 2, 3, 4] * 10), np.full(40, 4.0)
    rising = np.array([-2.0, -1.5, -1.0, -0.5] * 10)
    assert checking._slope(level, rising, weight) > 0.99
    assert checking._slope(level, -rising, weight) < 0.01
    assert checking._slope(np.full(40, 2), rising, weight) == 0.5
