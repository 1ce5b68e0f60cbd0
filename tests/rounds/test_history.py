"""The past year found as it would have been found then: quarter by quarter, today last."""

from __future__ import annotations

from tests.sales import NOW
from vitalfew.ledger import runs
from vitalfew.ledger.models import Run
from vitalfew.rounds.history import refresh_with_history
from vitalfew.trust.actors import operator


def test_quarters_of_the_past_year_are_found_and_today_is_shown(bring):
    bring()
    told: list[float] = []
    report = refresh_with_history(by=operator(), at=NOW, progress=lambda stage, done: told.append(done))
    days = [run.as_of.isoformat() for run in Run.objects.exclude(shown_at=None).order_by("number")]
    assert days == ["2024-12-08", "2025-03-08", "2025-06-08", "2025-09-08", "2025-12-08"]
    assert (runs.current().as_of.isoformat(), report.run) == (days[-1], runs.current().pk)
    assert told == sorted(told) and told[-1] == 1.0


def test_quarters_before_the_ledger_begins_are_left_out(bring):
    bring([("1", "2025-08-01", "C1", "I1", 1, "10.00"), ("2", "2025-12-08", "C1", "I1", 1, "10.00")])
    refresh_with_history(by=operator(), at=NOW)
    assert [run.as_of.isoformat() for run in Run.objects.order_by("number")] == ["2025-09-08", "2025-12-08"]
