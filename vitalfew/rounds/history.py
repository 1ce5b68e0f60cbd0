"""The past year found as it would have been found then, so that the first pages can already say what moved."""

from __future__ import annotations

from datetime import date, datetime

from vitalfew.ground.period import months_before
from vitalfew.ledger import batches
from vitalfew.rounds.refresh import Progress, RefreshReport, refresh
from vitalfew.trust.actors import Actor

QUARTERS = (12, 9, 6, 3)  # months back


def refresh_with_history(*, by: Actor, at: datetime, progress: Progress = lambda stage, done: None) -> RefreshReport:
    """Refresh as of each quarter of the past year, the oldest first, then as of today. Raises what `refresh` raises.

    What was sold, answered and decided later counts in none of them.
    """
    days = _days(at)
    for place, day in enumerate(days):
        progress(f"As of {day}", place / (len(days) + 1))
        refresh(by=by, at=at, as_of=day)
    begun = len(days) / (len(days) + 1)
    return refresh(by=by, at=at, progress=lambda stage, done: progress(stage, begun + done * (1 - begun)))


def _days(at: datetime) -> list[date]:
    """The days of the past quarters that the ledger reaches back to."""
    first, last = batches.first_day(), batches.last_day()
    if first is None or last is None:
        return []
    today = min(last, at.date())
    return [day for months in QUARTERS if (day := months_before(today, months)) > first]
