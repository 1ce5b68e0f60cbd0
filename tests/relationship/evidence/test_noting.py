"""What is noted by hand: ours, with a source that opens; several things of one talk are several."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import MORNING, as_alice, customers
from tests.relationship.people import at_work
from vitalfew.ground.errors import Missing
from vitalfew.relationship.evidence import papers, recording
from vitalfew.relationship.evidence.noting import note_evidence
from vitalfew.relationship.evidence.papers import Paper, paper_of
from vitalfew.relationship.evidence.recording import EvidenceRefused
from vitalfew.relationship.models import Evidence
from vitalfew.trust.models import StoredFile

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
