"""The yearly loop: what was done last, when it is due next, and whose it is to be done first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import MORNING, as_alice, ben, customers, key
from tests.relationship.levels import run_of, seen
from vitalfew.playbook.loop import loop_of
from vitalfew.playbook.thresholds import thresholds
from vitalfew.relationship.level.told import level_of
from vitalfew.selection.designated import designated
from vitalfew.selection.operations import designate, release, review

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


@pytest.fixture(autouse=True)
def firm():
    customers(3)
    key(1, manager=ben())
    key(2)


def loop(account, today=TODAY):
    level = level_of(accounts=[account]).get(account)
    return loop_of(designated(person=None)[account], 0, level.newest_answer if level else None, thresholds(), today)


def steps(account, today=TODAY):
    return {step.name: (step.last, step.due, step.state) for step in loop(account, today).steps}


def test_an_account_nobody_leads_or_asked_waits_since_it_became_key():
    assert steps(2) == {
        "select": (TODAY, None, "done"), "assign": (None, TODAY, "due"), "stages": (None, None, "ahead"), "rescore": (None, TODAY, "due"),
        "decide": (None, date(2027, 7, 1), "ahead"),
    }  # fmt: skip
    assert steps(2, TODAY + timedelta(days=1))["assign"][2] == "overdue"
    assert steps(1)["assign"] == (None, None, "done")


@pytest.mark.parametrize(("after", "state"), [(0, "ahead"), (77, "due"), (91, "due"), (92, "overdue")])
def test_the_level_is_asked_again_each_quarter(after, state):
    seen(run_of(TODAY), 1, level=3, newest_answer=TODAY)
    assert steps(1, TODAY + timedelta(days=after))["rescore"] == (TODAY, TODAY + timedelta(days=91), state)


def test_the_decision_is_the_review_that_selection_keeps():
    review(account=1, outcome="invest", reason="Grows", by=as_alice(), at=MORNING + timedelta(days=10))
    found = loop(1)
    assert found.decision == "invest"
    assert steps(1)["decide"] == (date(2026, 7, 11), date(2027, 7, 11), "ahead")


def test_a_review_of_an_earlier_designation_decides_nothing_of_this_one():
    review(account=1, outcome="invest", reason="Grows", by=as_alice(), at=MORNING)
    later = MORNING + timedelta(days=30)
    release(account=1, reason="Shrank", by=as_alice(), at=later)
    designate(account=1, reason="Grows again", by=as_alice(), at=later)
    found = loop(1)
    assert (found.decision, steps(1)["decide"]) == ("", (None, date(2027, 7, 31), "ahead"))
