"""The exchange of an installation's state for a restored one: decided by one rename, finished by whoever starts next.

Before the journal stands, nothing of the present state was touched; once it stands, every move can be done again until
all are done. A process killed in between leaves either the old state or a journal, and never a mixture that is used.
Knows no Django: it runs before the settings make keys or open a database.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg import sql

ROOM, FRESH = "restoring", "new"
_JOURNAL = "journal.json"


@dataclass(frozen=True, slots=True)
class Move:
    """What lies at `target` goes to `kept`, what was made ready at `fresh` takes its place; paths as seen from the home.

    `along` are endings of files that go with the old one, such as SQLite's log: beside a new database it would harm.
    """

    target: str
    fresh: str
    kept: str
    along: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schemas:
    """The same for a database: `fresh` becomes `live`, which is kept under another name, both in one transaction."""

    live: str
    fresh: str
    kept: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that one restore exchanges."""

    moves: tuple[Move, ...]
    schemas: Schemas | None = None


def decide(home: Path, plan: Plan) -> None:
    """Write the journal: from here on the restored state is the one that counts."""
    draft = home / ROOM / f"{_JOURNAL}.draft"
    with draft.open("w") as file:
        json.dump(asdict(plan), file)
        file.flush()
        os.fsync(file.fileno())
    _sync(home / ROOM)
    _sync(home)
    draft.rename(home / ROOM / _JOURNAL)
    _sync(home / ROOM)


def decided(home: Path) -> bool:
    """True where a restore was decided and not all of it is done."""
    return (home / ROOM / _JOURNAL).exists()


def carry_out(home: Path, *, database: str) -> None:
    """Do what the journal says, from wherever it was left; the caller is alone in this data folder.

    `database` is the address of a PostgreSQL database, where there is one.
    """
    told = json.loads((home / ROOM / _JOURNAL).read_text())
    if told["schemas"]:
        _exchange_schemas(database, Schemas(**told["schemas"]))
    for move in told["moves"]:
        _exchange(home, Move(**{**move, "along": tuple(move["along"])}))
    (home / ROOM / _JOURNAL).unlink()
    _sync(home / ROOM)
    clear(home)


def clear(home: Path) -> None:
    """Remove what was made ready and is not needed: nothing here counts without a journal."""
    shutil.rmtree(home / ROOM, ignore_errors=True)


def unfinished(home: Path) -> bool:
    """True where a restore left anything."""
    return (home / ROOM).exists()


def _exchange(home: Path, move: Move) -> None:
    fresh, target, kept = home / move.fresh, home / move.target, home / move.kept
    if not fresh.exists():
        return  # done before
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for ending in (*move.along, ""):
        old = target.with_name(target.name + ending)
        if old.exists():
            old.rename(_free(kept.with_name(kept.name + ending)))
    _sync(kept.parent)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh.rename(target)
    _sync(target.parent)


def _free(path: Path) -> Path:
    """This path, or one beside it that nothing lies at: what is kept is never overwritten."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.name}.{number}")
    return found


def _exchange_schemas(address: str, names: Schemas) -> None:
    with psycopg.connect(address) as opened:
        there = {row[0] for row in opened.execute("SELECT nspname FROM pg_namespace").fetchall()}
        if names.fresh not in there:
            return  # done before
        rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
        opened.execute(rename.format(sql.Identifier(names.live), sql.Identifier(names.kept)))
        opened.execute(rename.format(sql.Identifier(names.fresh), sql.Identifier(names.live)))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
