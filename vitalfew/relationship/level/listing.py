"""Levels a page at a time, for whoever reads them by program: the likeliest level from the top, then the newest record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vitalfew.ledger import runs
from vitalfew.ledger.visibility import may_see
from vitalfew.relationship.level.told import NEVER, LevelRow, shown, why_none
from vitalfew.relationship.models import LevelFound, TargetLevel
from vitalfew.relationship.paging import newest
from vitalfew.selection.models import KeyAccount
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
    keys = KeyAccount.objects.filter(released_on=None)
    found = LevelFound.objects.filter(may_see(person), run=run, superseded_at=None).select_related("account")
    found = found.filter(account__in=keys.values("account")) if keys_only else found
    page = newest(found if level is None else found.filter(told=level), by="level", after=after, size=size)
    accounts = [row.account_id for row in page.rows]
    is_key = set(keys.filter(account__in=accounts).values_list("account_id", flat=True))
    wanted = TargetLevel.objects.filter(account__in=accounts, ended_on=None)
    targets = dict(wanted.values_list("account_id", "level"))
    rows = tuple(
        LevelRow(row.account_id, row.account.key, str(row.account), row.account_id in is_key, targets.get(row.account_id), shown(row, run))
        for row in page.rows
    )  # fmt: skip
    return LevelsPage(run.as_of, rows, page.next, "" if rows or after else why_none(run))
