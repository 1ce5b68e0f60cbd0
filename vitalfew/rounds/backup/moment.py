"""One moment of the operational store: what can be asked of it, and which files it names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from vitalfew.rounds.backup import layout
from vitalfew.trust.audit.heads import Head

Tell = Callable[[float], None]


class Moment(Protocol):
    """A store as it was at one moment, whatever is written meanwhile. Asked by SQL, since its shape may be an older one."""

    @property
    def kind(self) -> str: ...

    @property
    def schema(self) -> str: ...

    @property
    def member(self) -> str: ...

    def tables(self) -> set[str]: ...

    def rows(self, statement: str) -> list[tuple[Any, ...]]: ...

    def copy(self, to: Path, tell: Tell) -> None: ...


@dataclass(frozen=True, slots=True)
class Needed:
    """A file that a row of the store names: its member, the digest that it must have where one is known, its size."""

    member: str
    digest: str = ""
    size: int | None = None


def needed(of: Moment) -> Iterator[Needed]:
    """Every file without which the store would be incomplete: the ledger's parts and masks, and stored files."""
    tables = of.tables()
    if "ledger_batch" in tables:
        parts: set[str] = set()
        for listed, superseded, confirmed in of.rows("SELECT parts, superseded, confirmed FROM ledger_batch"):
            names = json.loads(listed) if isinstance(listed, str | bytes) else listed
            parts.update(map(str, names), {superseded, confirmed} - {""})
        yield from (Needed(layout.part_name(name)) for name in sorted(parts))
    if "trust_storedfile" in tables:
        for digest, size in of.rows("SELECT digest, size FROM trust_storedfile ORDER BY digest"):
            yield Needed(layout.file_name(digest), digest, size)


def plays(home: Path) -> Iterator[Needed]:
    """The files of the firm's own plays. No row names them; a file by whose name no play goes is none of them."""
    for path in sorted((home / layout.PLAYS).glob("*.toml")):
        member = f"{layout.PLAYS}/{path.name}"
        if layout.allowed(member) and path.is_file():
            yield Needed(member)


def head(of: Moment) -> Head | None:
    """The newest entry of the audit trail at that moment."""
    found = of.rows("SELECT number, chain FROM trust_audithead") if "trust_audithead" in of.tables() else []
    return Head(int(found[0][0]), str(found[0][1])) if found else None


def chain_at(of: Moment, number: int) -> str | None:
    """The chain's value at an entry of the trail; None where there is no such entry."""
    found = of.rows(f"SELECT chain FROM trust_auditentry WHERE number = {int(number)}")
    return str(found[0][0]) if found else None


def migrations(of: Moment) -> tuple[str, ...]:
    """What brought the store to its shape, as "app.name"."""
    return tuple(f"{app}.{name}" for app, name in of.rows("SELECT app, name FROM django_migrations ORDER BY id"))


def counts(of: Moment) -> dict[str, int]:
    """What is held, in a few numbers for people."""
    asked = {
        "people": ("trust_person", "count(*)"),
        "customers": ("ledger_customer", "count(*)"),
        "batches": ("ledger_batch", "count(*)"),
        "lines": ("ledger_batch", "coalesce(sum(CASE WHEN undone_at IS NULL THEN lines ELSE 0 END), 0)"),
        "entries of the audit trail": ("trust_auditentry", "count(*)"),
    }
    tables = of.tables()
    return {
        word: int(of.rows(f"SELECT {what} FROM {table}")[0][0])
        for word, (table, what) in asked.items()
        if table in tables
    }
