"""What the routes of the relationship have in common: how bodies and pages are asked for, and how a list is cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field

from vitalfew.relationship.paging import MarkRefused

Words = Annotated[str, Field(max_length=400)]
Account = Annotated[str, Field(max_length=120)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2199, 12, 31))]
Kind = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$")]


class Body(Schema):
    """A body or query that refuses words it does not know."""

    model_config = ConfigDict(extra="forbid")


class Turned(Body):
    """Which page of a list: `after` is the `next` of the page before."""

    after: Annotated[str, Field(max_length=40)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 25


def cut[Row](rows: Sequence[Row], wanted: Turned, *, name: Callable[[Row], object]) -> tuple[Sequence[Row], str]:
    """One page of a list that is at hand as a whole, and the name of its last row where more stand behind it.

    Raises MarkRefused where no row goes by the name that the page is to begin behind.
    """
    names = [str(name(row)) for row in rows]
    if wanted.after and wanted.after not in names:
        raise MarkRefused(str(MarkRefused.__doc__))
    start = names.index(wanted.after) + 1 if wanted.after else 0
    end = start + wanted.limit
    return rows[start:end], names[end - 1] if end < len(rows) else ""
