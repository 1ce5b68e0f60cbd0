"""The six expectations: every answer that counts is told, none is averaged away, each beside belief and evidence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MORNING, alice, as_alice, ben, customers, let_in
from tests.relationship.people import at_work
from vitalfew.ground.errors import Missing
from vitalfew.relationship.evidence.recording import record_evidence, withdraw_evidence
from vitalfew.relationship.evidence.scorecard import COUNTS_FOR, AnswerSaid, State, scorecard
from vitalfew.relationship.models import Contact, Evidence, Response, Wave
from vitalfew.relationship.survey import answering
from vitalfew.relationship.survey.mirror import mirror
from vitalfew.trust.actors import person_actor

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def ledger():
    return customers()


def answered(contact: Contact, part: str = "", *, account: int = 1, days_ago: int = 0, **answers: int) -> Response:
    """A form that a contact filled in so many days ago, with its evidence."""
    at = MORNING - days_ago * DAY
    wave = Wave.objects.create(
        name=f"Wave {Wave.objects.count()}", closes_on=at.date(), made_at=at, made_by="Alice Head"
    )
    made = Response.objects.create(
        account_id=account, wave=wave, contact=contact, way="link", part=part, answers=answers, answered_on=at.date(), answered_at=at
    )  # fmt: skip
    answering.write_evidence(made, by=f"contact:{contact.pk}", at=at)
    return made


def card(today: date = TODAY, person=None, account: int = 1):
    return scorecard(account=account, person=person, today=today)


def row(name: str = "value", **more):
    (found,) = (one for one in card(**more).rows if one.expectation == name)
    return found


def marks(found) -> list[tuple[str, int, bool]]:
    return [(one.name, one.answer, one.lowest) for one in found.answers]


@pytest.fixture
def erin():
    return at_work("Erin Chef", account=1)


@pytest.fixture
def frank():
    return at_work("Frank Buyer", account=1)


def test_without_answers_each_of_the_six_says_so():
    found = card()
    assert [(one.expectation, one.state, one.answers, one.gap) for one in found.rows] == [
        (name, State.NO_ANSWER, (), None) for name in ("main_link", "understands", "objectives", "value", "opportunities", "integrity")
    ]  # fmt: skip
    assert (found.answered, found.newest, found.age_days) == (0, None, None)
    assert found.missing == (("decides", "decision maker"), ("influences", "influencer"), ("uses", "user"))


def test_every_answer_is_told_with_who_gave_it_and_when(erin, frank):
    answered(erin, "uses", value=5, days_ago=3)
    answered(frank, "decides", value=4, days_ago=9)
    assert row().answers == (
        AnswerSaid(frank.pk, "Frank Buyer", "decides", "decision maker", 4, TODAY - 9 * DAY, lowest=True),
        AnswerSaid(erin.pk, "Erin Chef", "uses", "user", 5, TODAY - 3 * DAY, lowest=False),
    )
    found = card()
    assert (found.answered, found.newest, found.age_days, found.missing) == (2, TODAY - 3 * DAY, 3, (("influences", "influencer"),))  # fmt: skip


def test_the_newest_answer_of_each_contact_counts_question_by_question(erin):
    answered(erin, value=2, integrity=5, days_ago=60)
    answered(erin, value=4, days_ago=1)
    assert (marks(row("value")), marks(row("integrity"))) == ([("Erin Chef", 4, False)], [("Erin Chef", 5, False)])


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ([("uses", 4), ("", 5)], State.KEPT), ([("uses", 3)], State.HALF_KEPT), ([("uses", 3), ("", 4)], State.HALF_KEPT), ([("uses", 5), ("", 3)], State.DIFFER),
        ([("uses", 5), ("", 2)], State.DIFFER), ([("uses", 2), ("", 1)], State.DENIED), ([("uses", 5), ("", 5), ("decides", 2)], State.DENIED),
        ([("decides", 5), ("decides", 1), ("uses", 5)], State.DENIED), ([("decides", 5), ("uses", 1)], State.DIFFER), ([("decides", 3), ("uses", 5)], State.DIFFER),
    ],
)  # fmt: skip
def test_the_state_never_outweighs_a_decision_maker_who_says_no(given, state):
    for number, (part, answer) in enumerate(given):
        answered(at_work(f"Person {number}", account=1), part, value=answer)
    assert (row().state, row().state_label) == (state, str(state.label))


def test_only_the_lowest_of_the_decision_makers_is_marked(erin, frank):
    gus = at_work("Gus Owner", account=1)
    for person, part, answer in ((erin, "decides", 4), (frank, "decides", 3), (gus, "uses", 3)):
        answered(person, part, value=answer)
    assert marks(row()) == [("Frank Buyer", 3, True), ("Erin Chef", 4, False), ("Gus Owner", 3, False)]


def test_answers_count_for_a_year_and_are_then_told_as_too_old(erin, frank):
    answered(erin, value=5)
    answered(frank, value=2, days_ago=300)
    last = TODAY + COUNTS_FOR
    assert [(len(row(today=day).answers), row(today=day).too_old) for day in (TODAY, last - DAY, last)] == [
        (2, 0), (1, 1), (0, 2),
    ]  # fmt: skip
    assert (row(today=last).state, card(today=last).answered) == (State.TOO_OLD, 0)


def test_a_contact_who_answered_again_is_not_told_as_too_old(erin):
    answered(erin, value=1, days_ago=500)
    answered(erin, value=5, days_ago=1)
    assert (marks(row()), row().too_old) == ([("Erin Chef", 5, False)], 0)


def test_an_answer_of_a_later_day_is_not_known_yet(erin):
    answered(erin, value=5)
    assert row(today=TODAY - DAY).state == State.NO_ANSWER


def test_an_answer_whose_evidence_was_withdrawn_counts_no_more(erin):
    answered(erin, value=2, days_ago=30)
    answered(erin, value=5, integrity=5)
    wrong = Evidence.objects.get(kind="answer_value", holds_from=TODAY)
    withdraw_evidence(number=wrong.pk, reason="Meant somebody else", by=as_alice(), at=MORNING)
    assert (marks(row("value")), marks(row("integrity"))) == ([("Erin Chef", 2, False)], [("Erin Chef", 5, False)])


def test_whoever_objected_keeps_their_marks(erin):
    answered(erin, value=5)
    Contact.objects.update(objected_at=MORNING)
    assert marks(row()) == [("Erin Chef", 5, False)]


def test_beliefs_are_held_against_the_lowest_decision_maker_and_the_widest_gap_is_told(erin, frank):
    answered(erin, "uses", value=1)
    answered(frank, "decides", value=3)
    mirror(account=1, raw={"value": "4"}, by=as_alice(), at=MORNING - DAY)
    mirror(account=1, raw={"value": "5", "integrity": "2"}, by=as_alice(), at=MORNING)
    mirror(account=1, raw={"value": "2"}, by=person_actor(let_in(ben(), 1), door="web"), at=MORNING - 2 * DAY)
    found = row()
    assert [(one.name, one.answer, one.gap) for one in found.beliefs] == [("Alice Head", 5, 2), ("Ben Manager", 2, -1)]
    assert found.gap == 2
    assert [(one.answer, one.gap) for one in row("integrity").beliefs] == [(2, None)] and row("integrity").gap is None


def test_where_no_decision_maker_answered_beliefs_are_held_against_the_lowest_of_all(erin, frank):
    answered(erin, "uses", value=4)
    answered(frank, value=2)
    mirror(account=1, raw={"value": "1"}, by=as_alice(), at=MORNING)
    assert row().gap == -1


def test_the_widest_gap_may_be_that_of_who_thinks_worse_of_us(erin):
    answered(erin, value=4)
    mirror(account=1, raw={"value": "5"}, by=as_alice(), at=MORNING)
    mirror(account=1, raw={"value": "1"}, by=person_actor(let_in(ben(), 1), door="web"), at=MORNING)
    assert row().gap == -3


def test_a_belief_older_than_a_year_is_left_out(erin):
    mirror(account=1, raw={"value": "5"}, by=as_alice(), at=MORNING - COUNTS_FOR - DAY)
    assert row().beliefs == ()


def test_our_belief_is_no_answer():
    mirror(account=1, raw={"value": "5"}, by=as_alice(), at=MORNING)
    assert (row().state, card().answered) == (State.NO_ANSWER, 0)


def test_evidence_stands_beside_the_newest_five_and_how_many_there_are(erin):
    answered(erin, value=5)
    for n in range(7):
        record_evidence(
            account=1, kind="value_confirmed", side="customer", source=f"value:{n}", words=f"Saved {n}", expectation="value",
            holds_from=TODAY - n * DAY, by=as_alice(), at=MORNING,
        )  # fmt: skip
    record_evidence(account=1, kind="promise_broken", side="ours", source="promise:1", holds_from=TODAY - DAY, holds_until=TODAY - DAY, expectation="value", by=as_alice(), at=MORNING)  # fmt: skip
    found = row()
    assert ([one.words for one in found.evidence], found.evidence_held) == ([f"Saved {n}" for n in range(5)], 7)
    first = found.evidence[0]
    assert (first.label, first.side_label, first.since, first.source) == (
        "value confirmed",
        "the customer's",
        TODAY,
        "value:0",
    )
    assert row("integrity").evidence == ()


def test_other_accounts_are_left_out(erin):
    answered(erin, value=5, account=2)
    mirror(account=2, raw={"value": "5"}, by=as_alice(), at=MORNING)
    assert (row().state, row().beliefs, card(account=2).answered) == (State.NO_ANSWER, (), 1)


def test_a_hidden_account_is_refused_like_one_that_does_not_exist():
    told = set()
    for account in (1, 99):
        with pytest.raises(Missing) as refused:
            card(account=account, person=let_in(ben(), 2))
        told.add(str(refused.value))
    assert len(told) == 1


def test_the_number_of_queries_does_not_grow_with_what_was_said(erin):
    asked = []
    for people in (1, 25):
        for n in range(people):
            contact = at_work(f"Person {people}-{n}", account=1)
            answered(contact, "decides", value=3, integrity=4)
            record_evidence(account=1, kind="told", side="ours", source=f"note:{people}-{n}", holds_from=TODAY, expectation="value", by=as_alice(), at=MORNING)  # fmt: skip
        mirror(account=1, raw={"value": "5"}, by=as_alice(), at=MORNING)
        reader = alice()
        with CaptureQueriesContext(connection) as caught:
            assert card(person=reader).answered == people + (people > 1)
        asked.append(len(caught))
    assert asked[0] == asked[1] <= 5
