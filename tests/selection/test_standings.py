"""Stored ranks: one place each, ties in a fixed order, movement since an earlier day, honest where evidence lacks."""

from __future__ import annotations

from datetime import date

import pytest

from tests.sales import monthly
from vitalfew.ledger.models import Customer
from vitalfew.selection.models import Standing


def ranks(run: int, *fields: str) -> list[tuple]:
    names = fields or ("rank",)
    return list(Standing.objects.filter(run=run).order_by("rank").values_list("account__key", *names))


def bought(*rows: tuple[str, str, str]) -> list[tuple]:
    """(day, customer, amount) as lines of invoices of their own."""
    return [(f"N{place}", day, customer, "I1", 1, amount) for place, (day, customer, amount) in enumerate(rows)]


def test_larger_sales_have_the_better_rank(bring, refreshed):
    bring()
    run = refreshed().run
    assert ranks(run) == [(f"C{n}", n) for n in range(1, 9)]


def test_ties_are_set_by_age_in_the_ledger(bring, refreshed):
    bring(
        bought(
            ("2025-01-02", "B", "10.00"),
            ("2025-02-02", "A", "10.00"),
            ("2025-03-02", "Z", "10.00"),
            ("2025-03-02", "Y", "20.00"),
        )
    )
    run = refreshed().run
    found = ranks(run, "account_id", "rank")
    assert found[0][0] == "Y"
    assert [rank for _, _, rank in found] == [1, 2, 3, 4]
    tied = [code for _, code, _ in found[1:]]
    assert tied == sorted(tied) and len(tied) == 3


def test_small_firm_gets_ranks_without_intervals(bring, refreshed):
    bring()
    run = refreshed().run
    assert set(ranks(run, "low", "high", "chance")) == {(f"C{n}", None, None, None) for n in range(1, 9)}


def test_thirty_buyers_are_evidence_enough(bring, refreshed):
    bring(monthly(30))
    rows = ranks(refreshed().run, "rank", "low", "high", "chance")
    assert len(rows) == 30
    assert all(1 <= low <= high <= 30 and 0 <= chance <= 1 for _, _, low, high, chance in rows)
    assert (rows[0][4] > 0.5, rows[-1][4] < 0.1) == (True, True)


def test_twenty_nine_buyers_are_not(bring, refreshed):
    bring(monthly(29))
    assert {row[1] for row in ranks(refreshed().run, "chance")} == {None}


def test_shares_are_of_what_is_positive(bring, refreshed):
    bring(bought(("2025-01-02", "A", "75.00"), ("2025-01-03", "B", "25.00"), ("2025-01-04", "C", "-40.00")))
    assert ranks(refreshed().run, "net_12_months", "share", "running_share") == [
        ("A", 7500, 0.75, 0.75),
        ("B", 2500, 0.25, 1.0),
        ("C", -4000, 0.0, 1.0),
    ]


def test_only_credits_leave_no_share_to_divide(bring, refreshed):
    bring(bought(("2025-01-02", "A", "-75.00"), ("2025-01-03", "B", "-25.00")))
    assert ranks(refreshed().run, "share", "running_share") == [("B", 0.0, 0.0), ("A", 0.0, 0.0)]


MOVING = bought(
    ("2025-01-02", "A", "30.00"), ("2025-01-02", "B", "20.00"), ("2025-01-02", "C", "10.00"),
    ("2025-06-02", "C", "100.00"), ("2025-06-03", "D", "1.00"), ("2025-09-02", "B", "50.00"),
)  # fmt: skip


def moves(run: int) -> dict[str, int | None]:
    return dict(ranks(run, "moved"))


def test_movement_is_against_the_earlier_days_run(bring, refreshed):
    bring(MOVING)
    first, second, third = (refreshed(day).run for day in ("2025-03-01", "2025-07-01", "2025-10-01"))
    assert moves(first) == {"A": None, "B": None, "C": None}
    assert moves(second) == {"C": 2, "A": -1, "B": -1, "D": None}
    assert moves(third) == {"C": 0, "B": 1, "A": -1, "D": 0}


def test_same_day_again_moves_nobody_further(bring, refreshed):
    bring(MOVING)
    refreshed("2025-03-01")
    assert [moves(refreshed("2025-07-01").run) for _ in range(4)] == [{"C": 2, "A": -1, "B": -1, "D": None}] * 4


def test_looking_back_compares_with_what_was_before(bring, refreshed):
    bring(MOVING)
    refreshed("2025-03-01")
    refreshed("2025-10-01")
    assert moves(refreshed("2025-07-01").run) == {"C": 2, "A": -1, "B": -1, "D": None}
    assert set(moves(refreshed("2025-02-01").run).values()) == {None}


def test_last_day_and_recent_net_end_with_the_run(bring, refreshed):
    bring(MOVING)
    assert ranks(refreshed("2025-07-01").run, "net_12_months", "last_day") == [
        ("C", 11000, date(2025, 6, 2)),
        ("A", 3000, date(2025, 1, 2)),
        ("B", 2000, date(2025, 1, 2)),
        ("D", 100, date(2025, 6, 3)),
    ]


@pytest.mark.parametrize("count", [1, 2])
def test_a_firm_of_one_or_two_customers_is_ranked(bring, refreshed, count):
    bring(monthly(count))
    assert [rank for _, rank in ranks(refreshed().run)] == list(range(1, count + 1))
    assert Customer.objects.count() == count
