import numpy as np
import pytest

from tests.analytics.pages import MEASURES, column, table
from vitalfew.analytics.repeat import Orders, Regular, next_order

GROCERY = {"r": 1.330, "alpha": 5.627, "a": 0.425, "b": 0.790}
PAGES = ("chance_active", "next_order", "repeat_orders")


def orders_of(rows):
    return Orders(*(np.array(column(rows, name)) for name in ("repeats", "last", "age")), np.zeros(len(rows)))


@pytest.mark.parametrize("page", PAGES)
def test_each_page_has_the_parts_a_reader_needs(page):
    headings = [line[3:] for line in (MEASURES / f"{page}.md").read_text().splitlines() if line.startswith("## ")]
    assert headings[:3] == ["Formula", "Assumptions", "Worked table"]
    assert headings[-2:] == ["Not to be used for", "Sources"]


def test_worked_repeat_orders_come_out_as_printed():
    rows = table("repeat_orders", "Worked table")
    model, orders = Regular(2, **GROCERY), orders_of(rows)
    assert column(rows, "still active") == pytest.approx(model.chance_active(orders), abs=5e-4)
    assert column(rows, "pace") == pytest.approx(model.pace(orders), abs=5e-4)
    assert column(rows, "orders expected") == pytest.approx(model.expected_orders(orders, 52), abs=5e-3)


def test_worked_repeat_orders_follow_from_the_formula_by_hand():
    rows = table("repeat_orders", "Worked table")
    for orders, row in zip((orders_of([row]) for row in rows), rows, strict=True):
        repeats, last, age = orders.repeats[0], orders.last[0], orders.age[0]
        n, start = GROCERY["r"] + 2 * repeats, GROCERY["alpha"] / 2
        w = (start + last) / (start + age)
        silence, stopped = w**n * (1 + n * (1 - w)), GROCERY["a"] / (GROCERY["b"] + repeats)
        assert float(row["chance of the silence"]) == pytest.approx(silence, abs=5e-5)
        assert float(row["odds of having stopped"]) == pytest.approx(stopped, abs=5e-5)
        assert float(row["still active"]) == pytest.approx(silence / (silence + stopped), abs=5e-4)


def test_worked_chance_of_being_active_comes_out_as_printed():
    rows = table("chance_active", "Worked table")
    for k in (1, 2, 4, 8):
        assert column(rows, f"k = {k}") == pytest.approx(Regular(k, **GROCERY).chance_active(orders_of(rows)), abs=5e-4)


@pytest.mark.parametrize("row", table("next_order", "Worked table"), ids=lambda row: f"k={row['k']} {row['repeats']}")
def test_worked_next_order_comes_out_as_printed(row):
    found = next_order(model=Regular(int(row["k"]), **GROCERY), orders=orders_of([row]), within=12)
    assert float(row["chance"]) == pytest.approx(found.chance[0], abs=5e-4)
    weeks = (found.early[0], found.middle[0], found.late[0], found.overall_middle[0])
    printed = tuple(float(row[name]) for name in ("early", "middle", "late", "overall middle"))
    assert printed == pytest.approx(weeks, abs=0.05)
