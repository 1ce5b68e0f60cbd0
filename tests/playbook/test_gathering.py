"""What is gathered of accounts: whose evidence counts, whom we know, and as many queries for many as for one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MORNING, alice, as_alice, customers, key, portfolio
from tests.playbook.test_moving import known
from tests.relationship.levels import aimed, run_of, seen
from tests.relationship.people import at_work
from vitalfew.ledger.models import Merge
from vitalfew.playbook.gathering import situations
from vitalfew.playbook.told import stages_of
from vitalfew.relationship.evidence.recording import withdraw_evidence
from vitalfew.relationship.models import Acquaintance, Part, Position, Response
from vitalfew.relationship.people.touches import note_touch

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


@pytest.fixture
def firm():
    customers(6)
    key(1)


def of(account=1, today=TODAY):
    return situations([account], today=today)[account]


def kinds(today=TODAY):
    return [piece.kind for piece in of(today=today).pieces]


def test_pieces_are_those_that_hold_on_the_day_the_newest_first(firm):
    known("aim", holds_from=TODAY - timedelta(days=5))
    known("objective", holds_from=TODAY - timedelta(days=2), holds_until=TODAY)
    known("value_item", holds_from=TODAY - timedelta(days=2), holds_until=TODAY + timedelta(days=1))
    known("promise_kept", holds_from=TODAY + timedelta(days=1))
    wrong = known("tender")
    withdraw_evidence(number=wrong.pk, reason="No", by=as_alice(), at=MORNING)
    assert kinds() == ["value_item", "aim"]
    assert sorted(kinds(TODAY - timedelta(days=1))) == ["aim", "objective", "value_item"]


def test_evidence_on_a_merged_duplicate_counts_for_what_it_was_merged_into(firm):
    known("aim", account=2, words="Halve waste")
    assert kinds() == []
    Merge.objects.create(duplicate_id=2, into_id=1, merged_at=MORNING, merged_by="Alice Head")
    assert [(piece.kind, piece.words) for piece in of().pieces] == [("aim", "Halve waste")]


def test_an_account_that_is_not_key_stands_in_the_first_stage(firm):
    found = of(2)
    assert (found.is_key, found.stage, found.designated_on) == (False, 0, None)
    assert (of().is_key, of().since, of().designated_on) == (True, TODAY, TODAY)


def decides(contact, first, last):
    position = Position.objects.get(contact=contact, account=1)
    Part.objects.create(
        position=position, kind="decides", reason="Signs", holds_from=first, holds_until=last, given_by="Alice Head"
    )


def test_people_are_those_who_work_there_on_the_day(firm):
    erin = at_work("Erin Chef", account=1, function="purchasing")
    at_work("Otto Plant", account=1, function="operations")
    at_work("Wilma Else", account=1)
    gone = at_work("Gerd Gone", account=1, function="finance")
    Position.objects.filter(contact=gone).update(holds_until=TODAY)
    Acquaintance.objects.create(contact=erin, person=alice())
    decides(erin, TODAY, TODAY)
    found = of().people
    assert (found.contacts, found.known, found.functions, found.deciders) == (3, 1, ("operations", "purchasing"), 1)
    assert of(today=TODAY + timedelta(days=1)).people.deciders == 0
    assert of(today=TODAY - timedelta(days=1)).people.functions == ("finance", "operations", "purchasing")


def test_only_words_with_whoever_decides_break_the_silence(firm):
    erin, otto = at_work("Erin Chef", account=1), at_work("Otto Plant", account=1)
    decides(erin, date(2026, 1, 1), date(2026, 12, 31))
    days = [TODAY - timedelta(days=number) for number in (9, 5, 2)]
    for day, contact in zip(days, (erin.pk, otto.pk, None), strict=True):
        note_touch(account=1, on=day, kind="call", source=f"call {day}", contact=contact)
    note_touch(account=2, on=TODAY, kind="call", source="call elsewhere", contact=erin.pk)
    assert (of().people.decider_touch, of().people.last_touch) == (days[0], days[2])
    assert of(today=days[0] - timedelta(days=1)).people.last_touch is None


def answered(contact, number, answer, day, part="decides"):
    response = Response.objects.create(
        contact=contact,
        account_id=1,
        answers={"sentence": answer},
        part=part,
        answered_on=day,
        answered_at=MORNING,
        source=f"file {number}",
    )
    known(
        "level_sentence", "customer", words=f"answer {number}", source=f"response:{response.pk}", value={"answer": answer, "part": part},
        holds_from=day, holds_until=day + timedelta(days=365),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "now", "part", "dropped"),
    [(3, 2, "decides", True), (3, 3, "decides", False), (2, 3, "decides", False), (3, 2, "uses", False)],
)
def test_a_decision_maker_who_chooses_a_lower_sentence_is_seen_though_the_first_answer_has_ended(
    firm, before, now, part, dropped
):
    erin, otto = at_work("Erin Chef", account=1), at_work("Otto Plant", account=1)
    answered(erin, 1, before, TODAY - timedelta(days=400), part)
    answered(erin, 2, now, TODAY - timedelta(days=10), part)
    answered(otto, 3, 1, TODAY, part)
    found = [(piece.words, piece.since) for piece in of().of("survey_dropped")]
    assert found == ([(f"{before} → {now}", TODAY - timedelta(days=10))] if dropped else [])
    assert of(today=TODAY + timedelta(days=355)).of("survey_dropped") == ()


def test_a_user_who_chooses_a_lower_sentence_beside_a_decision_maker_who_does_not_is_no_drop(firm):
    erin, otto = at_work("Erin Chef", account=1), at_work("Otto Plant", account=1)
    for number, (contact, answer, part) in enumerate([(erin, 3, "decides"), (otto, 4, "uses"), (otto, 2, "uses")]):
        answered(contact, number, answer, TODAY - timedelta(days=10 - number), part)
    assert of().of("survey_dropped") == ()


def test_the_level_comes_with_its_target(firm):
    assert of().level is None
    seen(run_of(TODAY), 1, level=3)
    aimed(1, 4)
    found = of().level
    assert (found.stands, found.verdict, found.low, found.high, found.target) == (3, "level", 3, 3, 4)


def test_a_hundred_accounts_take_as_many_queries_as_two():
    portfolio(100)
    counted = []
    for keys in (range(1, 3), range(3, 101)):
        for account in keys:
            key(account)
            known("aim", account=account)
            known(
                "level_sentence",
                "customer",
                account=account,
                value={"answer": 3, "part": "decides"},
                source=f"response:{account}",
            )
        at_work(f"Contact {keys[0]}", account=keys[0], function="finance")
        with CaptureQueriesContext(connection) as queries:
            rows = stages_of(person=alice(), today=TODAY)
        counted.append(len(queries))
    assert len(rows) == 100
    assert counted[0] == counted[1] <= 22
