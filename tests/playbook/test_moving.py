"""Passing a gate: who may, on what, what is kept, and all the ways in which it is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MORNING, as_alice, ben, customers, key, let_in, person
from vitalfew.ground.errors import Missing
from vitalfew.ledger import choices
from vitalfew.playbook.models import StageMove
from vitalfew.playbook.moving import GateShut, pass_gate
from vitalfew.playbook.told import stage_words
from vitalfew.relationship.evidence.recording import record_evidence
from vitalfew.selection.leading import SelectionRefused
from vitalfew.selection.operations import designate, release
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import operator, person_actor
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.rights import Role
from vitalfew.trust.versions import StaleRecord

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(days=1)


def known(kind, side="ours", *, account=1, words="", number=None, **more):
    number = number or f"{kind} {side} {words}"
    return record_evidence(
        **{
            "account": account, "kind": kind, "side": side, "source": f"talk of {number}", "words": words or number,
            "holds_from": MORNING.date(), "by": operator(), "at": MORNING,
        }
        | more
    )  # fmt: skip


def ready(account=1):
    """All that the first gate asks for."""
    return [
        known("reason_to_buy", words="Fast delivery", account=account), known("reason_to_buy", words="One number to call", account=account),
        known("reason_to_buy", "customer", words="They always answer", account=account),
    ]  # fmt: skip


def go(account=1, stage=0, **more):
    return pass_gate(
        **{"account": account, "stage": stage, "words": "They are ready", "by": as_alice(), "at": MORNING} | more
    )


@pytest.fixture(autouse=True)
def firm():
    customers(4)
    key(1, manager=ben())


def test_a_gate_is_passed_on_what_is_known_and_the_move_keeps_it():
    pieces = ready()
    move = go()
    assert (move.from_stage, move.to_stage, move.kind, move.number, move.by, move.on) == (
        0,
        1,
        "passed",
        1,
        "Alice Head",
        MORNING.date(),
    )
    assert {piece["number"] for piece in move.pieces} == {piece.pk for piece in pieces}
    assert {piece["item"] for piece in move.pieces} == {"reasons", "why_us"}
    assert stage_words([1]) == {1: 1}
    entry = AuditEntry.objects.get(verb="playbook.pass_gate")
    assert (entry.target, entry.after["from"], entry.after["to"]) == ("customer:1", 0, 1)


def test_a_shut_gate_says_what_is_missing_and_who_could_give_it_whoever_asks():
    known("reason_to_buy", words="Fast delivery")
    told = (
        "Acme Tools stays in “Differentiate”. Missing: reasons to buy besides price, on record (1 of 2), could come from the key account manager; "
        "they say why us, could come from one of their people, by a statement put to them or one of their people, by the survey. Nothing was changed."
    )
    for actor in (operator(), as_alice()):
        with pytest.raises(GateShut) as refusal:
            go(by=actor)
        assert str(refusal.value) == told
    assert (StageMove.objects.count(), AuditEntry.objects.filter(verb="playbook.pass_gate").count()) == (0, 0)


def test_a_second_press_is_told_that_the_account_has_gone_on():
    ready()
    go()
    with pytest.raises(StaleRecord) as stale:
        go()
    assert (stale.value.yours, stale.value.theirs) == ({"stage": 0}, {"stage": 1})
    assert StageMove.objects.count() == 1


def test_evidence_of_a_day_to_come_opens_nothing_yet():
    for word in ("Fast delivery", "One number to call"):
        known("reason_to_buy", words=word)
    known("reason_to_buy", "customer", holds_from=LATER.date())
    with pytest.raises(GateShut, match="Missing: they say why us"):
        go()
    assert go(at=LATER).to_stage == 1


def test_words_are_needed():
    ready()
    with pytest.raises(GateShut, match="Say in words why"):
        go(words="  ")


def test_an_account_that_is_not_key_has_no_gate_to_pass():
    ready(account=2)
    with pytest.raises(SelectionRefused, match="Borealis is not a key account"):
        go(account=2)


def test_a_hidden_account_answers_like_one_that_does_not_exist():
    ready(account=2)
    somebody = let_in(person(Role.CONTRIBUTOR), 1)
    said = set()
    for account in (2, 77777):
        with pytest.raises(Missing) as missing:
            go(account=account, by=person_actor(somebody, door="web"))
        said.add(str(missing.value))
    assert len(said) == 1


def test_who_may_only_read_is_refused_before_anything_is_told():
    ready()
    with pytest.raises(Denied):
        go(by=person_actor(let_in(person(Role.VIEWER), 1), door="web"))
    assert StageMove.objects.count() == 0


def test_a_trigger_of_the_next_stage_keeps_the_gate_shut():
    ready()
    with pytest.raises(GateShut, match=r"It would fall back at once: no word with a decision maker since 2026-07-01\."):
        go(at=MORNING + timedelta(days=91))


def test_a_new_designation_begins_anew_and_the_history_stays():
    ready()
    go()
    release(account=1, reason="Too small", by=as_alice(), at=LATER)
    assert stage_words([1]) == {}
    designate(account=1, reason="Grown again", by=as_alice(), at=LATER)
    assert (stage_words([1]), StageMove.objects.count()) == ({1: 0}, 1)
    assert go(at=LATER).number == 1


def test_the_firm_chooses_how_much_is_enough():
    ready()
    choices.choose(name="playbook_reasons", value="3", by=operator(), at=MORNING)
    with pytest.raises(GateShut, match=r"\(2 of 3\)"):
        go()
