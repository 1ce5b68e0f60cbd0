"""SQLite at one moment, by its own backup interface."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitalfew.rounds.backup import layout
from vitalfew.rounds.backup.moment import Tell

_PAGES = 4_096  # a step of the copy; 16 MB


@dataclass(frozen=True, slots=True)
class SqliteMoment:
    """An open read transaction: in WAL mode it keeps its moment and hinders no writer."""

    opened: sqlite3.Connection
    kind: str = "sqlite"
    schema: str = ""
    member: str = layout.SQLITE

    def tables(self) -> set[str]:
        """The names of all tables."""
        return {row[0] for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a question finds."""
        return self.opened.execute(statement).fetchall()

    def copy(self, to: Path, tell: Tell) -> None:
        """Copy the whole store, page by page. The open transaction keeps the copy from beginning again when others write."""
        with closing(sqlite3.connect(to)) as copy:
            to.chmod(0o600)
            copy.execute("PRAGMA synchronous=OFF")  # only read again by us; a broken copy is thrown away
            self.opened.backup(
                copy, pages=_PAGES, progress=lambda status, left, all_pages: tell(1 - left / max(all_pages, 1))
            )


@contextmanager
def moment(path: str) -> Iterator[SqliteMoment]:
    """The store's present moment, kept until the block ends."""
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None, uri=path.startswith("file:"))) as opened:
        opened.execute("PRAGMA query_only=ON")
        opened.execute("BEGIN")
        opened.execute(
            "SELECT count(*) FROM sqlite_master"
        ).fetchall()  # a transaction takes its moment when it first reads
        yield SqliteMoment(opened)


def complaint(path: Path) -> str:
    """What SQLite itself finds wrong with a store, or nothing."""
    with closing(sqlite3.connect(path)) as opened:
        try:
            found = [row[0] for row in opened.execute("PRAGMA integrity_check(5)")]
            loose = opened.execute("PRAGMA foreign_key_check").fetchmany(5)
        except sqlite3.DatabaseError as error:
            return str(error)
    return "; ".join([word for word in found if word != "ok"] + [f"{row[0]} names a missing {row[2]}" for row in loose])


def settled(path: Path) -> None:
    """Bring all that was written into the one file, and onto the disk."""
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
