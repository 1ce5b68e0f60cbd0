"""A list that grows with time, a page at a time: the newest first, each page beginning behind the one before."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model, Q, QuerySet

from vitalfew.ground.errors import Refusal


class MarkRefused(Refusal):
    """There is no such place in this list: begin at its first page, without “after”."""


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """Rows of one page, and the mark behind which the next one begins ("" at the end)."""

    rows: tuple[Row, ...]
    next: str


def newest[Record: Model](rows: QuerySet[Record], *, by: str, after: str, size: int) -> Page[Record]:
    """A page of at most `size` records, the newest by the field `by` first; at most two queries. Raises MarkRefused."""
    behind = rows.filter(_older(rows, by, after)) if after else rows
    found = list(behind.order_by(f"-{by}", "-pk")[: size + 1])
    return Page(tuple(found[:size]), str(found[size - 1].pk) if len(found) > size else "")


def _older[Record: Model](rows: QuerySet[Record], by: str, after: str) -> Q:
    """What stands behind the record of a mark, which may have left the list since: only its place counts."""
    known = after.isascii() and after.isdigit() and len(after) < 19
    place = rows.model._default_manager.filter(pk=after).values_list(by, flat=True).first() if known else None
    if place is None:
        raise MarkRefused(str(MarkRefused.__doc__))
    return Q(**{f"{by}__lt": place}) | Q(**{by: place, "pk__lt": int(after)})
