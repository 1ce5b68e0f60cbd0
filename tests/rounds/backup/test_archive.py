"""A backup is read as it was written, or not at all: every flipped bit, every cut, every forged word is noticed."""

from __future__ import annotations

import io
import os
import random
import tarfile

import pytest

from tests.rounds.backup.archives import CONTENTS, TOLD, forged, written
from vitalfew.rounds.backup import archive, layout
from vitalfew.rounds.backup.layout import Damaged, Newer, NotABackup

REFUSED = (Damaged, Newer, NotABackup)


def read(path):
    with archive.opened(path) as opened:
        opened.check()
        return opened.manifest


def unpacked(path, into):
    with archive.opened(path) as opened:
        opened.unpack(into)
    return {str(found.relative_to(into)): found.read_bytes() for found in into.rglob("*") if found.is_file()}


def test_what_was_written_is_read(tmp_path):
    path = written(tmp_path / "b.vfb")
    manifest = read(path)
    assert [(member.name, member.size) for member in manifest.members] == [
        (name, len(content)) for name, content in CONTENTS.items()
    ]
    assert (manifest.made_at, manifest.migrations, manifest.counts) == (TOLD.made_at, TOLD.migrations, TOLD.counts)
    (tmp_path / "out").mkdir()
    assert unpacked(path, tmp_path / "out") == CONTENTS
    assert {found.stat().st_mode & 0o777 for found in (tmp_path / "out").rglob("*") if found.is_file()} == {0o600}


def test_any_tar_can_open_it(tmp_path):
    with tarfile.open(written(tmp_path / "b.vfb")) as opened:
        found = {member.name: opened.extractfile(member).read() for member in opened if member.name in CONTENTS}
    assert found == CONTENTS


def test_a_flipped_bit_in_every_byte_is_refused(tmp_path):
    path, chance = written(tmp_path / "b.vfb"), random.Random(3)
    whole, kept = path.read_bytes(), []
    with path.open("r+b", buffering=0) as file:
        for place, byte in enumerate(whole):
            os.pwrite(file.fileno(), bytes([byte ^ (1 << chance.randrange(8))]), place)
            try:
                read(path)
                kept.append(place)
            except REFUSED:
                pass
            os.pwrite(file.fileno(), bytes([byte]), place)
    assert (kept, len(whole) > 9_000) == ([], True)
    read(path)


def test_every_cut_and_every_addition_is_refused(tmp_path):
    path = written(tmp_path / "b.vfb")
    whole, kept = path.read_bytes(), []
    changed = [whole[:length] for length in range(0, len(whole), 7)] + [
        whole[:-1],
        whole + b"\0",
        whole + bytes(512),
        b"\0" + whole,
    ]
    for content in changed:
        path.write_bytes(content)
        try:
            read(path)
            kept.append(len(content))
        except REFUSED:
            pass
    assert kept == []


def test_blocks_that_changed_places_are_refused(tmp_path):
    path = written(tmp_path / "b.vfb")
    whole = path.read_bytes()
    path.write_bytes(whole[:2048] + whole[2560:3072] + whole[2048:2560] + whole[3072:])
    with pytest.raises(Damaged):
        read(path)


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/passwd", "files/../../evil", "ledger/parts/../x.parquet", "ledger/parts/.hidden.parquet", "use.lock", "files/aa/" + "b" * 64, "a\nb",
     "plays/../x.toml", "plays/.hidden.toml", "plays/Odd Name.toml", "plays/a.toml.toml", "plays/notes.txt", "plays/in/see-the-plant.toml"],
)  # fmt: skip
def test_strange_members_are_refused_before_a_file_is_made(tmp_path, name):
    path = forged(tmp_path / "b.vfb", {**CONTENTS, name: b"evil"})
    (tmp_path / "out").mkdir()
    with pytest.raises(Damaged, match="which no backup of ours does"):
        unpacked(path, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    with pytest.raises(ValueError, match="no name for a member"), (tmp_path / "x").open("wb") as out:
        archive.Writer(out, version="0.1.0").add(name, io.BytesIO(b""), 0)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_links_and_devices_are_refused(tmp_path, kind):
    path = forged(tmp_path / "b.vfb", CONTENTS)
    whole = path.read_bytes()
    info = tarfile.TarInfo("secret.key")
    info.type, info.linkname, info.mode, info.size = kind, "/etc/passwd", 0o600, 0 if kind != tarfile.REGTYPE else 86
    made = info.tobuf(tarfile.GNU_FORMAT)
    at = whole.index(layout.header("secret.key", 86))
    path.write_bytes(whole[:at] + made + whole[at + 512 :])
    with pytest.raises(Damaged):
        read(path)


@pytest.mark.parametrize(
    "changes",
    [{"format": 2}, {"made_at": "yesterday"}, {"members": []}, {"members": [{"name": layout.SQLITE}]}, {"database": "oracle"},
     {"counts": {"people": "many"}}, {"migrations": 7}, {"database": "postgresql"}],
)  # fmt: skip
def test_manifests_that_make_no_sense_are_refused(tmp_path, changes):
    with pytest.raises(Damaged):
        read(forged(tmp_path / "b.vfb", CONTENTS, **changes))


def test_a_forged_backup_in_order_is_read_like_any_other(tmp_path):
    assert len(read(forged(tmp_path / "b.vfb", CONTENTS)).members) == len(CONTENTS)


@pytest.mark.parametrize("size", [10**15, 2_303, 2_305, -1])
def test_a_member_is_never_larger_than_told(tmp_path, size):
    members = [
        {"name": name, "size": size if name == layout.SQLITE else len(content), "sha256": "0" * 64}
        for name, content in CONTENTS.items()
    ]
    (tmp_path / "out").mkdir()
    with pytest.raises(Damaged):
        unpacked(forged(tmp_path / "b.vfb", CONTENTS, members=members), tmp_path / "out")


def test_a_newer_format_says_so(tmp_path):
    path = written(tmp_path / "b.vfb")
    path.write_bytes(path.read_bytes().replace(b"format 1, made by 0.1.0", b"format 2, made by 0.9.0", 1))
    with pytest.raises(Newer, match="install that version first"):
        read(path)


def test_files_of_others_are_no_backups(tmp_path):
    (tmp_path / "x").write_text("hello")
    with tarfile.open(tmp_path / "f.tar", "w") as made:
        made.add(tmp_path / "x", "secret.key")
    (tmp_path / "empty").touch()
    (tmp_path / "noise").write_bytes(random.Random(1).randbytes(20_000))
    for name in ("x", "f.tar", "empty", "noise"):
        with pytest.raises(NotABackup, match="is no backup of Vital Few"):
            read(tmp_path / name)


def test_a_source_that_shrinks_is_noticed(tmp_path):
    with (tmp_path / "b.vfb").open("wb") as out, pytest.raises(OSError, match="became shorter"):
        archive.Writer(out, version="0.1.0").add("secret.key", io.BytesIO(b"abc"), 4)
