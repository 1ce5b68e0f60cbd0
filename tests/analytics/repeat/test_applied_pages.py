import json

import numpy as np
import pytest

from benchmarks.tables import RESULTS
from tests.analytics.pages import MEASURES, column, table
from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.repeat.orders import Orders
from vitalfew.analytics.repeat.origin import orders_at
from vitalfew.analytics.repeat.pareto import Pareto
from vitalfew.analytics.repeat.regular import Regular
from vitalfew.analytics.repeat.season import pooled, ratio

PAGES = ("due_items", "orders_expected", "season_factor")


def lines(text):
    return [line[3:] for line in text.splitlines() if line.startswith("## ")]


@pytest.mark.parametrize("page", PAGES)
def test_each_page_has_the_parts_a_reader_needs(page):
    headings = lines((MEASURES / f"{page}.md").read_text(encoding="utf-8"))
    assert headings[:3] == ["Formula", "Assumptions", "Worked table"]
    assert headings[-2:] == ["Not to be used for", "Sources"]


def test_worked_weights_of_old_orders_come_out_as_printed():
    rows = table("orders_expected", "Worked table")
    ago = np.array(column(rows[:-1], "weeks ago"))
    days = OrderDays(np.array([0, 5]), np.concatenate(([0], (60 - ago) * 7)).astype(np.int64), np.ones(5))
    told = orders_at(days=days, day=420, half_life=26.0)[1]
    assert column(rows[:-1], "gap before it") == np.diff(days.day / 7).tolist()
    assert column(rows[:-1], "counts") == pytest.approx((0.5 ** (ago / 26)).tolist(), abs=6e-4)
    assert float(rows[-1]["counts"]) == pytest.approx(told.repeats[0], abs=6e-4)
    assert (told.last[0], told.age[0] - told.last[0]) == pytest.approx((26.1, 4), abs=0.05)


def test_worked_models_side_by_side_come_out_as_printed():
    rows = table("orders_expected", "The two models side by side")
    repeats, last, age = (np.array(column(rows, name)) for name in ("repeats", "last", "age"))
    even = repeats * np.log(np.maximum(last, 1) / np.maximum(repeats, 1))
    models = (Regular(2, 1.330, 5.627, 0.425, 0.790), Pareto(0.786, 5.679, 0.386, 5.718))
    told = [model.expected_orders(Orders(repeats, last, age, even), 12.0) for model in models]
    for name, found in zip(
        ("leaves at an order", "leaves at any moment", "mean"), (*told, np.mean(told, axis=0)), strict=True
    ):
        assert column(rows, name) == pytest.approx(found.tolist(), abs=6e-4)


def test_worked_season_comes_out_as_printed():
    rows = table("season_factor", "Worked table")
    log, variance = ratio(np.array(column(rows, "came")), np.array(column(rows, "expected")))
    found = pooled([(log, variance)], 0.9, 0.05)
    printed = column(table("season_factor", "What the table comes to"), "value")
    assert printed == pytest.approx([found.factor, np.sqrt(variance), found.low, found.high], abs=6e-4)


def test_worked_clocks_come_out_as_printed():
    rows = table("due_items", "Worked table")
    model = Regular(2, 0.647, 11.55, 1.069, 0.773)
    repeats, last, now, ahead = (np.array(column(rows[:-1], name)) for name in ("repeats", "last", "now", "ahead"))
    chance = model.chance_of_order(Orders(repeats, last, now, np.zeros(3)), ahead)
    assert column(rows, "chance") == pytest.approx([*chance, chance.mean()], abs=6e-4)


def kept(name):
    path = RESULTS / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the table {name} has not been measured yet: run python -m benchmarks.{name}")
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return {(row["case"], row["metric"]): row for row in rows}


@pytest.mark.parametrize(
    "row", table("orders_expected", "How good it is"), ids=lambda row: row["case"].replace(" ", "-")
)
def test_errors_on_real_ledgers_are_those_last_measured(row):
    # Commas mark thousands in tables of numbers, so the reader of pages drops them.
    found = next(
        one
        for (case, metric), one in kept("repeat_holdout").items()
        if (case.replace(",", ""), metric) == (row["case"], "MAE")
    )
    names = {"one k": "our CNBD-k", "mean of both": "our mean of both", "and half-life": "mean, half-life"}
    for printed, name in names.items():
        assert float(row[printed]) == pytest.approx(found["peers"][name]["value"], abs=2e-3)
    assert float(row["and season"]) == pytest.approx(found["ours"], abs=2e-3)


def test_chances_of_due_items_are_those_last_measured():
    found, case = kept("next_order"), "due items, mean of 4"
    brier = found[(case, "Brier")]
    peers = [brier["peers"][name]["value"] for name in ("calendar alone", "share of all")]
    came = [found[(case, f"came, of those told {part}")]["ours"] for part in ("0.3–0.5", "0.5–0.7", "0.7–1")]
    printed = column(table("due_items", "How good it is"), "value")
    assert printed[:3] == pytest.approx([brier["ours"], *peers], abs=2e-4)
    assert printed[3:] == pytest.approx(came, abs=0.01)
