"""A restore killed with `kill -9`: the next command finds the old state or the new one, whole, and nothing half."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys

import pytest

from tests.rounds.backup.installation import Installation, fresh
from tests.sales import monthly, write

# The command itself, in a process that kills itself when it calls a function of the system for the nth time.
DRIVER = """
import os, signal, subprocess, sys
name, step, words = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
home = subprocess if name == "run" else os
call, done = getattr(home, name), 0
def counted(*given, **more):
    global done
    done += 1
    if done == step:
        os.kill(os.getpid(), signal.SIGKILL)
    return call(*given, **more)
sys.argv = ["vitalfew", *words]
from vitalfew.rounds.backup import settling
setattr(home, name, counted)
from vitalfew.__main__ import main
main()
"""
# (call, nth): while it unpacks, before it settles, before the journal, at the journal, between the moves, at the end.
MOMENTS = [
    ("open", 3),
    ("run", 1),
    ("sync", 1),
    ("rename", 1),
    ("rename", 2),
    ("rename", 4),
    ("rename", 7),
    ("unlink", 1),
]


@pytest.fixture(scope="module")
def firm(tmp_path_factory) -> tuple[Installation, object]:
    folder = tmp_path_factory.mktemp("firm")
    made = fresh(folder)
    made.do("import", write(folder / "first.csv", monthly()))
    made.do("backup", folder / "b.vfb")
    made.do("people", "add", "zoe@example.org", "Zoe")
    made.do("import", write(folder / "more.csv", [("Z1", "2025-12-01", "C77", "I9", 1, "99.00")]))
    return made, folder / "b.vfb"


def seen(made: Installation) -> tuple[int, int, int]:
    rows = made.rows()
    return (
        len(rows["trust_person"]),
        len(rows["ledger_batch"]),
        sum(name.startswith("ledger/parts/") for name in made.data()),
    )


def test_killed_restores_leave_the_old_state_or_the_new_one(firm, tmp_path):
    made, path = firm
    old, new, ends, killed = (1, 2, 2), (0, 1, 1), [], 0
    assert seen(made) == old
    shutil.copytree(made.home, tmp_path / "home")
    for call, step in MOMENTS:
        done = subprocess.run(
            [sys.executable, "-c", DRIVER, call, str(step), "restore", str(path)], env=made.environment, capture_output=True, text=True, check=False
        )  # fmt: skip
        killed += done.returncode == -signal.SIGKILL
        assert "are whole" in made.do("audit", "verify"), (call, step)
        assert seen(made) in (old, new), (call, step)
        assert not (made.home / "restoring").exists()
        ends.append(seen(made))
        if seen(made) == new:
            kept = next(made.home.glob("before-restore-*"))
            assert len(list((kept / "ledger" / "parts").iterdir())) == 2
            _back(made, tmp_path)
    assert (killed, set(ends)) == (len(MOMENTS), {old, new})
    assert ends.index(new) > 0 and ends[:3] == [old] * 3
    made.do("people", "add", "last@example.org", "Last")


def _back(made: Installation, tmp_path) -> None:
    """The old state again, for the next moment."""
    shutil.rmtree(made.home)
    shutil.copytree(tmp_path / "home", made.home)
    if made.address:
        import psycopg

        with psycopg.connect(made.address) as opened:
            (kept,) = opened.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_restore%'").fetchone()
            opened.execute("DROP SCHEMA public CASCADE")
            opened.execute(f"ALTER SCHEMA {kept} RENAME TO public")
