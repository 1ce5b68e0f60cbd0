"""The data folder of an installation: where it lies, who may read it, its secret, its database."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT
from vitalfew.config import home


@pytest.fixture
def setting(monkeypatch, tmp_path):
    """setting(NAME=value) sets the environment of one test; an unset one is None."""

    def change(**values: str | None) -> None:
        for name, value in values.items():
            monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)

    change(VITALFEW_HOME=None, XDG_DATA_HOME=None, HOME=str(tmp_path))
    return change


def test_named_folder_is_made_for_its_owner_alone(setting, tmp_path):
    setting(VITALFEW_HOME=str(tmp_path / "a" / "b"))
    assert home.data_folder() == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_tilde_in_the_name_is_the_users_folder(setting, tmp_path):
    setting(VITALFEW_HOME="~/firm")
    assert home.data_folder() == tmp_path / "firm"


def test_unnamed_folder_lies_with_the_users_data(setting, tmp_path):
    assert home.data_folder() == tmp_path / ".local" / "share" / "vitalfew"
    setting(XDG_DATA_HOME=str(tmp_path / "data"))
    assert home.data_folder() == tmp_path / "data" / "vitalfew"


def test_empty_home_falls_back_on_the_users_own(setting):
    own = Path(pwd.getpwuid(os.getuid()).pw_dir)
    for nothing in ("", None):
        setting(HOME=nothing)
        assert home._user_folder() == own


def test_what_cannot_be_a_folder_ends_with_a_sentence(setting, tmp_path):
    (tmp_path / "file").write_text("")
    for name in ("file", "file/below"):
        setting(VITALFEW_HOME=str(tmp_path / name))
        with pytest.raises(SystemExit, match=r"cannot be the data folder .* name another in VITALFEW_HOME"):
            home.data_folder()


def test_secret_is_made_once_and_kept_to_its_owner(tmp_path):
    made = home.secret(tmp_path, "secret.key")
    assert (len(made) >= 80, home.secret(tmp_path, "secret.key")) == (True, made)
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [("secret.key", 0o600)]


def test_every_installation_has_a_secret_of_its_own(tmp_path):
    found = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        found.add(home.secret(tmp_path / name, "secret.key"))
    assert len(found) == 2


FIRST_START = """
import sys
from pathlib import Path
from vitalfew.config import home
print("ready", flush=True)
sys.stdin.readline()
print(home.secret(Path(sys.argv[1]), "secret.key"), flush=True)
"""


def test_first_starts_at_once_agree_on_one_secret(tmp_path):
    words = [sys.executable, "-c", FIRST_START, str(tmp_path)]
    starts = [
        subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert [start.stdout.readline() for start in starts] == ["ready\n"] * 4
    for start in starts:
        start.stdin.write("go\n")
        start.stdin.flush()
    told = [start.communicate(timeout=60)[0].strip() for start in starts]
    assert set(told) == {home.secret(tmp_path, "secret.key")}
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_database_is_sqlite_in_the_folder_unless_named(setting, tmp_path):
    setting(VITALFEW_DATABASE=None)
    found = home.database(tmp_path)
    assert (found["ENGINE"], found["NAME"]) == ("django.db.backends.sqlite3", tmp_path / "vitalfew.sqlite3")
    setting(VITALFEW_DATABASE=f"sqlite:{tmp_path / 'elsewhere.db'}")
    assert home.database(Path("/nowhere"))["NAME"] == tmp_path / "elsewhere.db"


def test_postgres_address_is_taken_apart(setting, tmp_path):
    setting(VITALFEW_DATABASE="postgresql://key%40firm:p%2Fw@db.example.org:6432/vital%20few?sslmode=require")
    found = home.database(tmp_path)
    assert {name: found[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")} == {
        "ENGINE": "django.db.backends.postgresql", "NAME": "vital few", "USER": "key@firm", "PASSWORD": "p/w", "HOST": "db.example.org",
        "PORT": "6432", "OPTIONS": {"sslmode": "require"},
    }  # fmt: skip


@pytest.mark.parametrize("address", ["mysql://localhost/x", "vitalfew.sqlite3", "", "postgresql://db:port/x"])
def test_another_database_ends_with_a_sentence(setting, tmp_path, address):
    setting(VITALFEW_DATABASE=address)
    with pytest.raises(SystemExit, match="VITALFEW_DATABASE"):
        home.database(tmp_path)
