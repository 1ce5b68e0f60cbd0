"""Before a database changes its shape a backup is made, three are kept, and without one nothing changes."""

from __future__ import annotations

import json
import os

from tests.rounds.backup.installation import fresh

OLDER = ("DROP TABLE django_session", "DELETE FROM django_migrations WHERE app = 'sessions'")


def test_a_backup_is_made_before_migrating(tmp_path):
    firm = fresh(tmp_path)
    firm.do("people", "add", "zoe@example.org", "Zoe")
    assert not list((firm.home / "backups").glob("*.vfb")) if (firm.home / "backups").exists() else True
    for statement in OLDER:
        firm.execute(statement)
    older = firm.rows()
    for number in range(4):
        (firm.home / "backups").mkdir(exist_ok=True)
        (firm.home / "backups" / f"before-0.0.{number}-20250101-000000.vfb").touch()
        os.utime(firm.home / "backups" / f"before-0.0.{number}-20250101-000000.vfb", (number, number))
    said = firm.run("people")
    made = sorted((firm.home / "backups").glob("*.vfb"), key=lambda path: path.stat().st_mtime)
    assert said.returncode == 0 and str(made[-1]) in said.stderr
    assert [path.name[:12] for path in made] == ["before-0.0.2", "before-0.0.3", "before-0.1.0"]
    assert "django_session" in firm.rows()
    told = json.loads(firm.do("restore", made[-1], "--json"))
    assert (told["made_by"], told["counts"]["people"]) == ("before migrating", 1)
    assert firm.rows()["trust_person"] == older["trust_person"] and "django_session" in firm.rows()
    assert "are whole" in firm.do("audit", "verify")


def test_without_a_backup_nothing_migrates_unless_one_says_so(tmp_path):
    firm = fresh(tmp_path)
    firm.do("people", "add", "zoe@example.org", "Zoe")
    for statement in OLDER:
        firm.execute(statement)
    (firm.home / "backups").write_text("in the way")
    before = firm.rows()
    said = firm.run("people")
    assert said.returncode == 1 and "VITALFEW_SKIP_BACKUP=1" in said.stderr
    assert firm.rows() == before
    firm.do("people", VITALFEW_SKIP_BACKUP="1")
    assert "django_session" in firm.rows()
