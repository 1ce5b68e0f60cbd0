"""Of old runs all is kept for key accounts, month ends for the rest, and what the shown run is compared with."""

from __future__ import annotations

from tests.sales import NOW
from vitalfew.ledger import runs
from vitalfew.ledger.models import AccountTotals, Customer, Run
from vitalfew.rounds import keeping
from vitalfew.selection import operations
from vitalfew.selection.models import ConcentrationFound, Standing
from vitalfew.trust.actors import operator

DAYS = ("2025-03-10", "2025-03-31", "2025-04-10", "2025-04-20", "2025-05-05", "2025-05-06", "2025-05-07")


def kept(model) -> dict[str, int]:
    """Rows by the day of their run."""
    return {run.as_of.isoformat(): model.objects.filter(run=run).count() for run in Run.objects.order_by("number")}


def test_month_ends_and_runs_in_use_are_kept_whole(bring, refreshed):
    bring()
    for day in DAYS:
        refreshed(day)
    whole = {
        "2025-03-10": 0,
        "2025-03-31": 8,
        "2025-04-10": 0,
        "2025-04-20": 8,
        "2025-05-05": 0,
        "2025-05-06": 8,
        "2025-05-07": 8,
    }
    assert (kept(Standing), kept(AccountTotals)) == (whole, whole)
    assert set(kept(ConcentrationFound).values()) == {2}


def test_key_accounts_keep_every_run(bring, refreshed):
    bring()
    for key in ("C2", "C5"):
        operations.designate(account=Customer.objects.get(key=key).pk, reason="Large", by=operator(), at=NOW)
    for day in DAYS:
        refreshed(day)
    for model in (Standing, AccountTotals):
        assert kept(model)["2025-03-10"] == kept(model)["2025-05-05"] == 2
        keys = set(model.objects.filter(run__as_of="2025-03-10").values_list("account__key", flat=True))
        assert keys == {"C2", "C5"}


def test_the_same_day_again_keeps_what_it_is_compared_with(bring, refreshed):
    bring()
    refreshed("2025-05-05")
    refreshed("2025-05-06")
    for _ in range(3):
        refreshed("2025-05-07")
    assert [(run.as_of.day, Standing.objects.filter(run=run).count()) for run in Run.objects.order_by("number")] == [
        (5, 0), (6, 8), (7, 0), (7, 0), (7, 8),
    ]  # fmt: skip
    assert runs.earlier(runs.current()).as_of.day == 6


def test_looking_back_does_not_lose_the_month_end(bring, refreshed):
    bring()
    refreshed("2025-03-31")
    for day in ("2025-03-10", "2025-05-05", "2025-05-06", "2025-05-07"):
        refreshed(day)
    assert kept(Standing)["2025-03-31"] == 8
    assert kept(Standing)["2025-03-10"] == 0


def test_nothing_is_pruned_twice(bring, refreshed):
    bring()
    for day in DAYS:
        refreshed(day)
    assert (keeping.prune(), runs.superfluous()) == (
        0,
        [run.number for run in Run.objects.filter(as_of__in=("2025-03-10", "2025-04-10", "2025-05-05"))],
    )


def test_a_run_that_was_never_shown_is_not_compared_with(bring, refreshed):
    bring()
    first = refreshed("2025-05-05")
    Run.objects.create(as_of="2025-05-06", began_at=NOW)
    assert (runs.current().number, runs.earlier(runs.current())) == (first.run, None)
    assert runs.last_number() > first.run
