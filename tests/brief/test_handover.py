"""The hand-over pack: all that the next one must know, for whoever may see the account."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MORNING, alice, as_alice, ben, carla, key, let_in, person, portfolio
from vitalfew.brief.handover import DECISIONS, hand_over_pack
from vitalfew.ground.errors import Missing
from vitalfew.selection import capacity, handing, operations
from vitalfew.trust.rights import Role

pytestmark = pytest.mark.django_db
TODAY = date(2026, 8, 10)
LATER = MORNING + timedelta(days=40)


@pytest.fixture
def number() -> int:
    portfolio()
    key(1, manager=ben())
    operations.review(account=1, outcome="keep", reason="Steady", by=as_alice(), at=MORNING)
    capacity.plan_hours(account=1, hours=44, by=as_alice(), at=MORNING)
    words = {"taker": carla(), "role": "manager", "reason": "Ben leaves", "note": "Ask for Ida\nNever on Fridays"}
    return handing.hand_over(account=1, by=as_alice(), at=LATER, **words).pk


def pack(number: int, somebody=None, account: int = 1):
    return hand_over_pack(account=account, number=number, person=somebody or alice(), today=TODAY)


def test_the_pack_holds_all_that_the_next_one_must_know(number):
    found = pack(number)
    assert (found.handed.giver, found.handed.taker, found.handed.note) == (
        "Ben Manager", "Carla Deputy", "Ask for Ida\nNever on Fridays",
    )  # fmt: skip
    assert (found.facts.name, found.facts.net_12_months.value, found.facts.last_day) == (
        "Acme Tools", 120_000_00, date(2026, 6, 10),
    )  # fmt: skip
    assert (found.selection.rank.value, found.selection.review_due, found.hours.hours) == (1, False, 44)
    assert [(span.name, span.holds_until) for span in found.led] == [("Carla Deputy", None), ("Ben Manager", TODAY)]
    assert sorted((event.what, event.reason) for event in found.decisions) == [
        ("designated", "Carries the region"), ("reviewed: keep", "Steady"),
    ]  # fmt: skip
    assert found.earlier == 0


def test_a_review_that_is_due_stands_in_it(number):
    assert hand_over_pack(account=1, number=number, person=alice(), today=date(2027, 7, 3)).selection.review_due


def test_only_the_taker_is_asked_to_confirm(number):
    head = person(Role.HEAD)
    assert [pack(number, one).mine for one in (carla(), alice(), head)] == [True, False, False]
    assert hand_over_pack(account=1, number=number, person=None, today=TODAY).mine is False


def test_whoever_gave_the_account_away_sees_it_no_more_unless_let_in(number):
    with pytest.raises(Missing):
        pack(number, ben())
    assert pack(number, let_in(ben(), 1)).handed.number == number


def test_a_number_of_another_account_is_not_there(number):
    key(2, manager=ben())
    with pytest.raises(Missing):
        pack(number, account=2)


def test_decisions_that_have_no_room_are_counted(number):
    for n in range(DECISIONS):
        operations.review(account=1, outcome="keep", reason=f"Look {n}", by=as_alice(), at=LATER)
    found = pack(number)
    assert (len(found.decisions), found.earlier) == (DECISIONS, 2)


def test_the_pack_asks_a_fixed_number_of_times(number):
    asker, asked = alice(), []
    for more in (0, 20):
        for n in range(more):
            operations.review(account=1, outcome="keep", reason=f"Look {n}", by=as_alice(), at=LATER)
        with CaptureQueriesContext(connection) as caught:
            pack(number, asker)
        asked.append(len(caught))
    assert asked[0] == asked[1] <= 20
