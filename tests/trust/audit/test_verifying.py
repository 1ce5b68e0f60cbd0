"""Tampering with the audit trail by SQL: for each kind the verification names exactly the first bad entry."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import MORNING, alice, as_alice, ben, person
from vitalfew.ground.errors import Missing
from vitalfew.trust import audit
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import operator, person_actor
from vitalfew.trust.audit import chain, heads, verifying
from vitalfew.trust.audit.erasing import blank_entries
from vitalfew.trust.audit.heads import HeadRefused
from vitalfew.trust.models import AuditEntry, AuditHead
from vitalfew.trust.rights import Role

MANY = 12


@pytest.fixture
def table(transactional_db, home: Path) -> Path:
    """Twelve entries of two people; one of them is erased."""
    write(MANY)
    with transaction.atomic():
        assert blank_entries(subject="person:77", actor=None, at=MORNING + timedelta(days=9)) == 1
    return home


@pytest.fixture
def trail(db, home: Path) -> Path:
    """The same inside one transaction, with its head kept as after a commit."""
    write(MANY)
    blank_entries(subject="person:77", actor=None, at=MORNING + timedelta(days=9))
    keep_head(home)
    return home


def write(count: int, *, start: int = 0) -> None:
    for place in range(start, start + count):
        by = as_alice() if place % 2 else person_actor(ben(), door="api", request_id=f"request-{place}")
        target = "person:77" if place == 8 else f"customer:{place}"
        audit.record(
            by=by, at=MORNING + timedelta(minutes=place), verb="selection.review", target=target,
            before={"n": place}, after={"outcome": "keep", "reason": "Steady, ü"},
        )  # fmt: skip


def keep_head(home: Path) -> None:
    newest = AuditEntry.objects.order_by("number").last()
    heads.keep(home, number=newest.number, chain=newest.chain)


def sql(words: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words, values)
        assert cursor.rowcount > 0, "the tampering met nothing"


def sql_any(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words)


def verify(**words: str) -> verifying.Verdict:
    return verifying.verify(by=operator(), **words)


def shift(first: int, by: int) -> None:
    """Renumber every entry from `first` on; in two moves, since a number stands once."""
    sql("UPDATE trust_auditentry SET number = number + 100000 WHERE number >= %s", first)
    sql("UPDATE trust_auditentry SET number = number - 100000 + %s WHERE number >= 100000", by)


def copy_row(number: int, *, of: int, **changed: object) -> None:
    row = AuditEntry.objects.values().get(number=of)
    del row["id"]
    AuditEntry.objects.bulk_create([AuditEntry(**(row | {"number": number} | changed))])


def delete(first: int, last: int) -> None:
    sql("DELETE FROM trust_auditentry WHERE number BETWEEN %s AND %s", first, last)


def swap(one: int, other: int) -> None:
    for old, new in ((one, 100_000), (other, one), (100_000, other)):
        sql("UPDATE trust_auditentry SET number = %s WHERE number = %s", new, old)


def insert(place: int) -> None:
    shift(place, 1)
    copy_row(place, of=place - 1, target="customer:forged")
    sql("UPDATE trust_audithead SET number = number + 1")


def set_row_head(number: int) -> None:
    found = AuditEntry.objects.filter(number=number).values_list("chain", flat=True).first()
    sql("UPDATE trust_audithead SET number = %s, chain = %s", number, found or chain.GENESIS)


def cut(keep: int, *, row_too: bool) -> None:
    delete(keep + 1, 10_000)
    if row_too:
        set_row_head(keep)


def recompute(first: int, key: bytes) -> None:
    """Change an entry and give it and all that follow digests and links anew, with another key."""
    sql("UPDATE trust_auditentry SET target = 'customer:999' WHERE number = %s", first)
    before = AuditEntry.objects.get(number=first - 1).chain if first > 1 else chain.GENESIS
    for entry in AuditEntry.objects.filter(number__gte=first).order_by("number"):
        entry.digest = chain.digest(audit.content(entry), key=key)
        entry.chain = before = chain.link(number=entry.number, digest=entry.digest, before=before, key=key)
        entry.save()
    set_row_head(MANY)


def field(name: str, value: object):
    return lambda: sql(f"UPDATE trust_auditentry SET {name} = %s WHERE number = 5", value)


def late() -> datetime:
    return datetime(2026, 7, 1, 8, 34, 0, 1, tzinfo=UTC)  # one microsecond later


FIELDS = {
    "before": json.dumps({"n": 5}), "after": json.dumps({"outcome": "watch", "reason": "Steady, ü"}), "at": late(), "actor_name": "Ben Manage",
    "verb": "selection.release", "target": "customer:5", "door": "web", "request_id": "request-5", "digest": "0" * 64, "chain": "0" * 64,
}  # fmt: skip
ERASED = 9
# What is done, and the entry that must be named.
KINDS = {
    **{f"edit of {name}": (field(name, value), 5) for name, value in FIELDS.items()},
    "edit of actor": (lambda: sql("UPDATE trust_auditentry SET actor_id = %s WHERE number = 5", alice().pk), 5),
    "actor taken out": (field("actor_id", None), 5),
    "edit of the first": (lambda: sql("UPDATE trust_auditentry SET target = 'x:1' WHERE number = 1"), 1),
    "edit of the last": (lambda: sql("UPDATE trust_auditentry SET target = 'x:1' WHERE number = %s", MANY), MANY),
    "two edits": (lambda: sql("UPDATE trust_auditentry SET target = 'x:1' WHERE number IN (4, 10)"), 4),
    "number moved up": (lambda: sql("UPDATE trust_auditentry SET number = 500 WHERE number = 5"), 5),
    "number moved before all": (lambda: sql("UPDATE trust_auditentry SET number = 0 WHERE number = 5"), 0),
    "deletion in the middle": (lambda: delete(6, 6), 6),
    "deletion of three": (lambda: delete(6, 8), 6),
    "deletion of the first": (lambda: delete(1, 1), 1),
    "deletion, numbers closed up": (lambda: (delete(6, 6), shift(7, -1), set_row_head(MANY - 1)), 6),
    "neighbours swapped": (lambda: swap(6, 7), 6),
    "far entries swapped": (lambda: swap(3, 11), 3),
    "first and last swapped": (lambda: swap(1, MANY), 1),
    "insertion in the middle": (lambda: insert(6), 6),
    "a genuine entry put in twice": (lambda: (shift(6, 1), copy_row(6, of=3)), 6),
    "insertion at the end": (lambda: copy_row(MANY + 1, of=MANY, target="customer:forged"), MANY + 1),
    "a genuine copy at the end": (lambda: (copy_row(MANY + 1, of=MANY), set_row_head(MANY + 1)), MANY + 1),
    "content exchanged": (
        lambda: sql("UPDATE trust_auditentry SET target = (SELECT target FROM trust_auditentry WHERE number = 3), digest = (SELECT digest FROM trust_auditentry WHERE number = 3) WHERE number = 5"),
        5,
    ),
    "tail cut": (lambda: cut(10, row_too=False), 11),
    "the last entry cut": (lambda: cut(MANY - 1, row_too=False), MANY),
    "tail cut, database's head too": (lambda: cut(10, row_too=True), 11),
    "table wiped": (lambda: cut(0, row_too=False), 1),
    "table wiped, database's head too": (lambda: cut(0, row_too=True), 1),
    "table wiped, database's head gone": (lambda: (cut(0, row_too=False), sql("DELETE FROM trust_audithead")), 1),
    "database's head set back": (lambda: set_row_head(7), 8),
    "database's head says more": (lambda: sql("UPDATE trust_audithead SET number = 20"), MANY + 1),
    "database's head has another chain": (lambda: sql("UPDATE trust_audithead SET chain = %s", "a" * 64), MANY),
    "recomputed under another key": (lambda: recompute(5, b"another"), 5),
    "all recomputed under another key": (lambda: recompute(1, b"another"), 1),
    "digest and chain recomputed for one": (
        lambda: sql("UPDATE trust_auditentry SET digest = %s, chain = %s WHERE number = 5", "b" * 64, "c" * 64),
        5,
    ),
    "pretended erasure": (
        lambda: sql("UPDATE trust_auditentry SET before = '{}', after = '{}', actor_name = '', erased_at = at WHERE number = 5"),
        5,
    ),
    "pretended erasure with another's seal": (
        lambda: sql("UPDATE trust_auditentry SET before = '{}', after = '{}', actor_name = '', erased_at = (SELECT erased_at FROM trust_auditentry WHERE number = 9), seal = (SELECT seal FROM trust_auditentry WHERE number = 9) WHERE number = 5"),
        5,
    ),
    "erased, yet holds content": (field("erased_at", late()), 5),
    "erased and filled again": (lambda: sql("UPDATE trust_auditentry SET after = %s WHERE number = 9", '{"reason": "forged"}'), ERASED),
    "erased and named again": (lambda: sql("UPDATE trust_auditentry SET actor_name = 'Mallory' WHERE number = 9"), ERASED),
    "erased, then its verb changed": (lambda: sql("UPDATE trust_auditentry SET verb = 'selection.release' WHERE number = 9"), ERASED),
    "erased, then its target changed": (lambda: sql("UPDATE trust_auditentry SET target = 'person:1' WHERE number = 9"), ERASED),
    "erased, then its day changed": (lambda: sql("UPDATE trust_auditentry SET erased_at = at WHERE number = 9"), ERASED),
    "erasure taken back": (lambda: sql("UPDATE trust_auditentry SET erased_at = NULL WHERE number = 9"), ERASED),
    "erased, then its digest changed": (lambda: sql("UPDATE trust_auditentry SET digest = %s WHERE number = 9", "0" * 64), ERASED),
    "erased entry deleted": (lambda: delete(9, 9), ERASED),
}  # fmt: skip


def test_an_untouched_trail_is_whole(trail):
    found = verify()
    newest = AuditEntry.objects.get(number=MANY)
    word = f"12-{newest.chain[:32]}"
    told = f"All 12 entries are whole, 1 of them erased on purpose. The newest head is {word}."
    assert found == verifying.Verdict(True, MANY, 1, None, told, word)


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_bad_entry_is_named(trail, kind):
    tamper, first = KINDS[kind]
    tamper()
    found = verify()
    assert (found.whole, found.first_bad) == (False, first), found.sentence
    assert str(first) in found.sentence or f"entry {first - 1}" in found.sentence


def test_every_kind_is_found_behind_a_commit_too(table):
    """The kept head as the product itself keeps it, not as the fixture does."""
    assert heads.read(table) == heads.Head(MANY, AuditEntry.objects.get(number=MANY).chain)
    assert verify().whole
    cut(10, row_too=True)
    assert (verify().whole, verify().first_bad) == (False, 11)


def test_a_tail_cut_and_written_anew_is_seen_for_ever(table):
    cut(10, row_too=True)
    write(40, start=50)
    found = verify()
    assert (found.whole, found.first_bad) == (False, MANY)
    assert "Entry 12 is not the one that the head kept in the data folder tells of" in found.sentence


def test_a_head_that_lags_behind_a_crash_is_fine_and_catches_up(table):
    old = AuditEntry.objects.get(number=3)
    (table / "audit.head").write_text(json.dumps({"number": 3, "chain": old.chain}))
    assert verify().whole
    write(1, start=50)
    assert heads.read(table).number == MANY + 1
    (table / "audit.head").write_text(json.dumps({"number": 3, "chain": "0" * 64}))
    assert verify().first_bad == 3


def test_a_data_folder_that_fails_after_the_commit_undoes_nothing(table, caplog):
    """The change is committed and must be answered; the head lags behind until the folder is well again."""
    (table / "audit.head.draft").mkdir()
    write(1, start=50)
    assert "on_commit" in caplog.text
    assert (verify().whole, verify().entries, heads.read(table).number) == (True, MANY + 1, MANY)
    (table / "audit.head.draft").rmdir()
    write(1, start=51)
    assert heads.read(table).number == MANY + 2


@pytest.mark.parametrize("content", [None, "", "{", '{"number": 1}', "[]", "\x00"])
def test_a_kept_head_that_is_gone_proves_nothing(trail, content):
    (trail / "audit.head").unlink()
    if content is not None:
        (trail / "audit.head").write_text(content)
    found = verify()
    assert (found.whole, found.first_bad, "audit.head" in found.sentence) == (False, None, True)


def test_a_head_of_the_database_that_is_gone_is_told(trail):
    sql("DELETE FROM trust_audithead")
    found = verify()
    assert (found.whole, found.first_bad, "the database's own head is gone" in found.sentence) == (False, None, True)


def test_an_empty_trail_is_whole(db, home):
    assert verify() == verifying.Verdict(True, 0, 0, None, "The audit trail is empty: nothing was done here yet.", "")
    with pytest.raises(Missing, match="it has no head yet"):
        verifying.newest_head(by=operator())


def test_another_key_is_hinted_at(trail, settings):
    settings.VITALFEW_AUDIT_KEY = "another"
    found = verify()
    assert (found.first_bad, "audit.key in the data folder is not the key" in found.sentence) == (1, True)


def test_a_head_kept_elsewhere_proves_what_nothing_here_can(trail):
    word = verifying.newest_head(by=operator())
    assert verify(head=word).whole and verify(head=f" {word.upper()} ").whole
    cut(10, row_too=True)
    keep = AuditEntry.objects.get(number=10)
    (trail / "audit.head").write_text(json.dumps({"number": 10, "chain": keep.chain}))
    assert verify().whole  # whoever holds the table, its head and the data folder leaves no trace here
    found = verify(head=word)
    assert (found.whole, found.first_bad) == (False, 11)
    assert (
        found.sentence == "Entry 11 is missing: the trail ends with entry 10, but the head you named tells of entry 12."
    )
    other = f"4-{AuditEntry.objects.get(number=5).chain[:32]}"
    assert verify(head=other).first_bad == 4


@pytest.mark.parametrize(
    "word",
    [
        "x",
        "12",
        "0-" + "a" * 32,
        "12-" + "a" * 31,
        "12-" + "a" * 33,
        "-1-" + "a" * 32,
        "١-" + "a" * 32,
        "\x00",
        "9" * 40 + "-" + "a" * 32,
    ],
)
def test_what_is_no_head_is_refused(trail, word):
    with pytest.raises(HeadRefused, match="is no head of the trail"):
        verify(head=word)


def test_whoever_may_not_read_the_trail_verifies_nothing(db, home):
    for role in (Role.MANAGER, Role.CONTRIBUTOR, Role.VIEWER):
        by = person_actor(person(role), door="web")
        for call in (verifying.verify, verifying.newest_head):
            with pytest.raises(Denied):
                call(by=by)


def test_twins_at_the_border_of_two_parts_are_seen(trail, monkeypatch):
    """Without its unique index a number may stand twice; the reading in parts must not step over one."""
    for size in range(2, MANY + 2):
        monkeypatch.setattr(verifying, "_AT_ONCE", size)
        assert (verify().whole, verify().entries) == (True, MANY)
    connection.check_constraints()  # PostgreSQL drops no table that still waits for a check
    sql_any("CREATE TABLE loose AS SELECT * FROM trust_auditentry")
    sql_any("DROP TABLE trust_auditentry")
    sql_any("ALTER TABLE loose RENAME TO trust_auditentry")
    copy_row(4, of=4, id=9_999)
    for size in range(2, MANY + 2):
        monkeypatch.setattr(verifying, "_AT_ONCE", size)
        assert verify().first_bad == 4


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",))) | st.integers(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.dictionaries(st.text("abcdef", min_size=1), VALUES, max_size=4))
def test_what_a_database_gives_back_has_the_digest_it_was_written_with(db, values):
    """Databases write 1.0, 1e23 and numbered fields in ways of their own: the trail must not cry wolf."""
    with transaction.atomic():
        audit.record(
            by=operator(), at=MORNING, verb="selection.review", target="z:1", before=values, after={"x": [values]}
        )
        entry = AuditEntry.objects.latest("number")
        assert chain.digest(audit.content(entry), key=chain.key()) == entry.digest
        transaction.set_rollback(True)


def test_entries_from_before_the_trail_was_sealed_verify(trail):
    """What the migration numbers and links reads like what was recorded."""
    AuditEntry.objects.filter(erased_at__isnull=False).delete()
    AuditEntry.objects.update(number=F("number") + 1000, digest="", chain="")
    AuditHead.objects.all().delete()
    import_module("vitalfew.trust.migrations.0003_seal_the_trail").seal(apps, None)
    (trail / "audit.head").unlink()
    keep_head(trail)
    assert (verify().whole, verify().entries) == (True, MANY - 1)
