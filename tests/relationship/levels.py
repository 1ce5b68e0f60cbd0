"""Levels as a run would have found them, written straight into the records."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils.timezone import make_aware

from tests.cast import MORNING
from vitalfew.analytics.level import VERDICTS
from vitalfew.ledger.models import Run
from vitalfew.relationship.models import LevelFound, LevelRun, TargetLevel

NAMED, BEHAVES, NOTHING = "level", "behaves like", "not enough evidence"
ANSWERED = date(2026, 5, 4)


def run_of(day: date) -> Run:
    """A shown run of another day, older than the cast's, that could judge."""
    at = make_aware(datetime.combine(day, time(8)))
    run = Run.objects.create(as_of=day, began_at=at, shown_at=at, totals={})
    LevelRun.objects.create(run=run, model=None)
    return run


def seen(
    run: Run, account: int, verdict: str = NAMED, *, level: int = 2, run_of_levels: tuple[int, int] | None = None, **more: object
) -> LevelFound:  # fmt: skip
    """How one account sees us: a level that is named, or a run of levels with the verdict that lets no more be told."""
    low, high = run_of_levels or (level, level)
    chance = [0.02] * 4
    chance[level - 1] = 0.94
    told = level if verdict == NAMED else None
    known = {
        "value": [], "variance": [], "facts": ["", ""], "orders": 12, "days": 700, "falling": False, "complaint": False, "forms": 2,
        "before": [0.25] * 4, "lacking": 0 if verdict != NOTHING else 1, "unstable": False, "mixed": 0, "damaged": False, "again": False,
    }  # fmt: skip
    known |= {name: more.pop(name) for name in ("mixed", "forms") if name in more}
    fields = {"announced": told, "newest_answer": ANSWERED if told else None} | more
    return LevelFound.objects.create(
        run=run, account_id=account, judged_at=MORNING, verdict=VERDICTS.index(verdict), level=level, told=told, low=low, high=high,
        chance=chance, known=known, **fields,
    )  # fmt: skip


def aimed(account: int, level: int, *, by: date = date(2027, 6, 30)) -> TargetLevel:
    """A target that stands."""
    return TargetLevel.objects.create(
        account_id=account,
        level=level,
        by=by,
        reason="They plan a second site",
        set_on=MORNING.date(),
        set_by="Alice Head",
    )


def year_before(run: Run, days: int = 365) -> Run:
    """A run of so many days before another."""
    return run_of(run.as_of - timedelta(days=days))
