"""audit, audit verify, audit head: what was done, whether the record is whole, and the head that proves it elsewhere."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from vitalfew.trust.audit import heads
from vitalfew.trust.models import AuditEntry

KEYS = {"number", "at", "who", "door", "verb", "target", "before", "after", "request_id", "erased_at", "sentence"}


@pytest.fixture
def busy(stocked, home):
    """A few things were done; the head is kept as it is after a commit."""
    assert stocked("designate", "C1", "--reason", "Largest", "--manager", "ben@example.org").code == 0
    assert stocked("--as", "alice@example.org", "review", "C1", "--outcome", "keep", "--reason", "Steady").code == 0
    newest = AuditEntry.objects.latest("number")
    heads.keep(home, number=newest.number, chain=newest.chain)
    return stocked


def tamper(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words)
        assert cursor.rowcount > 0


def test_nothing_done_yet(vitalfew):
    assert vitalfew("audit").out == "Nothing was done here yet.\n"
    assert vitalfew("audit", "--json").json == []
    said = vitalfew("audit", "verify")
    assert (said.code, said.out) == (0, "The audit trail is empty: nothing was done here yet.\n")
    said = vitalfew("audit", "head")
    assert (said.code, said.out, said.err) == (1, "", "The audit trail is empty: it has no head yet.\n")


def test_what_was_done_reads_newest_first(busy):
    said = busy("audit", "--json")
    assert (said.code, {frozenset(row) for row in said.json}) == (0, {frozenset(KEYS)})
    assert [row["sentence"] for row in said.json][:3] == [
        "Alice Head reviewed C1, keep: Steady",
        "operator made Ben Manager key account manager of C1: Largest",
        "operator designated C1: Largest",
    ]
    assert [row["number"] for row in said.json] == sorted((row["number"] for row in said.json), reverse=True)
    assert "Alice Head reviewed C1, keep: Steady" in busy("audit").out


def test_filters_and_limit(busy):
    def told(*words: object) -> list[str]:
        said = busy("audit", *words, "--json")
        assert said.code == 0, said.err
        return [row["verb"] for row in said.json]

    assert told("--limit", 1) == ["selection.review"]
    assert told("--target", "C1") == ["selection.review", "selection.assign", "selection.designate"]
    assert told("--target", "batch:") == ["ledger.import"]
    assert told("--by", "alice@example.org") == ["selection.review"]
    assert told("--verb", "selection.") == ["selection.review", "selection.assign", "selection.designate"]
    assert told("--verb", "selection.", "--text", "largest") == ["selection.assign", "selection.designate"]
    assert told("--text", "C1") == ["selection.review", "selection.assign", "selection.designate"]
    assert told("--until", date.today() - timedelta(days=2)) == []  # noqa: DTZ011
    assert len(told("--since", date.today() - timedelta(days=2))) == AuditEntry.objects.count()  # noqa: DTZ011
    assert "Older entries follow" in busy("audit", "--limit", 1).err
    assert busy("audit", "--verb", "rounds.backup").out == "No entry fits.\n"


def test_an_unknown_account_is_said(busy):
    said = busy("audit", "--target", "C99", "--json")
    assert (said.code, said.out, "There is no customer “C99”" in said.err) == (1, "", True)


@pytest.mark.parametrize("words", [("--limit", "0"), ("--limit", "x"), ("--since", "yesterday"), ("nonsense",), ("verify", "--head")])  # fmt: skip
def test_call_that_cannot_be_understood(vitalfew, words):
    said = vitalfew("audit", *words)
    assert (said.code, said.out, "usage:" in said.err) == (2, "", True)


def test_a_whole_trail_verifies(busy):
    count = AuditEntry.objects.count()
    said = busy("audit", "verify")
    word = busy("audit", "head").out.strip()
    assert (said.code, said.out) == (0, f"All {count} entries are whole. The newest head is {word}.\n")
    assert busy("audit", "verify", "--head", word).code == 0
    told = busy("audit", "verify", "--json").json
    assert set(told) == {"whole", "entries", "erased", "first_bad", "sentence", "head", "verified_at"}
    assert (told["whole"], told["entries"], told["first_bad"], told["head"]) == (True, count, None, word)


def test_tampering_ends_with_code_one_and_the_entry(busy):
    tamper("UPDATE trust_auditentry SET target = 'customer:2' WHERE number = 3")
    said = busy("audit", "verify")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("Entry 3 (") and "was changed after it was written" in said.err
    said = busy("audit", "verify", "--json")
    assert (said.code, said.json["whole"], said.json["first_bad"]) == (1, False, 3)


def test_a_head_kept_elsewhere_is_checked(busy):
    word = busy("audit", "head").out.strip()
    forged = f"{word.split('-')[0]}-{'0' * 32}"
    said = busy("audit", "verify", "--head", forged)
    assert (said.code, f"Entry {word.split('-')[0]} is not the one that the head you named tells of" in said.err) == (1, True)  # fmt: skip
    said = busy("audit", "verify", "--head", "nonsense")
    assert (said.code, said.out, "“nonsense” is no head of the trail" in said.err) == (1, "", True)


def test_verifying_writes_nothing(busy):
    before = list(AuditEntry.objects.values_list("number", "chain"))
    for words in (("audit", "verify"), ("audit", "head"), ("audit",)):
        busy(*words)
    assert list(AuditEntry.objects.values_list("number", "chain")) == before


@pytest.mark.parametrize("words", [("audit",), ("audit", "verify"), ("audit", "head"), ("audit", "--json", "--text", "x")])  # fmt: skip
def test_whoever_lacks_the_right_reads_nothing(busy, words):
    said = busy("--as", "ben@example.org", *words)
    assert (said.code, said.out, "needs the right “audit”" in said.err) == (1, "", True)
