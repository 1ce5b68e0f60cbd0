"""Files known by their content: stored once, reached by a row, never by a path from outside."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings

from vitalfew.trust.models import StoredFile

_BLOCK = 1 << 20


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place(path: Path, *, digest: str) -> None:
    """Copy a file's bytes to their place, written aside, synced and renamed; no row is made yet."""
    target = _place_of(digest)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{secrets.token_hex(8)}.draft")  # two threads may bring the same file at once
    try:
        with path.open("rb") as source, draft.open("wb") as copy:
            shutil.copyfileobj(source, copy, _BLOCK)
            copy.flush()
            os.fsync(copy.fileno())
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


def known(*, digest: str, name: str, size: int, at: datetime) -> StoredFile:
    """The row of a placed file, made where it is missing; call it inside the transaction that needs the file."""
    row, _ = StoredFile.objects.get_or_create(
        digest=digest, defaults={"name": shown_name(name), "size": size, "stored_at": at}
    )
    return row


def shown_name(name: str) -> str:
    """A file's name as it is kept and shown: no control signs, at most 255 letters. It is never a path."""
    return "".join(sign for sign in name if sign.isprintable())[:255] or "file"


def path_of(file: StoredFile) -> Path:
    """Where the bytes of a known file lie, for reading."""
    return _place_of(file.digest)


def _place_of(digest: str) -> Path:
    return Path(settings.VITALFEW_HOME) / "files" / digest[:2] / digest
