from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MORNING, as_alice, ben, customers, let_in
from tests.relationship.people import at_work
from vitalfew.ground.errors import Missing
from vitalfew.relationship.evidence import recording, statements
from vitalfew.relationship.evidence.statements import StatementRefused
from vitalfew.relationship.models import Evidence
from vitalfew.trust import links
from vitalfew.trust.actors import person_actor
from vitalfew.trust.links import LinkRefused
from vitalfew.trust.models import AuditEntry

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(days=3)


@pytest.fixture
def erin():
    customers()
    return at_work("Erin Chef", account=1)


def asked(contact, **more):
    return statements.ask(
        **{
            "account": 1, "contact": contact.pk, "words": "You want to halve food waste by June.", "kind": "aim_confirmed",
            "expectation": "objectives", "subject": "aim:3", "by": as_alice(), "at": MORNING,
        }
        | more
    )  # fmt: skip


def test_a_confirmed_statement_is_the_customers_evidence(erin):
    token = asked(erin).token
    statements.reply(token=token, answer="confirmed", at=LATER)
    row = Evidence.objects.get()
    assert (row.side, row.kind, row.expectation, row.words, row.value, row.holds_from) == (
        "customer", "aim_confirmed", "objectives", "You want to halve food waste by June.",
        {"answer": "confirmed", "subject": "aim:3"}, LATER.date(),
    )  # fmt: skip
    entry = AuditEntry.objects.get(verb="relationship.reply")
    assert (entry.actor, entry.actor_name, entry.door) == (None, f"contact:{erin.pk}", "link")


def test_opening_a_link_any_number_of_times_changes_nothing(erin):
    token = asked(erin).token
    entries = AuditEntry.objects.count()
    for _ in range(3):
        assert statements.opened(token=token, at=LATER).answer == ""
    assert AuditEntry.objects.count() == entries and not Evidence.objects.exists()


def test_a_correction_is_kept_in_the_customers_words(erin):
    token = asked(erin).token
    with pytest.raises(StatementRefused, match="how it should read"):
        statements.reply(token=token, answer="corrected", at=LATER)
    statements.reply(token=token, answer="corrected", correction="By a third, by December.", at=LATER)
    assert Evidence.objects.get().words == "By a third, by December."


def test_the_last_answer_counts_and_a_later_no_takes_the_evidence_back(erin):
    token, acme = asked(erin).token, erin_account()
    statements.reply(token=token, answer="confirmed", at=LATER)
    statements.reply(token=token, answer="corrected", correction="By a third.", at=LATER + timedelta(days=1))
    assert [row.words for row in recording.known(account=acme.pk, on=LATER.date() + timedelta(days=1))] == [
        "By a third."
    ]
    statements.reply(token=token, answer="declined", at=LATER + timedelta(days=2))
    assert recording.known(account=acme.pk, on=LATER.date() + timedelta(days=9)) == []


def erin_account():
    from vitalfew.ledger.models import Customer

    return Customer.objects.get(pk=1)


def test_expired_forged_withdrawn_and_foreign_links_are_refused_alike(erin):
    first, second = asked(erin), asked(erin, words="Another")
    statements.withdraw(number=second.statement.pk, by=as_alice(), at=MORNING)
    foreign = links.make(holder="contact:1", purpose="survey", by="x", at=MORNING, lifetime=timedelta(days=9))
    told = set()
    for token, at in (
        (first.token, MORNING + timedelta(days=32)),
        (first.token[:-1] + "x", LATER),
        ("", LATER),
        (second.token, LATER),
        (foreign, LATER),
    ):
        for deed in (statements.opened, lambda **more: statements.reply(answer="confirmed", **more)):
            with pytest.raises(LinkRefused) as refused:
                deed(token=token, at=at)
            told.add(str(refused.value))
    assert told == {str(LinkRefused.__doc__)} and not Evidence.objects.exists()


def test_whoever_objected_is_not_asked_and_their_open_links_end(erin):
    token = asked(erin).token
    erin.objected_at = LATER
    erin.save()
    with pytest.raises(StatementRefused, match="objected"):
        asked(erin)
    with pytest.raises(LinkRefused):
        statements.opened(token=token, at=LATER)


def test_somebody_of_another_account_is_not_asked(erin):
    with pytest.raises(Missing):
        asked(at_work("Frank Buyer", account=2))


def test_a_manager_asks_only_about_accounts_they_see(erin):
    with pytest.raises(Missing):
        asked(erin, by=person_actor(let_in(ben(), 2), door="web"))


@pytest.mark.parametrize(
    "wrong", [{"words": " "}, {"words": "x" * 2001}, {"expectation": "price"}, {"until": MORNING.date() - timedelta(1)}]
)
def test_unsound_statements_are_refused_and_no_link_is_made(erin, wrong):
    with pytest.raises(StatementRefused, match=r"Nothing was sent\.$"):
        asked(erin, **wrong)
    assert not links.SignedLink.objects.exists()


def test_an_answered_statement_cannot_be_taken_back(erin):
    made = asked(erin)
    statements.reply(token=made.token, answer="confirmed", at=LATER)
    with pytest.raises(StatementRefused, match="answered"):
        statements.withdraw(number=made.statement.pk, by=as_alice(), at=LATER)


def test_statement_of_a_hidden_account_answers_like_one_that_does_not_exist(erin):
    number = asked(erin).statement.pk
    for wanted in (number, number + 99):
        with pytest.raises(Missing, match="There is no such question"):
            statements.withdraw(number=wanted, by=person_actor(let_in(ben(), 2), door="web"), at=MORNING)


def test_statement_whose_answer_could_be_no_evidence_is_not_put(erin):
    with pytest.raises(recording.EvidenceRefused, match="no kind of evidence"):
        asked(erin, kind="Aim confirmed")
