"""The orders of the portfolio, and how a page of it begins where the one before ended."""

from __future__ import annotations

import base64
import json
from datetime import date
from typing import Any

# The word in the address, the column, whether downwards; unknown values stand last whichever way.
SORTS = {
    "rank": ("rank", False),
    "-rank": ("rank", True),
    "-net": ("net_12_months", True),
    "net": ("net_12_months", False),
    "-chance": ("chance", True),
    "chance": ("chance", False),
    "-moved": ("moved", True),
    "moved": ("moved", False),
    "last": ("last_day", False),
    "-last": ("last_day", True),
}


_UNKNOWN = ("chance", "moved")  # the columns that may hold nothing


def order(sort: str) -> str:
    """The ORDER BY of the list `s`; ties stand by rank."""
    name, down = SORTS.get(sort, SORTS["rank"])
    way = f"{'DESC' if down else 'ASC'}{' NULLS LAST' if name in _UNKNOWN else ''}"
    return f"s.{name} {way}, s.rank, s.id"


def behind(after: str, *, sort: str) -> tuple[str, list[Any]]:
    """The condition, with its values, that lets a page begin behind a mark; nothing where there is no mark."""
    name, down = SORTS.get(sort, SORTS["rank"])
    read = _read_mark(after, name)
    if read is None:
        return "", []
    value, rank, pk = read
    later, values = "(s.rank > %s OR (s.rank = %s AND s.id > %s))", [rank, rank, pk]
    if value is None:
        return f" AND s.{name} IS NULL AND {later}", values
    return f" AND (s.{name} {'<' if down else '>'} %s OR s.{name} IS NULL OR (s.{name} = %s AND {later}))", [
        value, value, *values
    ]  # fmt: skip


def mark(value: Any, rank: int, pk: int) -> str:
    """Where the list goes on behind a row, as a word for an address; `value` is what the row is sorted by."""
    words = [value.isoformat() if isinstance(value, date) else value, rank, pk]
    return base64.urlsafe_b64encode(json.dumps(words).encode()).decode().rstrip("=")


def _read_mark(text: str, field: str) -> tuple[Any, int, int] | None:
    """A mark is ours or nothing: one that cannot be read, or tells of another column, starts the list afresh."""
    try:
        value, rank, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if isinstance(value, str):
            date.fromisoformat(value)
    except (ValueError, TypeError):
        return None
    whole = all(isinstance(number, int) and abs(number) < 2**63 for number in (rank, pk))
    fits = value is None or isinstance(value, str if field == "last_day" else int | float)
    return (value, rank, pk) if whole and fits else None
