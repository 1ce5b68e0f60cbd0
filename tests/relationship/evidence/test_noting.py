"""What is noted by hand: ours, with a source that opens; several things of one talk are several."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MORNING, as_alice, ben, customers
from tests.relationship.people import at_work
from vitalfew.ground.errors import Missing
from vitalfew.relationship.evidence import papers, recording
from vitalfew.relationship.evidence.noting import end_evidence, note_evidence
from vitalfew.relationship.evidence.papers import Paper, paper_of
from vitalfew.relationship.evidence.recording import EvidenceRefused
from vitalfew.relationship.models import Evidence
from vitalfew.trust.actors import person_actor
from vitalfew.trust.models import AuditEntry, StoredFile

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()
ADDRESS = "https://files.example/visit"


@pytest.fixture
def acme():
    return customers()[0]


def note(words="Waste down by a tenth", **more):
    said = {"account": 1, "kind": "aim", "words": words, "by": as_alice(), "at": MORNING}
    return note_evidence(**said | ({"source": ADDRESS} if not {"contact", "paper"} & set(more) else {}) | more)


@pytest.mark.parametrize(
    "source", ["", "a talk", "response:7", "promise: 7", "file:1", "contact:1", "ftp://x.example", "https://", "http://a b.example", "javascript:x"],
)  # fmt: skip
def test_source_that_opens_nothing_is_refused(acme, source):
    with pytest.raises(EvidenceRefused, match="Name a source that can be opened"):
        note(source=source)
    assert not Evidence.objects.exists()


def test_one_source_is_named_and_not_two(acme, tmp_path):
    erin = at_work("Erin Chef", account=1)
    with pytest.raises(EvidenceRefused, match="Name a source"):
        note(source=ADDRESS, contact=erin.pk)


def test_three_aims_of_one_talk_are_three_and_the_same_once_more_is_one(acme):
    erin = at_work("Erin Chef", account=1)
    for words in ("Less waste", "Two new sites", "Fewer invoices", "Two new sites"):
        note(words, contact=erin.pk)
    held = recording.known(account=1, on=TODAY)
    assert {row.words for row in held} == {"Less waste", "Two new sites", "Fewer invoices"} and len(held) == 3
    assert {row.source for row in held} == {f"contact:{erin.pk}", f"contact:{erin.pk} (2)", f"contact:{erin.pk} (3)"}
    assert {row.side for row in held} == {"ours"} and not Evidence.objects.exclude(withdrawn_at=None).exists()


def test_somebody_who_never_worked_there_said_nothing(acme):
    other = at_work("Bea Other", account=2)
    with pytest.raises(EvidenceRefused, match="never worked at this account"):
        note(contact=other.pk)


def test_paper_is_kept_and_opens_for_those_who_may_read_the_evidence(acme, tmp_path, home):
    letter = tmp_path / "upload"
    letter.write_bytes(b"Dear all")
    made = note(paper=Paper(letter, "../Letter of\n May.pdf"))
    path, name = paper_of(evidence=made.pk, person=None)
    assert (path.read_bytes(), name) == (b"Dear all", "../Letter of May.pdf")
    assert made.source == f"file:{StoredFile.objects.get().pk}"
    again = note("Another thing in it", paper=Paper(letter, "Letter.pdf"))
    assert paper_of(evidence=again.pk, person=None)[0] == path and StoredFile.objects.count() == 1
    for number in (note().pk, 99):
        with pytest.raises(Missing):
            paper_of(evidence=number, person=None)


@pytest.mark.parametrize("size", [0, 9])
def test_paper_that_is_empty_or_too_large_is_refused(acme, tmp_path, home, monkeypatch, size):
    monkeypatch.setattr(papers, "MOST_BYTES", 8)
    letter = tmp_path / "upload"
    letter.write_bytes(b"x" * size)
    with pytest.raises(EvidenceRefused, match="empty or larger"):
        note(paper=Paper(letter, "a.pdf"))
    assert not StoredFile.objects.exists() and not Evidence.objects.exists()


def test_what_is_not_yet_true_cannot_be_noted(acme):
    with pytest.raises(EvidenceRefused, match="from today or from a day before"):
        note(holds_from=TODAY + timedelta(days=1))


def test_state_noted_by_hand_is_ended_from_a_day_on_and_told(acme):
    made = note("They asked three of us", kind="tender", holds_from=TODAY - timedelta(days=9))
    ended = end_evidence(number=made.pk, on=TODAY - timedelta(days=2), by=as_alice(), at=MORNING)
    assert ended.holds_until == TODAY - timedelta(days=2)
    assert [len(recording.known(account=1, on=TODAY - timedelta(days=days))) for days in (10, 9, 3, 2, 0)] == [
        0,
        1,
        1,
        0,
        0,
    ]
    last = AuditEntry.objects.order_by("-number").first()
    assert (last.verb, last.after["kind"]) == ("relationship.close_evidence", "tender")


@pytest.mark.parametrize("days", [-1, 10])
def test_end_lies_between_the_beginning_and_today(acme, days):
    made = note(holds_from=TODAY - timedelta(days=9))
    with pytest.raises(EvidenceRefused, match="it ends on that day or later"):
        end_evidence(number=made.pk, on=TODAY - timedelta(days=days), by=as_alice(), at=MORNING)


def test_what_a_record_or_the_customer_says_is_not_ended_by_hand(acme):
    for side, source in (("ours", "issue:3"), ("customer", "https://files.example/x"), ("behaviour", "behaviour:1")):
        made = recording.record_evidence(
            account=1, kind="critical_issue", side=side, source=source, holds_from=TODAY, by=as_alice(), at=MORNING
        )
        with pytest.raises(EvidenceRefused, match="what it comes from ends it"):
            end_evidence(number=made.pk, on=TODAY, by=as_alice(), at=MORNING)
    assert not Evidence.objects.exclude(holds_until=None).exists()


def test_what_ended_or_was_withdrawn_or_is_hidden_is_not_ended_again(acme):
    made, wrong = note(), note("Wrong")
    end_evidence(number=made.pk, on=TODAY, by=as_alice(), at=MORNING)
    recording.withdraw_evidence(number=wrong.pk, reason="A slip", by=as_alice(), at=MORNING)
    for number in (made.pk, wrong.pk):
        with pytest.raises(EvidenceRefused, match="has an end already"):
            end_evidence(number=number, on=TODAY, by=as_alice(), at=MORNING)
    for number, by in ((99, as_alice()), (note("Hidden").pk, person_actor(ben(), door="web"))):
        with pytest.raises(Missing):
            end_evidence(number=number, on=TODAY, by=by, at=MORNING)


def test_nothing_is_told_or_kept_of_an_account_that_is_hidden(acme, tmp_path, home):
    """Whoever may not see it hears the same whether somebody works there or not, and leaves no file behind."""
    erin, letter = at_work("Erin Chef", account=1), tmp_path / "upload"
    letter.write_bytes(b"Dear all")
    stranger = person_actor(ben(), door="web")
    said = []
    for account, how in (
        (1, {"contact": erin.pk}),
        (1, {"contact": 999}),
        (99, {"contact": 999}),
        (1, {"paper": Paper(letter, "a.pdf")}),
    ):
        with pytest.raises(Missing) as refused:
            note(account=account, by=stranger, **how)
        said.append(str(refused.value))
    assert len(set(said)) == 1 and not [path for path in (home / "files").rglob("*") if path.is_file()]
