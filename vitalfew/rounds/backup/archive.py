"""Backups as files: written in one stream, checked to the last bit, unpacked only as their manifest says."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from vitalfew.rounds.backup import layout, manifest
from vitalfew.rounds.backup.layout import Damaged, Seal
from vitalfew.rounds.backup.manifest import Manifest, Member

Passed = Callable[[int], None]
_PIECE = 1 << 20


class Writer:
    """Writes a backup into an open file: members one after the other, then `close` with what the manifest tells."""

    def __init__(self, file: BinaryIO, *, version: str) -> None:
        self._file, self._whole, self._at = file, hashlib.sha256(), 0
        self._members: list[Member] = []
        self._put(layout.mark(version))

    def add(self, name: str, source: BinaryIO, size: int, passed: Passed = lambda count: None) -> Member:
        """Add a member of exactly `size` bytes; memory stays flat whatever its size."""
        if not layout.allowed(name):
            raise ValueError(f"{name} is no name for a member of a backup")
        self._put(layout.header(name, size))
        digest, left = hashlib.sha256(), size
        while left:
            piece = source.read(min(_PIECE, left))
            if not piece:
                raise OSError(None, f"{name} became shorter while it was copied")
            digest.update(piece)
            self._put(piece)
            left -= len(piece)
            passed(len(piece))
        self._put(layout.padding(size))
        self._members.append(Member(name, size, digest.hexdigest()))
        return self._members[-1]

    def close(self, told: Manifest) -> Manifest:
        """Write the manifest with all members, and the seal."""
        full = replace(told, members=tuple(self._members))
        words = manifest.to_bytes(full)
        self._put(layout.header(layout.MANIFEST, len(words)))
        at = self._at
        self._put(words + layout.padding(len(words)))
        digest = hashlib.sha256(words).hexdigest()
        self._put(layout.seal(Seal(at, len(words), digest, self._whole.hexdigest())))
        return full

    def _put(self, piece: bytes) -> None:
        self._whole.update(piece)
        self._at += len(piece)
        self._file.write(piece)


@dataclass(frozen=True, slots=True)
class Archive:
    """An open backup whose beginning, end and manifest are sound; `check` and `unpack` see to the rest."""

    file: BinaryIO
    seal: Seal
    manifest: Manifest

    def check(self, passed: Passed = lambda count: None) -> None:
        """Read every byte. Raises Damaged unless each is the one that was written."""
        walk = _Walk(self, passed)
        for member in self.manifest.members:
            walk.member(member, lambda piece: None)
        walk.end()

    def unpack(self, into: Path, passed: Passed = lambda count: None) -> None:
        """Write every member below an empty folder of ours. Raises Damaged as soon as one is not what the manifest says."""
        walk = _Walk(self, passed)
        for member in self.manifest.members:
            target = into / member.name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with open(handle, "wb") as out:  # noqa: PTH123 (a handle, not a path)
                walk.member(member, out.write)
        walk.end()


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup, open for reading, with its manifest. Raises NotABackup, Newer or Damaged."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        layout.read_mark(file.read(layout.MARK_SIZE))
        if size < layout.MARK_SIZE + layout.SEAL_SIZE:
            raise Damaged(str(Damaged.__doc__))
        file.seek(size - layout.SEAL_SIZE)
        seal = layout.read_seal(file.read(layout.SEAL_SIZE))
        end = seal.manifest_at + seal.manifest_size + len(layout.padding(seal.manifest_size)) + layout.SEAL_SIZE
        if end != size or seal.manifest_size > layout.LONGEST_MANIFEST:
            raise Damaged(str(Damaged.__doc__))
        file.seek(seal.manifest_at)
        words = file.read(seal.manifest_size)
        if hashlib.sha256(words).hexdigest() != seal.manifest_digest:
            raise Damaged(str(Damaged.__doc__))
        yield Archive(file, seal, manifest.from_bytes(words))


class _Walk:
    """One pass over a backup from its beginning, which compares every byte with what the manifest lets expect."""

    def __init__(self, of: Archive, passed: Passed) -> None:
        self._of, self._passed, self._whole = of, passed, hashlib.sha256()
        of.file.seek(0)
        self._take(layout.MARK_SIZE)

    def member(self, member: Member, out: Callable[[bytes], object]) -> None:
        """Hand the next member's bytes out, and hold them against its digest."""
        self._expect(layout.header(member.name, member.size))
        digest, left = hashlib.sha256(), member.size
        while left:
            piece = self._take(min(_PIECE, left))
            digest.update(piece)
            out(piece)
            left -= len(piece)
            self._passed(len(piece))
        self._expect(layout.padding(member.size))
        if digest.hexdigest() != member.sha256:
            raise Damaged(f"The backup is damaged at {member.name}. Nothing was changed: take another copy or backup.")

    def end(self) -> None:
        """Nothing but the manifest follows, and the whole is what was sealed."""
        size = self._of.seal.manifest_size
        self._expect(layout.header(layout.MANIFEST, size))
        if self._of.file.tell() != self._of.seal.manifest_at:
            raise Damaged(str(Damaged.__doc__))
        self._take(size)
        self._expect(layout.padding(size))
        if self._whole.hexdigest() != self._of.seal.whole_digest:
            raise Damaged(str(Damaged.__doc__))

    def _expect(self, wanted: bytes) -> None:
        if self._take(len(wanted)) != wanted:
            raise Damaged(str(Damaged.__doc__))

    def _take(self, count: int) -> bytes:
        piece = self._of.file.read(count)
        if len(piece) != count:
            raise Damaged(str(Damaged.__doc__))
        self._whole.update(piece)
        return piece
