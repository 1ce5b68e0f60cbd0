"""The orders of the portfolio, and how a page of it begins where the one before ended."""

from __future__ import annotations

import base64
import json
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from vitalfew.selection.models import Standing

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


def ordered(rows: QuerySet[Standing], *, sort: str, after: str) -> QuerySet[Standing]:
    """Rows in order, from behind the mark on; unknown values stand last whichever way."""
    name, down = SORTS.get(sort, SORTS["rank"])
    rows = rows.order_by(F(name).desc(nulls_last=True) if down else F(name).asc(nulls_last=True), "rank", "pk")
    read = _read_mark(after, name)
    if read is None:
        return rows
    value, rank, pk = read
    behind = Q(rank__gt=rank) | Q(rank=rank, pk__gt=pk)
    if value is None:
        return rows.filter(behind, **{f"{name}__isnull": True})
    further = Q(**{f"{name}__{'lt' if down else 'gt'}": value}) | Q(**{f"{name}__isnull": True})
    return rows.filter(further | (Q(**{name: value}) & behind))


def mark(row: Standing, *, sort: str) -> str:
    """Where the list goes on behind `row`, as a word for an address."""
    value = getattr(row, SORTS.get(sort, SORTS["rank"])[0])
    words = [value.isoformat() if isinstance(value, date) else value, row.rank, row.pk]
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
