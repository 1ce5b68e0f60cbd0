"""What stands in a backup: its moment, its makers, and the size and digest of every member."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from vitalfew.rounds.backup import layout


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The list of contents. `database` is sqlite or postgresql, `schema` PostgreSQL's; `migrations` are "app.name".

    `counts` says in a few numbers what is held; `lost` names files that the store knows of and nobody could find.
    """

    product: str
    made_at: datetime
    made_by: str
    database: str
    migrations: tuple[str, ...]
    counts: Mapping[str, int]
    schema: str = ""
    lost: tuple[str, ...] = ()
    members: tuple[Member, ...] = field(default=())

    @property
    def size(self) -> int:
        """How many bytes lie in it."""
        return sum(member.size for member in self.members)


def to_bytes(of: Manifest) -> bytes:
    """A manifest as JSON."""
    told = {"format": layout.FORMAT, **asdict(of), "made_at": of.made_at.isoformat()}
    return json.dumps(told, ensure_ascii=True, indent=1).encode()


def from_bytes(found: bytes) -> Manifest:
    """The manifest in these bytes. Raises Damaged where it is not one, or names what no backup holds."""
    try:
        told = json.loads(found)
        if told.pop("format") != layout.FORMAT:
            raise layout.Damaged(str(layout.Damaged.__doc__))
        made = _typed(told)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise layout.Damaged(str(layout.Damaged.__doc__)) from None
    _refuse_strange_members(made)
    return made


def _typed(told: dict[str, Any]) -> Manifest:
    return Manifest(
        product=str(told["product"]),
        made_at=datetime.fromisoformat(told["made_at"]),
        made_by=str(told["made_by"]),
        database=str(told["database"]),
        migrations=tuple(map(str, told["migrations"])),
        counts={str(name): int(count) for name, count in told["counts"].items()},
        schema=str(told["schema"]),
        lost=tuple(map(str, told["lost"])),
        members=tuple(Member(str(row["name"]), int(row["size"]), str(row["sha256"])) for row in told["members"]),
    )


def _refuse_strange_members(of: Manifest) -> None:
    names = [member.name for member in of.members]
    for member in of.members:
        if not layout.allowed(member.name) or member.size < 0:
            raise layout.Damaged(
                f"The backup holds “{member.name[:80]!a}”, which no backup of ours does: somebody else made or changed it. Nothing was changed."
            )
    store = {"sqlite": layout.SQLITE, "postgresql": layout.DUMP}.get(of.database)
    if store not in names or len(set(names)) != len(names) or not set(layout.KEYS) <= set(names):
        raise layout.Damaged(str(layout.Damaged.__doc__))
