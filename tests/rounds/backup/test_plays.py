"""Plays of the firm's own that lie as files in the data folder: carried by a backup, brought back by a restore."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.playbook.plays.test_reading import WHOLE
from tests.rounds.backup.installation import Installation, fresh

OTHER = WHOLE.replace("Visit   the plant", "See the plant")


@pytest.fixture(scope="module")
def firm(tmp_path_factory) -> tuple[Installation, Path]:
    """A small installation with two plays, a draft and a note beside them, and a backup of it."""
    folder = tmp_path_factory.mktemp("firm")
    made = fresh(folder)
    made.do("admin", "create", "alice@example.org", "Alice")
    (made.home / "plays").mkdir()
    (made.home / "plays" / "visit-the-plant.toml").write_text(WHOLE)
    (folder / "elsewhere.toml").write_text(OTHER)
    (made.home / "plays" / "see-the-plant.toml").symlink_to(folder / "elsewhere.toml")
    (made.home / "plays" / "Draft.toml").write_text("title =")
    (made.home / "plays" / "notes.txt").write_text("for us")
    os.mkfifo(made.home / "plays" / "a-pipe.toml")
    made.do("backup", folder / "all.vfb")
    (made.home / "plays" / "a-pipe.toml").unlink()  # nothing else here may wait for it
    return made, folder / "all.vfb"


def plays(made: Installation) -> dict[str, str]:
    return {path.name: path.read_text() for path in (made.home / "plays").iterdir()}


def test_plays_come_back_on_another_machine_and_are_offered_there(firm, tmp_path):
    _made, path = firm
    other = fresh(tmp_path)
    other.do("restore", path)
    assert plays(other) == {"visit-the-plant.toml": WHOLE, "see-the-plant.toml": OTHER}
    assert (other.home / "plays" / "visit-the-plant.toml").stat().st_mode & 0o777 == 0o600
    told = {one["name"]: one["origin"] for one in json.loads(other.do("plays", "--json"))}
    assert (told["visit-the-plant"], told["see-the-plant"]) == ("file", "file")


def test_what_is_in_it_is_told(firm):
    made, path = firm
    assert json.loads(made.do("restore", path, "--check", "--json"))["counts"]["plays in files"] == 2
    assert "2 plays in files" in made.do("restore", path, "--check")


def test_a_restore_takes_the_whole_folders_place_and_keeps_the_one_before(firm, tmp_path):
    made, path = firm
    home = Installation(tmp_path / "home", made.address)
    shutil.copytree(made.home, home.home, symlinks=True)
    (home.home / "plays" / "visit-the-plant.toml").write_text(OTHER)
    (home.home / "plays" / "later.toml").write_text(WHOLE)
    kept = Path(json.loads(home.do("restore", path, "--json"))["kept"])
    assert plays(home) == {"visit-the-plant.toml": WHOLE, "see-the-plant.toml": OTHER}
    before = {found.name: found.read_text() for found in (kept / "plays").iterdir()}
    assert (before["visit-the-plant.toml"], before["later.toml"], before["notes.txt"]) == (OTHER, WHOLE, "for us")


def test_where_there_were_none_there_are_none_afterwards(tmp_path):
    made = fresh(tmp_path)
    made.do("admin", "create", "alice@example.org", "Alice")
    made.do("backup", tmp_path / "all.vfb")
    (made.home / "plays").mkdir()
    (made.home / "plays" / "later.toml").write_text(WHOLE)
    made.do("restore", tmp_path / "all.vfb")
    assert plays(made) == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_play_that_may_not_be_read_is_told_before_a_backup_leaves_it_out(firm, tmp_path):
    made, _path = firm
    home = Installation(tmp_path / "home", made.address)
    shutil.copytree(made.home, home.home, symlinks=True)
    (home.home / "plays" / "visit-the-plant.toml").chmod(0)
    said = home.run("backup", tmp_path / "b.vfb")
    assert (said.returncode, "plays/visit-the-plant.toml" in said.stderr, list(tmp_path.glob("*.vfb"))) == (1, True, [])
    home.do("backup", tmp_path / "b.vfb", "--incomplete")
    found = json.loads(home.do("restore", tmp_path / "b.vfb", "--check", "--json"))
    assert (found["lost"], found["counts"]["plays in files"]) == (["plays/visit-the-plant.toml"], 1)
