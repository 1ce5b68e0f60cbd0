"""The ledger folder: parts written aside, synced and renamed; what no batch names is swept."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vitalfew.ground.errors import Refusal

_READ_FOR = 3600.0  # seconds


class LedgerBusy(Refusal):
    """Another import is running. Nothing was changed: wait until it has ended and try again."""


class DiskRefusal(Refusal):
    """The disk refused: it is full, or the file may not be read. Nothing was changed."""


def disk_refusal(error: OSError, name: str) -> Refusal:
    """What the disk said, as a sentence about the file at hand."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskRefusal(
            f"The disk is full: {name} was not imported and nothing was changed. Make room in the data folder and import it again."
        )
    if error.errno == errno.EACCES:
        return DiskRefusal(
            f"{name} may not be read or written by this user. Nothing was changed: look at the rights of the file and of the data folder."
        )
    return DiskRefusal(f"{name} was not imported: the disk says “{error.strerror or error}”. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Folder:
    """The ledger's folder in the data folder of one installation."""

    root: Path

    @property
    def parts(self) -> Path:
        return self.root / "parts"

    @property
    def aside(self) -> Path:
        return self.root / "aside"

    @property
    def looks(self) -> Path:
        """Where files are opened only to be looked at."""
        return self.root / "looks"

    @property
    def spill(self) -> Path:
        """Where the engine puts what does not fit its memory."""
        return self.root / "spill"

    def made(self) -> Folder:
        """This folder with its rooms in place."""
        for room in (self.parts, self.aside, self.looks, self.spill):
            room.mkdir(parents=True, exist_ok=True)
        return self

    def part(self, name: str) -> Path:
        return self.parts / name

    @contextmanager
    def writing(self, *, wait: bool = False) -> Iterator[None]:
        """Hold the one right to write; it falls with the process, so a killed import never locks the next one out."""
        self.made()
        with (self.root / "writing.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                raise LedgerBusy(str(LedgerBusy.__doc__)) from None
            yield

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """A folder aside for one import, gone when it ends either way."""
        place = self.made().aside / secrets.token_hex(8)
        place.mkdir()
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def accept(self, draft: Path) -> str:
        """Move a finished draft among the parts under a name of its own; it counts once a batch names it."""
        name = f"{secrets.token_hex(12)}{draft.suffix}"
        _sync(draft)
        draft.rename(self.part(name))
        _sync(self.parts)
        return name

    def swept(self, *, named: set[str]) -> Folder:
        """This folder without what dead imports left; call it while holding `writing`.

        Parts that no batch names go after an hour, since a refresh that began before may still read them.
        """
        now = time.time()
        for path in self.made().parts.iterdir():
            if path.name not in named and now - path.stat().st_mtime > _READ_FOR:
                path.unlink()
        for path in self.aside.iterdir():
            shutil.rmtree(path, ignore_errors=True)
        for path in self.looks.iterdir():
            if now - path.stat().st_mtime > _READ_FOR:
                shutil.rmtree(path, ignore_errors=True)
        return self


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
