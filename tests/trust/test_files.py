"""Files are known by their bytes: the same bytes once, reached by a row, never by a name from outside."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cast import MORNING
from vitalfew.trust import files
from vitalfew.trust.models import StoredFile

pytestmark = pytest.mark.django_db


def keep(path: Path, name: str) -> StoredFile:
    digest = files.digest_of(path)
    files.place(path, digest=digest)
    return files.known(digest=digest, name=name, size=path.stat().st_size, at=MORNING)


def stored(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "files").rglob("*") if path.is_file())


def test_bytes_are_stored_under_their_digest(home, tmp_path):
    path = tmp_path / "sales.csv"
    path.write_bytes(b"a,b\n1,2\n")
    row = keep(path, "sales.csv")
    digest = hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert (row.digest, row.name, row.size, row.stored_at) == (digest, "sales.csv", 8, MORNING)
    assert files.path_of(row) == home / "files" / digest[:2] / digest
    assert files.path_of(row).read_bytes() == b"a,b\n1,2\n"


def test_the_same_bytes_are_kept_once(home, tmp_path):
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("same")
    rows = [keep(tmp_path / name, name) for name in ("one.csv", "two.csv")]
    assert (rows[0], rows[0].name) == (rows[1], "one.csv")
    assert stored(home) == [rows[0].digest]


def test_other_bytes_under_the_same_name_are_another_file(home, tmp_path):
    path = tmp_path / "sales.csv"
    found = []
    for text in ("one", "two"):
        path.write_text(text)
        found.append(keep(path, "sales.csv"))
    assert found[0] != found[1]
    assert [files.path_of(row).read_text() for row in found] == ["one", "two"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\x00b", "n" * 400])
def test_a_name_from_outside_is_never_a_path(home, tmp_path, name):
    path = tmp_path / "plain"
    path.write_text("x")
    row = keep(path, name)
    assert files.path_of(row).parent.parent == home / "files"
    assert row.name == name.replace("\x00", "")[:255]


def test_a_placed_file_without_a_row_is_not_known(home, tmp_path):
    path = tmp_path / "plain"
    path.write_text("x")
    files.place(path, digest=files.digest_of(path))
    assert StoredFile.objects.count() == 0


def test_a_failed_copy_leaves_nothing_behind(home, tmp_path):
    with pytest.raises(FileNotFoundError):
        files.place(tmp_path / "gone", digest="ab" * 32)
    assert stored(home) == []


def test_many_hands_may_place_one_file_at_once(home, tmp_path):
    path = tmp_path / "large"
    path.write_bytes(bytes(range(256)) * 20_000)
    digest = files.digest_of(path)
    with ThreadPoolExecutor(8) as hands:
        list(hands.map(lambda _: files.place(path, digest=digest), range(16)))
    assert stored(home) == [digest]
    assert files.digest_of(home / "files" / digest[:2] / digest) == digest
