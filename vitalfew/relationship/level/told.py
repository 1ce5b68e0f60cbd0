"""Levels as doors tell them: rows for lists, each account's with what was found, and what to say where none is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet, Subquery

from vitalfew.analytics.level import MIXTURES, VERDICTS, why_not
from vitalfew.ledger import runs
from vitalfew.ledger.models import Run
from vitalfew.ledger.visibility import may_see
from vitalfew.relationship.level.judgement import USUAL
from vitalfew.relationship.models import LevelFound, LevelRun, TargetLevel
from vitalfew.selection.models import KeyAccount
from vitalfew.trust.models import Person

type Chance = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class LevelShown:
    """How an account sees us as of a day. `level` is named only where that may be said; else `low` to `high` is all.

    `verdict` is "not enough evidence", "behaves like", "level", "mixed" or "damaged"; `likeliest` the level with most
    chance whether it may be named or not; `announced` the level that stands until a change is sure. `low` to `high`
    holds the true level with a chance of `held`. `forms` is how many forms were read, `newest_answer` the day of the newest.
    `lacking` says what stands against naming a level, `mixture` "locked in" or "negotiates".
    """

    account: int
    as_of: date
    judged_at: datetime
    verdict: str
    level: int | None
    likeliest: int
    announced: int | None
    low: int
    high: int
    held: float
    chance: Chance
    before: Chance
    newest_answer: date | None
    forms: int
    orders: int
    lacking: tuple[str, ...]
    mixture: str
    unstable: bool


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One account in a list of levels: who it is, whether it is key, how it sees us and where it is meant to go."""

    account: int
    key: str
    name: str
    is_key: bool
    target: int | None
    found: LevelShown


@dataclass(frozen=True, slots=True)
class LevelsTold:
    """All levels that a reader may see as one run found them; without a run or a model `missing` says what to do."""

    as_of: date | None
    rows: tuple[LevelRow, ...]
    missing: str


NEVER = "Levels are found by a refresh, and there was none yet: import sales lines and run `vitalfew refresh`."


def levels(*, person: Person | None, keys_only: bool = False) -> LevelsTold:
    """The levels of the accounts that a person may see, the highest first; four queries however many."""
    run = runs.current()
    missing = why_none(run)
    if run is None or missing:
        return LevelsTold(run.as_of if run else None, (), missing)
    found = rows_of(list(found_levels(run, person, keys_only=keys_only)), run)
    return LevelsTold(run.as_of, tuple(sorted(found, key=_first)), "")


def found_levels(run: Run, person: Person | None, *, keys_only: bool) -> QuerySet[LevelFound]:
    """What a run found of the accounts that a person may see, or of the key accounts among them."""
    rows = LevelFound.objects.filter(may_see(person), run=run, superseded_at=None).select_related("account")
    keys = KeyAccount.objects.filter(released_on=None)
    return rows.filter(account__in=keys.values("account")) if keys_only else rows


def rows_of(found: Sequence[LevelFound], run: Run) -> tuple[LevelRow, ...]:
    """Stored judgements as rows of a list, in their order; two queries."""
    keys = set(KeyAccount.objects.filter(released_on=None).values_list("account_id", flat=True))
    targets = dict(TargetLevel.objects.filter(ended_on=None).values_list("account_id", "level"))
    return tuple(
        LevelRow(row.account_id, row.account.key, str(row.account), row.account_id in keys, targets.get(row.account_id), shown(row, run))
        for row in found
    )  # fmt: skip


def level_of(*, accounts: Iterable[int]) -> dict[int, LevelShown]:
    """The levels of these accounts by account, for whoever has checked that they may be seen; one query."""
    rows = LevelFound.objects.filter(run=Subquery(runs.shown_now()), account__in=list(accounts), superseded_at=None)
    return {row.account_id: shown(row, row.run) for row in rows.select_related("run").defer("run__totals")}


def why_none(run: Run | None) -> str:
    """Why a run names no level at all; "" where it does."""
    if run is None:
        return NEVER
    learnt = LevelRun.objects.filter(run=run).first()
    return NEVER if learnt is None else learnt.missing


def shown(row: LevelFound, run: Run) -> LevelShown:
    """A stored judgement as doors draw it."""
    known = row.known
    return LevelShown(
        account=row.account_id,
        as_of=max(run.as_of, row.judged_at.date()) if row.known["again"] else run.as_of,
        judged_at=row.judged_at,
        verdict=VERDICTS[row.verdict],
        level=row.told,
        likeliest=row.level,
        announced=row.announced,
        low=row.low,
        high=row.high,
        held=known.get("held", USUAL.held),
        chance=_chance(row.chance),
        before=_chance(known["before"]),
        newest_answer=row.newest_answer,
        forms=known["forms"],
        orders=known["orders"],
        lacking=why_not(known["lacking"]),
        mixture=MIXTURES[known["mixed"]],
        unstable=known["unstable"],
    )


def _chance(kept: list[Any]) -> Chance:
    one, two, three, four = kept
    return one, two, three, four


def _first(row: LevelRow) -> tuple[float, str]:
    """Named levels from the top, then what the others most likely are."""
    found = row.found
    expected = sum(level * chance for level, chance in enumerate(found.chance, start=1))
    return (-(found.level or 0) * 10 - expected, row.name)
