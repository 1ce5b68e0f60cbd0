"""When a change of level may be announced: only once it was sure in two quarters running."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from vitalfew.ledger import runs
from vitalfew.ledger.models import Run
from vitalfew.relationship.models import LevelFound

# A run of the quarter before lies about as many days back.
QUARTER = (timedelta(days=75), timedelta(days=200))


@dataclass(frozen=True, slots=True)
class Before:
    """What was announced of accounts by the run before, and level and chance that the run of a quarter ago found."""

    announced: Mapping[int, int]
    quarter: Mapping[int, tuple[int, float]]


def before(run: Run, *, only: Iterable[int] | None = None) -> Before:
    """What stood before a run, of all accounts or of these alone."""
    nearest, furthest = (run.as_of - span for span in QUARTER)
    quarter = runs.shown_between(furthest, nearest)
    former = runs.earlier(run)
    wanted = LevelFound.objects.filter(superseded_at=None)
    wanted = wanted if only is None else wanted.filter(account__in=list(only))
    announced, sure = {}, {}
    if former is not None:
        named = wanted.filter(run=former).exclude(announced=None)
        announced = {pk: level for pk, level in named.values_list("account_id", "announced") if level is not None}
    if quarter is not None:
        found = wanted.filter(run=quarter).exclude(told=None).values_list("account_id", "level", "chance")
        sure = {pk: (level, max(chance)) for pk, level, chance in found}
    return Before(announced, sure)


def announce(*, account: int, told: int | None, level: int, top: float, before: Before, sure: float) -> int | None:
    """The level that stands: the first one that may be named, then another only where its chance was above `sure` twice."""
    stands = before.announced.get(account)
    if stands is None or told is None or told == stands:
        return told if stands is None else stands
    then, chance = before.quarter.get(account, (0, 0.0))
    return level if then == level and min(top, chance) > sure else stands
