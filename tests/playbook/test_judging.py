"""Falling back: once for each occurrence, when evidence proves wrong, and never by evidence that only ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import MORNING, as_alice, ben, customers, key
from tests.playbook.test_moving import go, known, ready
from tests.relationship.people import at_work
from vitalfew.ledger import choices
from vitalfew.ledger.models import Customer, Membership
from vitalfew.playbook.judging import judge_stages
from vitalfew.playbook.models import StageMove
from vitalfew.playbook.moving import GateShut
from vitalfew.playbook.told import stage_words
from vitalfew.relationship.evidence.recording import close_evidence, renew, withdraw_evidence
from vitalfew.relationship.models import Evidence, Part, Position
from vitalfew.relationship.people.touches import note_touch
from vitalfew.trust.actors import clock_actor, operator
from vitalfew.trust.models import AuditEntry

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


@pytest.fixture(autouse=True)
def firm():
    customers(4)
    key(1, manager=ben())
    for name, function in (("Erin Chef", "purchasing"), ("Otto Plant", "operations"), ("Finn Gold", "finance")):
        at_work(name, account=1, function=function)


def judge(days=0, accounts=None):
    made = judge_stages(accounts=accounts, by=clock_actor(), at=MORNING + timedelta(days=days))
    return [(move.from_stage, move.to_stage, move.kind, move.trigger) for move in made]


def planned():
    """An account that has come to stage 2."""
    ready()
    go()
    pieces = [known("aim", words=word) for word in ("Halve waste", "Two days of stock", "One supplier less")]
    pieces += [known("aim_supported"), known("aim", "customer", words="Halve waste")]
    go(stage=1)
    return pieces


def agreed():
    """An account that has come to stage 3."""
    planned()
    for kind, side, words in (
        ("objective", "ours", "Waste 4 %"), ("objective", "ours", "Stock 2 days"), ("actions_owned", "ours", ""), ("whitespace_reviewed", "ours", ""),
        ("plan_confirmed", "customer", ""),
    ):  # fmt: skip
        known(kind, side, words=words)
    go(stage=2)


def test_nothing_falls_where_nothing_happened():
    planned()
    assert (judge(), judge(days=90), stage_words([1])) == ([], [], {1: 2})


def test_an_occurrence_makes_it_fall_once_however_often_it_is_judged():
    agreed()
    left = known("champion_left", words="Erin left")
    assert judge() == [(3, 2, "fell", "champion_left")]
    assert (judge(), judge(days=1), stage_words([1])) == ([], [], {1: 2})
    move = StageMove.objects.get(kind="fell")
    assert ([piece["number"] for piece in move.pieces], move.occurrence, move.by) == (
        [left.pk],
        f"{left.source}@2026-07-01",
        "clock",
    )
    assert AuditEntry.objects.get(verb="playbook.fall_back").after["why"] == "champion_left"
    with pytest.raises(GateShut, match="It would fall back at once: champion left: Erin left"):
        go(stage=2)


def test_the_same_thing_worded_anew_is_the_same_occurrence_and_another_thing_is_not():
    agreed()
    left = known("champion_left", words="Erin left")
    assert len(judge()) == 1
    known("champion_left", words="Erin left us for Borealis", source=left.source)
    assert Evidence.objects.get(kind="champion_left", withdrawn_at=None).words == "Erin left us for Borealis"
    assert judge() == []
    known("champion_left", words="Otto left too")
    assert judge() == [(2, 1, "fell", "champion_left")]


def test_silence_makes_it_fall_once_until_it_was_broken():
    planned()
    assert judge(days=91) == [(2, 1, "fell", "silence")]
    assert (judge(days=92), judge(days=300)) == ([], [])


def test_several_occurrences_fall_one_stage_each_as_long_as_they_count_there():
    planned()
    known("champion_left", words="Erin left")
    known("plan_untouched")
    assert judge() == [(2, 1, "fell", "champion_left")]  # neither counts in stage 1


def test_an_account_in_the_first_stage_falls_no_further():
    known("tender")
    assert judge(days=200) == []


def test_evidence_that_was_wrong_takes_the_account_back_to_its_gate():
    supported = planned()[3]
    withdraw_evidence(number=supported.pk, reason="It was another customer", by=as_alice(), at=MORNING)
    assert judge(accounts={1}) == [(2, 1, "withdrawn", "")]
    move = StageMove.objects.get(kind="withdrawn")
    assert ([piece["number"] for piece in move.pieces], judge()) == ([supported.pk], [])
    assert move.words == "evidence was withdrawn on which it passed the gate of 2026-07-01: aims supported and closed"


def test_evidence_of_the_first_gate_takes_it_all_the_way_back():
    pieces = ready()
    planned()
    withdraw_evidence(number=pieces[2].pk, reason="Not said so", by=as_alice(), at=MORNING)
    assert judge() == [(2, 0, "withdrawn", "")]


def test_other_evidence_of_that_day_holds_the_gate():
    pieces = ready()
    known("reason_to_buy", words="A third reason")
    go()
    withdraw_evidence(number=pieces[0].pk, reason="Not so", by=as_alice(), at=MORNING)
    assert (judge(), stage_words([1])) == ([], {1: 1})


def test_evidence_that_ended_or_grew_old_takes_nothing_back():
    ready()
    go()
    for row in Evidence.objects.all():
        close_evidence(account=1, kind=row.kind, source=row.source, on=TODAY, by=operator(), at=MORNING)
    assert (judge(), judge(days=60), stage_words([1])) == ([], [], {1: 1})


def test_what_it_stood_on_still_counts_though_it_ended_that_very_day():
    pieces = ready()
    known("reason_to_buy", words="A third reason")
    go()
    close_evidence(account=1, kind="reason_to_buy", source=pieces[1].source, on=TODAY, by=operator(), at=MORNING)
    withdraw_evidence(number=pieces[0].pk, reason="Not so", by=as_alice(), at=MORNING)
    assert (judge(), stage_words([1])) == ([], {1: 1})


def test_an_answer_that_is_sent_once_more_stands_for_the_one_before():
    for word in ("Fast delivery", "One number to call"):
        known("reason_to_buy", words=word)
    said = known("level_sentence", "customer", value={"answer": 3, "part": "uses"}, source="response:7")
    go()

    def again(answer, day):
        draft = Evidence(
            account_id=1, kind="level_sentence", side="customer", value={"answer": answer, "part": "uses"}, holds_from=day,
            source="response:7", recorded_at=MORNING, recorded_by="contact:1",
        )  # fmt: skip
        renew(
            account=1,
            source="response:7",
            drafts=[draft],
            because="the contact answered anew",
            by="contact:1",
            at=MORNING,
        )

    again(3, TODAY + timedelta(days=9))
    said.refresh_from_db()
    assert (said.withdrawn_because, judge(days=10), judge(days=80)) == ("the contact answered anew", [], [])
    again(1, TODAY + timedelta(days=20))
    assert judge(days=21) == [(1, 0, "withdrawn", "")]


def test_what_happens_at_a_site_makes_the_account_above_it_fall():
    Customer.objects.filter(pk=1).update(kind="group")
    Membership.objects.create(customer_id=3, parent_id=1, holds_from=date(2020, 1, 1))
    choices.choose(name="account_level", value="group", by=operator(), at=MORNING)
    planned()
    known("champion_left", account=3, words="Their planner left")
    assert judge(accounts={3}) == [(2, 1, "fell", "champion_left")]


def test_a_word_with_a_decision_maker_keeps_it_where_it_is():
    planned()
    position = Position.objects.get(contact__name="Erin Chef")
    Part.objects.create(
        position=position,
        kind="decides",
        reason="Signs",
        holds_from=TODAY,
        holds_until=TODAY + timedelta(days=60),
        given_by="Alice Head",
    )
    note_touch(account=1, on=TODAY + timedelta(days=50), kind="call", source="call:1", contact=position.contact_id)
    assert (judge(days=91), judge(days=140)) == (
        [],
        [],
    )  # the part ended, the word with whoever decided then still counts
    assert judge(days=141) == [(2, 1, "fell", "silence")]
