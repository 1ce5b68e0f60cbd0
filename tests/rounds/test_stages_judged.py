"""Stages are judged when something is heard of an account, last in a refresh, and on the first look of each day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import customers, key
from tests.sales import NOW
from vitalfew.ground import clock
from vitalfew.ledger.models import Customer
from vitalfew.playbook.models import StageMove
from vitalfew.playbook.moving import pass_gate
from vitalfew.relationship.evidence.recording import record_evidence, withdraw_evidence
from vitalfew.rounds import schedule
from vitalfew.selection.operations import designate
from vitalfew.trust.actors import operator

pytestmark = pytest.mark.django_db(transaction=True)


def said(account, side, words, at):
    return record_evidence(
        account=account, kind="reason_to_buy", side=side, words=words, source=f"talk: {words}", holds_from=at.date(), by=operator(), at=at
    )  # fmt: skip


def passed(at, account=1):
    """A key account that passed its first gate; what its customer said."""
    designate(account=account, reason="Large", by=operator(), at=at)
    for words in ("Fast delivery", "One number to call"):
        said(account, "ours", words, at)
    theirs = said(account, "customer", "They answer", at)
    pass_gate(account=account, stage=0, words="Ready", by=operator(), at=at)
    return theirs


def moves():
    return list(StageMove.objects.order_by("pk").values_list("kind", "trigger", "by"))


def test_evidence_that_proves_wrong_makes_it_fall_after_the_commit(home):
    customers(2)
    theirs = passed(clock.now())
    withdraw_evidence(number=theirs.pk, reason="Not said so", by=operator(), at=clock.now())
    assert moves() == [("passed", "", "operator"), ("withdrawn", "", "clock")]


def test_the_first_look_of_a_day_judges_and_the_next_ones_do_not(home, at_once):
    customers(2)
    passed(NOW)
    schedule.tick(at=NOW)
    assert moves() == [("passed", "", "operator")]
    later = NOW + timedelta(days=91)
    schedule.tick(at=later)
    assert moves()[1:] == [("fell", "silence", "clock")]
    assert (home / "clock.lock").read_text() == later.date().isoformat()
    key(2)
    StageMove.objects.filter(kind="fell").delete()
    schedule.tick(at=later)
    assert len(moves()) == 1  # this day was judged
    schedule.tick(at=later + timedelta(days=1))
    assert len(moves()) == 2


def test_a_refresh_judges_last(bring, refreshed):
    bring()
    passed(NOW - timedelta(days=91), account=Customer.objects.order_by("pk").values_list("pk", flat=True)[0])
    refreshed()
    assert moves()[1:] == [("fell", "silence", "clock")]
