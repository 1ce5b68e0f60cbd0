"""The drill: back up, lose everything, restore, and compare the data itself, row by row, number by number, byte by byte."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.rounds.backup.installation import Installation, fresh, stocked
from tests.sales import write

# What a restore itself changes: it ends sessions, and notes in the trail what it did.
TOLD = ("trust_auditentry", "trust_audithead", "sqlite_sequence", "django_session", "trust_signedlink")
BEHIND = """
from datetime import UTC, datetime, timedelta
from django.contrib.sessions.models import Session
from vitalfew.trust.models import Erasure, OutboxMail, SignedLink
now = datetime.now(UTC)
Session.objects.create(session_key="k" * 32, session_data="x", expire_date=now + timedelta(days=1))
SignedLink.objects.create(digest="d" * 64, holder="contact:1", purpose="survey", made_at=now, made_by="x", expires_at=now + timedelta(days=9))
for name, sent in (("waits", None), ("left", now)):
    OutboxMail.objects.create(to="x@example.org", subject=name, body="b", message_id=name, made_at=now, due_at=now, sent_at=sent)
"""
DOORS = """
import json
from django.contrib.sessions.models import Session
from vitalfew.trust.models import OutboxMail, SignedLink
print(json.dumps([
    Session.objects.count(), sorted((row.purpose, row.revoked_at is not None) for row in SignedLink.objects.all()),
    sorted((row.subject, row.sent_at is not None, row.gave_up_at is not None) for row in OutboxMail.objects.all())]))
"""


@pytest.fixture(scope="module")
def firm(tmp_path_factory) -> tuple[Installation, Path, dict, dict, dict]:
    """An installation, a backup of it, and all that it held when that was made."""
    folder = tmp_path_factory.mktemp("firm")
    made = stocked(folder)
    made.script(BEHIND)
    path = folder / "all.vfb"
    made.do("backup", path)
    return made, path, made.rows(), made.data(), made.measures()


def differing(first: dict[str, list[str]], second: dict[str, list[str]]) -> list[str]:
    return [name for name in sorted(first.keys() | second.keys()) if first.get(name) != second.get(name)]


def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_behind(firm):
    made, path, *_ = firm
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in (made.home / "backups").iterdir()] == ["backup.lock"]
    said = json.loads(made.do("restore", path, "--check", "--json"))
    assert (said["counts"]["batches"], said["counts"]["people"], said["lost"]) == (3, 2, [])


def test_all_that_was_lost_comes_back(firm, tmp_path):
    """Another machine: an empty data folder, an empty database."""
    _made, path, rows, data, measures = firm
    other = fresh(tmp_path)
    other.do("restore", path)
    found = other.rows()
    assert set(differing(rows, found)) <= {*TOLD, "trust_outboxmail"}
    assert found["trust_auditentry"] != rows["trust_auditentry"]
    assert set(rows["trust_auditentry"]) < set(found["trust_auditentry"])
    assert other.data() == data and len(data) >= 8
    assert other.measures() == measures and len(measures["account_totals"]) == 8
    assert "are whole" in other.do("audit", "verify")
    assert json.loads(other.script(DOORS)) == [
        0, [["signin", True], ["survey", False]], [["left", True, False], ["waits", False, True]],
    ]  # fmt: skip
    other.do("refresh")
    other.do("people", "add", "dora@example.org", "Dora")


def test_what_came_after_goes_and_the_state_before_is_kept(firm, tmp_path):
    made, path, rows, data, measures = firm
    made.do("import", write(tmp_path / "more.csv", [("Z1", "2025-12-01", "C77", "I9", 1, "99.00")]))
    made.do("people", "add", "zoe@example.org", "Zoe")
    after, after_rows = made.data(), made.rows()
    assert made.measures() != measures
    said = json.loads(made.do("restore", path, "--json"))
    assert set(differing(rows, made.rows())) <= {*TOLD, "trust_outboxmail"}
    assert (made.data(), made.measures()) == (data, measures)
    assert "are whole" in made.do("audit", "verify")
    kept = Path(said["kept"])
    old = {
        name.removeprefix(f"{kept.name}/"): digest
        for name, digest in made.files().items()
        if name.startswith(kept.name)
    }
    assert {name: old.get(name) for name in after} == after
    if made.address:
        assert said["kept_schema"].startswith("before_restore_")
    else:
        assert Installation(kept).rows() == after_rows
    last = made.script(
        "from vitalfew.trust.models import AuditEntry\ne = AuditEntry.objects.order_by('-number')[0]\nprint(e.verb, e.target)"
    )
    assert last.split() == ["rounds.restore", f"backup:{path.name}"]


def test_an_erasure_recorded_after_the_backup_is_done_again(firm):
    made, path, *_ = firm
    made.do("restore", path)  # whatever the tests before left
    made.script(
        "from datetime import UTC, datetime\nfrom vitalfew.rounds.privacy import erasing\nfrom vitalfew.trust.actors import operator\n"
        "from vitalfew.trust.models import Person\n"
        "erasing.erase_person(person=Person.objects.get(email='ben@example.org'), reason='asked', by=operator(), at=datetime.now(UTC))"
    )
    said = json.loads(made.do("restore", path, "--json"))
    assert (said["erasures"], said["erased_again"]) == (1, 1)
    assert "ben@example.org" not in made.do("people") and "Ben" not in made.do("people")
    assert "are whole" in made.do("audit", "verify")
    assert made.script("from vitalfew.trust.models import Erasure\nprint(Erasure.objects.count())") == "1\n"
    again = json.loads(made.do("restore", path, "--json"))
    assert (again["erasures"], again["erased_again"]) == (1, 1)


def test_a_damaged_database_is_no_reason_to_refuse_a_restore(firm, tmp_path):
    made, path, rows, *_ = firm
    if made.address:
        pytest.skip("a damaged database is for SQLite's file")
    broken = Installation(tmp_path / "home")
    shutil.copytree(made.home, broken.home)
    (broken.home / "vitalfew.sqlite3").write_bytes(b"SQLite format 3\0" + b"rubbish" * 5_000)
    assert broken.run("people").returncode != 0
    said = broken.run("restore", path)
    assert said.returncode == 0 and "could not be read: look after erasures" in said.stderr
    assert set(differing(rows, broken.rows())) <= {*TOLD, "trust_outboxmail"}


def test_a_lost_or_damaged_file_is_told_before_a_backup_leaves_it_out(firm, tmp_path):
    made, _path, *_ = firm
    home = Installation(tmp_path / "home", made.address)
    shutil.copytree(made.home, home.home)
    stored = sorted(found for found in (home.home / "files").rglob("*") if found.is_file())
    stored[0].unlink()
    said = home.run("backup", tmp_path / "b.vfb")
    assert said.returncode == 1 and "1 files that the database names are missing" in said.stderr
    stored[1].write_bytes(b"rotten" + stored[1].read_bytes())
    assert home.run("backup", tmp_path / "b.vfb").returncode == 1
    assert list(tmp_path.glob("*.vfb*")) == [] == list(tmp_path.glob(".*.draft"))
    home.do("backup", tmp_path / "b.vfb", "--incomplete")
    said = json.loads(home.do("restore", tmp_path / "b.vfb", "--check", "--json"))
    assert sorted(said["lost"]) == sorted(str(found.relative_to(home.home)) for found in stored[:2])
    before = (tmp_path / "b.vfb").read_bytes()
    refused = home.run("backup", tmp_path / "b.vfb")
    assert (refused.returncode, "--force" in refused.stderr, (tmp_path / "b.vfb").read_bytes()) == (1, True, before)
