"""The audit trail says who did what to what, when and through which door; and whose accounts one may see."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from tests.cast import MORNING, alice, as_alice, ben
from vitalfew.trust import access, audit, people
from vitalfew.trust.actors import operator, person_actor
from vitalfew.trust.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_an_entry_holds_all_that_was_said():
    by = person_actor(alice(), door="api", request_id="0123")
    audit.record(by=by, at=MORNING, verb="selection.designate", target="customer:17", before={"a": 1}, after={"b": "ü"})
    entry = AuditEntry.objects.values().get()
    assert {name: entry[name] for name in ("at", "actor_id", "actor_name", "door", "verb", "target", "before", "after", "request_id")} == {
        "at": MORNING, "actor_id": alice().pk, "actor_name": "Alice Head", "door": "api", "verb": "selection.designate", "target": "customer:17",
        "before": {"a": 1}, "after": {"b": "ü"}, "request_id": "0123",
    }  # fmt: skip


def test_nothing_before_or_after_is_an_empty_object():
    audit.record(by=operator(), at=MORNING, verb="ledger.undo_batch", target="batch:1")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.before, entry.after) == (None, {}, {})


def test_an_entry_falls_with_the_work_it_tells_of():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record(by=operator(), at=MORNING, verb="selection.review", target="z:1")
        _ = 1 / 0
    assert AuditEntry.objects.count() == 0


def test_who_stands_in_the_trail_cannot_be_deleted():
    audit.record(by=as_alice(), at=MORNING, verb="selection.review", target="z:1")
    with pytest.raises(ProtectedError):
        alice().delete()


def test_active_people_and_the_operator_see_everything():
    off = people.set_active(email=ben().email, active=False, by=operator(), at=MORNING)
    assert [access.sees_everything(person) for person in (None, alice(), off)] == [True, True, False]
