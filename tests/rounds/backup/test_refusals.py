"""What may not be restored is refused in a sentence, and the home stays as it was, byte for byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rounds.backup.archives import CONTENTS, forged
from tests.rounds.backup.installation import Installation, fresh

FLIPS, CUTS = 40, 20
# In one process, since sixty starts would take their time: each call is the command's own.
TRIED = """
import hashlib, io, json, random, sys
from contextlib import redirect_stderr
from pathlib import Path
from vitalfew.cli import main, output
home, path, flips, cuts = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
whole, chance = path.read_bytes(), random.Random(11)

def state():
    return {str(p.relative_to(home)): hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else "" for p in sorted(home.rglob("*"))}

def flipped():
    at = chance.randrange(len(whole))
    return whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1:]

bad = [flipped() for _ in range(flips)] + [whole[:chance.randrange(len(whole))] for _ in range(cuts)]
before, codes, broken = state(), [], path.with_name("broken.vfb")
for content in bad:
    broken.write_bytes(content)
    codes.append(main.run(["restore", str(broken)]))
    assert state() == before, "the home was changed"
print(json.dumps({"tried": len(bad), "refused": codes.count(1)}))
"""


@pytest.fixture(scope="module")
def firm(tmp_path_factory) -> tuple[Installation, Path]:
    """A small installation with a backup of it."""
    folder = tmp_path_factory.mktemp("firm")
    made = fresh(folder)
    made.do("admin", "create", "alice@example.org", "Alice")
    made.do("people", "add", "ben@example.org", "Ben", "--role", "head")
    made.do("backup", folder / "good.vfb")
    return made, folder / "good.vfb"


def test_no_flipped_bit_and_no_cut_gets_past(firm):
    made, path = firm
    said = made.script(TRIED, made.home, path, FLIPS, CUTS)
    assert json.loads(said) == {"tried": FLIPS + CUTS, "refused": FLIPS + CUTS}


def refused(made: Installation, path: Path, *words: object) -> str:
    before = made.state()
    said = made.run("restore", path, *words)
    assert (said.returncode, said.stdout, made.state()) == (1, "", before)
    return said.stderr


def like(made: Installation, path: Path, **changes: object) -> Path:
    contents = CONTENTS if not made.address else {"store/database.dump": b"", **CONTENTS}
    return forged(path, contents, database="postgresql" if made.address else "sqlite", **changes)


def test_a_backup_of_a_later_shape_is_refused(firm, tmp_path):
    path = like(firm[0], tmp_path / "b.vfb", migrations=["trust.0001_initial", "trust.9999_from_the_future"])
    said = refused(firm[0], path)
    assert "newer version" in said and "trust.9999_from_the_future" in said


def test_a_backup_of_the_other_database_is_refused(firm, tmp_path):
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}["postgresql" if firm[0].address else "sqlite"]
    path = forged(tmp_path / "b.vfb", {"store/database.dump": b"", **CONTENTS}, database=other)
    assert f"The backup is of a {other} database" in refused(firm[0], path)


def test_a_store_that_is_none_is_refused_after_all_digests_fitted(firm, tmp_path):
    said = refused(firm[0], like(firm[0], tmp_path / "b.vfb"))
    assert "Nothing was changed." in said
    assert not (firm[0].home / "restoring").exists()


def test_nothing_is_restored_beneath_others(firm):
    made, path = firm
    for name, word in (("use.lock", "A server or another command"), ("ledger/writing.lock", "An import is running")):
        (made.home / "ledger").mkdir(exist_ok=True)
        held = [made.home / "use.lock", made.home / name]
        source = (
            "import fcntl, sys\nkept = [open(p, 'a') for p in sys.argv[1:]]\n"
            "fcntl.flock(kept[0], fcntl.LOCK_SH)\n"
            "kept[1:] and kept[1].name != kept[0].name and fcntl.flock(kept[1], fcntl.LOCK_EX)\n"
            "print('held', flush=True)\nsys.stdin.readline()\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", source, *map(str, held)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as holder:
            assert holder.stdout.readline() == "held\n"
            assert word in refused(made, path)
            holder.communicate("\n")


def test_only_who_may_restores_and_backs_up(firm, tmp_path):
    made, path = firm
    refused(made, path, "--as", "ben@example.org")
    before = made.state()
    assert made.run("backup", tmp_path / "b.vfb", "--as", "ben@example.org").returncode == 1
    assert (made.state(), list(tmp_path.iterdir())) == (before, [])


def test_a_file_that_is_not_there_is_told(firm, tmp_path):
    assert "is not a file that can be read" in refused(firm[0], tmp_path / "nothing.vfb")
    os.mkfifo(tmp_path / "pipe")
    assert "is not a file that can be read" in refused(firm[0], tmp_path / "pipe")
