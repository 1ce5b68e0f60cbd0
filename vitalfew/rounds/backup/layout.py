"""The bytes of a backup: a plain tar whose every byte follows from its manifest, closed by a seal over all of it."""

from __future__ import annotations

import hashlib
import re
import tarfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from vitalfew.ground.errors import Refusal

FORMAT = 1
BLOCK = 512
MANIFEST = "manifest.json"
SQLITE, DUMP = "store/database.sqlite3", "store/database.dump"
KEYS = ("secret.key", "audit.key")
HEAD = "audit.head"
PLAYS = "plays"
LONGEST_MANIFEST = 512 << 20  # bytes; some three million files
_MARK, _SEAL = "vitalfew-backup", "vitalfew-seal"
_MARK_SIZE = 96
_PART = r"ledger/parts/[A-Za-z0-9][A-Za-z0-9_-]{0,60}\.[a-z]{1,10}"
_FILE = r"files/([0-9a-f]{2})/\1[0-9a-f]{62}"
_PLAY = r"plays/(?=[^.]{3,60}\.)[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.toml"
_NAMES = re.compile("|".join([_PART, _FILE, _PLAY, *map(re.escape, (SQLITE, DUMP, HEAD, *KEYS))]), re.ASCII)
_MARK_WORDS = re.compile(rb"vitalfew backup, format (\d{1,4}), made by ([\w.+-]{1,40}) *\n", re.ASCII)
_SEAL_WORDS = re.compile(rb"manifest at (\d{1,19}) of (\d{1,10}) ([0-9a-f]{64}) all ([0-9a-f]{64})\n", re.ASCII)


class NotABackup(Refusal):
    """This file is no backup of Vital Few, or its very beginning is damaged. Nothing was changed."""


class Damaged(Refusal):
    """The backup is damaged or was cut short. Nothing was changed: take another copy of it, or another backup."""


class Newer(Refusal):
    """The backup was made by a newer version of Vital Few. Nothing was changed: install that version first, then restore."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Where the manifest's content begins and ends, its digest, and that of every byte before the seal."""

    manifest_at: int
    manifest_size: int
    manifest_digest: str
    whole_digest: str


def allowed(name: str) -> bool:
    """True for the names that members of a backup have: no way leads out of the folder they are unpacked into."""
    return _NAMES.fullmatch(name) is not None


def part_name(part: str) -> str:
    """The member of a file among the ledger's parts."""
    return f"ledger/parts/{part}"


def file_name(digest: str) -> str:
    """The member of a stored file."""
    return f"files/{digest[:2]}/{digest}"


def header(name: str, size: int) -> bytes:
    """The tar header of a member: nothing but name and size differ, so that a changed bit cannot hide in it."""
    made = tarfile.TarInfo(str(PurePosixPath(name)))
    made.size, made.mode = size, 0o600
    return made.tobuf(tarfile.GNU_FORMAT, "ascii", "strict")


def padding(size: int) -> bytes:
    """What fills a member's last block."""
    return bytes(-size % BLOCK)


def mark(version: str) -> bytes:
    """How a backup begins."""
    words = f"vitalfew backup, format {FORMAT}, made by {version}".encode().ljust(_MARK_SIZE - 1) + b"\n"
    return header(_MARK, _MARK_SIZE) + words + padding(_MARK_SIZE)


MARK_SIZE = len(mark("0"))


def read_mark(found: bytes) -> None:
    """Let the beginning of a backup pass. Raises NotABackup, Newer or Damaged else."""
    if not found.startswith(header(_MARK, _MARK_SIZE)):
        raise NotABackup(str(NotABackup.__doc__))
    words = _MARK_WORDS.fullmatch(found[BLOCK : BLOCK + _MARK_SIZE])
    if words is None or len(found) < MARK_SIZE:
        raise Damaged(str(Damaged.__doc__))
    if int(words[1]) > FORMAT:
        raise Newer(str(Newer.__doc__))
    if int(words[1]) != FORMAT or found != mark(words[2].decode()):
        raise Damaged(str(Damaged.__doc__))


def seal(of: Seal) -> bytes:
    """How a backup ends: the seal as its last member, and the two empty blocks that close a tar."""
    words = f"manifest at {of.manifest_at:019} of {of.manifest_size:010} {of.manifest_digest} all {of.whole_digest}\n"
    return header(_SEAL, len(words)) + words.encode() + padding(len(words)) + bytes(2 * BLOCK)


_EMPTY = Seal(0, 0, hashlib.sha256().hexdigest(), hashlib.sha256().hexdigest())
SEAL_SIZE = len(seal(_EMPTY))


def read_seal(found: bytes) -> Seal:
    """The seal at a backup's end. Raises Damaged where it is not exactly as `seal` writes it."""
    words = _SEAL_WORDS.match(found, BLOCK)
    if words is None:
        raise Damaged(str(Damaged.__doc__))
    told = Seal(int(words[1]), int(words[2]), words[3].decode(), words[4].decode())
    if seal(told) != found:
        raise Damaged(str(Damaged.__doc__))
    return told
