from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MORNING, as_alice, ben, customers, let_in
from tests.relationship.people import at_work
from vitalfew.ground.errors import Missing
from vitalfew.relationship.models import Touch
from vitalfew.relationship.people.contacts import ContactRefused
from vitalfew.relationship.people.noting import touch, touches_of
from vitalfew.relationship.people.touches import last_touches, note_touch
from vitalfew.trust.actors import operator, person_actor
from vitalfew.trust.models import AuditEntry

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


@pytest.fixture(autouse=True)
def ledger():
    return customers()


def noted(account=1, **more) -> Touch:
    return touch(**{"account": account, "on": TODAY, "kind": "call", "by": as_alice(), "at": MORNING} | more)


def test_a_touch_by_hand_counts_as_any_other():
    erin = at_work("Erin Chef", account=1)
    noted(contact=erin.pk, on=TODAY - timedelta(days=3))
    note_touch(account=1, on=TODAY - timedelta(days=9), kind="mail", source="conversation:2")
    assert last_touches(account=1)[None] == last_touches(account=1)[erin.pk] == TODAY - timedelta(days=3)
    rows = touches_of(account=1, by=as_alice()).rows
    assert [(row.kind, row.name, row.by) for row in rows] == [("call", "Erin Chef", "Alice Head"), ("mail", "", "")]


def test_the_same_of_one_day_is_one_touch_and_one_entry_for_each_of_us():
    for by in (as_alice(), as_alice(), person_actor(let_in(ben(), 1), door="web"), operator()):
        noted(by=by)
    noted(kind="visit")
    assert (Touch.objects.count(), AuditEntry.objects.filter(verb="relationship.note_touch").count()) == (4, 4)


@pytest.mark.parametrize("wrong", [{"on": TODAY + timedelta(days=1)}, {"kind": "pigeon"}])
def test_what_cannot_have_been_is_refused(wrong):
    with pytest.raises(ContactRefused, match=r"Nothing was noted\.$"):
        noted(**wrong)
    assert not Touch.objects.exists()


def test_a_contact_of_another_account_is_none_of_this_one():
    with pytest.raises(Missing):
        noted(contact=at_work("Frank Buyer", account=2).pk)
    with pytest.raises(Missing):
        noted(account=2, by=person_actor(let_in(ben(), 1), door="web"))
    assert not Touch.objects.exists()
