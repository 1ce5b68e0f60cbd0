"""The firm's own thresholds decide what is told of a level, from the next judgement on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.relationship.level.world import AS_OF, AT, answer, filled_in, judged, made_firm, spoken
from vitalfew.ledger import choices
from vitalfew.relationship.level import judging
from vitalfew.relationship.level.judgement import USUAL, Thresholds, rules_of, thresholds
from vitalfew.relationship.level.reasons import account_level
from vitalfew.relationship.models import Contact, LevelFound
from vitalfew.trust.actors import operator

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=2)


@pytest.fixture
def firm():
    made = made_firm()
    answer(made, *range(1, 41), on=AS_OF - timedelta(days=120))
    return made


def choose(name: str, value: object) -> None:
    choices.choose(name=name, value=str(value), by=operator(), at=AT)


def named() -> int:
    return LevelFound.objects.filter(superseded_at=None).exclude(told=None).count()


def test_what_nobody_has_chosen_is_what_the_arithmetic_takes():
    assert thresholds() == Thresholds(USUAL, 0.8)


@pytest.mark.parametrize(
    ("field", "value"),
    [("likely", 0.7), ("bits", 0.5), ("orders", 30), ("days", 365), ("cap", 0.9), ("held", 0.9), ("apart", 2.0), ("damage_signs", 2)],
)  # fmt: skip
def test_each_rule_follows_its_own_setting(field, value):
    choose(f"level_{field}", value)
    assert thresholds() == Thresholds(replace(USUAL, **{field: value}), 0.8)


def test_how_sure_a_change_must_be_follows_its_setting():
    choose("level_sure", 0.9)
    assert thresholds() == Thresholds(USUAL, 0.9)


def test_a_refresh_names_no_level_that_is_not_likely_enough(firm):
    judged(firm)
    usual = named()
    LevelFound.objects.all().delete()
    choose("level_likely", 0.99)
    choose("level_bits", 2)
    judged(firm, as_of=AS_OF + timedelta(days=1))
    assert usual > 10 > named()


def test_an_answer_is_judged_by_the_thresholds_of_its_day(firm):
    judged(firm)
    sure = LevelFound.objects.exclude(told=None).order_by("account_id").first()
    assert max(sure.chance) < 0.99
    choose("level_likely", 0.99)
    contact = Contact.objects.create(name="New", added_at=AT, added_by="x")
    said = spoken(firm.trait[sure.account_id - 1], np.random.default_rng(2))
    filled_in(contact, account=sure.account_id, answers=said, on=LATER.date())
    assert judging.judge_again(accounts=[sure.account_id], at=LATER) == 1
    again = LevelFound.objects.get(account=sure.account_id, superseded_at=None)
    assert (again.told, max(again.chance) < 0.99) == (None, True)


def test_a_range_is_told_with_the_share_it_was_found_with(firm):
    choose("level_held", 0.95)
    choose("level_cap", 0.6)
    judged(firm)
    choose("level_held", 0.5)
    choose("level_cap", 0.99)
    found = account_level(account=60, person=None)
    row = LevelFound.objects.get(account=60)
    assert (found.found.held, found.they_do.held, found.history[-1].held) == (0.95, 0.95, 0.95)
    assert (rules_of(row).cap, max(found.they_do.chance) <= 0.6 + 1e-9) == (0.6, True)
    assert sum(row.chance[row.low - 1 : row.high]) >= 0.95 - 1e-3


def test_a_refresh_and_an_answer_read_the_thresholds_once(firm):
    for work in (lambda: judged(firm), lambda: judging.judge_again(accounts=range(1, 81), at=LATER)):
        with CaptureQueriesContext(connection) as asked:
            work()
        assert sum("level_likely" in query["sql"] for query in asked.captured_queries) == 1
