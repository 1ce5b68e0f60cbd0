"""Levels a page at a time, for whoever reads them by program: the likeliest level from the top, then the newest record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vitalfew.ledger import runs
from vitalfew.relationship.level.told import NEVER, LevelRow, found_levels, rows_of, why_none
from vitalfew.relationship.paging import newest
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class LevelsPage:
    """One page of levels as one run found them, and the mark behind which the next begins; without any `missing` says why."""

    as_of: date | None
    rows: tuple[LevelRow, ...]
    next: str
    missing: str


def levels_page(
    *, person: Person | None, keys_only: bool = False, level: int | None = None, after: str = "", size: int = 25
) -> LevelsPage:
    """The levels of accounts that a person may see, of key accounts or those named at one `level` alone.

    Five statements however many. Raises MarkRefused.
    """
    run = runs.current()
    if run is None:
        return LevelsPage(None, (), "", NEVER)
    found = found_levels(run, person, keys_only=keys_only)
    page = newest(found if level is None else found.filter(told=level), by="level", after=after, size=size)
    rows = rows_of(page.rows, run)
    return LevelsPage(run.as_of, rows, page.next, "" if rows or after else why_none(run))
