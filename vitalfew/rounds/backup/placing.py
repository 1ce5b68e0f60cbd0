"""Putting a backup where it was asked for: never over another file unawares, never half of one, and what the disk says."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from vitalfew.ground.errors import Refusal

_MARGIN = 16 << 20  # bytes of room wanted beyond what is counted


class FileExists(Refusal):
    """There is such a file already, or nothing that a file could lie in."""


class NoRoom(Refusal):
    """The disk did not take it."""


def refuse_overwriting(path: Path, *, force: bool) -> None:
    """Let a path pass that a backup may be written to."""
    if path.exists() and not force:
        raise FileExists(f"{path} exists. Nothing was written: name another file, or overwrite it with --force.")
    if path.exists() and not path.is_file():
        raise FileExists(f"{path} is no plain file. Nothing was written: name another.")
    if not path.absolute().parent.is_dir():
        raise FileExists(f"There is no folder {path.absolute().parent}. Nothing was written: make it first.")


def refuse_without_room(folder: Path, wanted: int) -> None:
    """Say at once what the disk would say in an hour."""
    free = shutil.disk_usage(folder).free
    if free < wanted + _MARGIN:
        raise NoRoom(
            f"About {wanted >> 20:,} MB are needed, and {folder} has {free >> 20:,} MB left. Nothing was changed."
        )


@contextmanager
def draft(path: Path, *, force: bool) -> Iterator[tuple[Path, BinaryIO]]:
    """A file beside `path`, for its owner's eyes; after the block it takes the name `path`, on the disk, or is gone."""
    beside = path.with_name(f".{path.name}.draft")
    beside.unlink(missing_ok=True)  # left by one that was killed
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(handle, "wb") as out:  # noqa: PTH123 (a handle, not a path)
            yield beside, out
        _put(beside, path, force)
    finally:
        beside.unlink(missing_ok=True)


def on_disk(out: BinaryIO) -> None:
    """Wait until all that was written is on the disk."""
    out.flush()
    os.fsync(out.fileno())


def _put(beside: Path, path: Path, force: bool) -> None:
    """Give the finished file its name; one that came into being meanwhile is not overwritten either."""
    try:
        if force:
            beside.rename(path)
        else:
            os.link(beside, path)
    except FileExistsError:
        refuse_overwriting(path, force=force)
    except OSError:  # a disk without second names, such as a stick
        refuse_overwriting(path, force=force)
        beside.rename(path)
    handle = os.open(path.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def told_of_disk(name: str) -> Iterator[None]:
    """What the disk refuses, as a sentence."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        why = "the disk is full" if full else f"the disk says “{error.strerror or error}”"
        raise NoRoom(f"{name} broke off: {why}. What was begun is removed, nothing else was changed.") from error
