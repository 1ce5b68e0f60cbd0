"""What a refresh writes of each account: totals to the penny, 24 months that end with the run's."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from tests.ledger.ledgers import HEADER, NOW
from vitalfew.ledger import runs, snapshot
from vitalfew.ledger.models import AccountTotals
from vitalfew.rounds import refresh
from vitalfew.trust.actors import operator

MANY = 2_345


def found(as_of: date | None = None) -> dict[str, AccountTotals]:
    run = refresh.refresh(by=operator(), at=NOW, as_of=as_of).run
    return {row.account.key: row for row in AccountTotals.objects.filter(run=run).select_related("account")}


def bought(*rows: tuple[str, str, str]) -> list[tuple]:
    return [(f"N{place}", day, customer, "I1", 1, amount) for place, (day, customer, amount) in enumerate(rows)]


def test_totals_of_an_account_are_exact(bring):
    bring(
        bought(
            ("2023-01-05", "A", "100.00"),
            ("2025-03-05", "A", "10.10"),
            ("2025-03-05", "A", "0.05"),
            ("2025-06-30", "A", "-2.00"),
        )
    )
    row = found()["A"]
    assert (row.net, row.net_12_months, row.lines, row.credits, row.orders_12_months) == (108_15, 8_15, 4, -2_00, 1)
    assert (row.first_day, row.last_day, row.margin_12_months) == (date(2023, 1, 5), date(2025, 6, 30), None)


def test_twelve_months_begin_the_day_after_a_year_ago(bring):
    bring(
        bought(
            ("2024-06-30", "A", "1.00"),
            ("2024-07-01", "A", "2.00"),
            ("2025-06-30", "A", "4.00"),
            ("2025-07-01", "A", "8.00"),
        )
    )
    row = found(date(2025, 6, 30))["A"]
    assert (row.net, row.net_12_months) == (7_00, 6_00)


def test_months_end_with_the_runs_own(bring):
    bring(
        bought(
            ("2023-06-30", "A", "1.00"),
            ("2023-07-01", "A", "2.00"),
            ("2025-05-31", "A", "4.00"),
            ("2025-06-15", "A", "8.00"),
            ("2025-06-16", "A", "9.00"),
        )
    )
    assert found(date(2025, 6, 15))["A"].months == [2_00, *[0] * 21, 4_00, 8_00]


def test_margin_is_of_lines_whose_cost_is_known(bring):
    rows = [
        (*row, cost)
        for row, cost in zip(
            bought(("2025-01-05", "A", "10.00"), ("2025-01-06", "A", "5.00"), ("2025-01-07", "B", "3.00")),
            ("6.00", "", ""),
            strict=True,
        )
    ]
    bring(rows, header=(*HEADER, "Cost"))
    assert {key: row.margin_12_months for key, row in found().items()} == {"A": 4_00, "B": None}


def test_lines_without_a_customer_are_in_the_totals_only(bring):
    bring(bought(("2025-01-05", "A", "10.00"), ("2025-01-06", "", "5.00")))
    assert set(found()) == {"A"}
    totals = runs.current().totals
    assert (totals["lines"], totals["net"], totals["named_net"], totals["unnamed_lines"]) == (2, 15_00, 10_00, 1)
    assert (totals["first_day"], totals["last_day"], sum(totals["kinds"].values())) == ("2025-01-05", "2025-01-06", 2)


def test_more_accounts_than_are_written_at_once(bring):
    bring(bought(*(("2025-01-05", f"C{n}", f"{n}.00") for n in range(1, MANY + 1))))
    rows = found()
    assert len(rows) == MANY
    assert all(rows[f"C{n}"].net == n * 100 for n in (1, 1999, 2000, 2001, MANY))


def test_months_outside_the_table_are_left_out():
    rows = pa.table({"account": [3, 3, 7, 7], "month": [24299, 24300, 24276, 24275], "net": [1, 2, 4, 8]})
    table = snapshot.month_table(np.array([3, 5, 7]), rows, date(2024, 12, 31))  # month 24299
    assert table[:, -1].tolist() == [1, 0, 0]
    assert table[:, 0].tolist() == [0, 0, 4]
    assert table.sum() == 5
