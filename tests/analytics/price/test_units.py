import numpy as np
import pyarrow as pa
import pytest

from vitalfew.analytics.price import measure_panel, measure_realisation
from vitalfew.analytics.price.units import near_a_factor


def frame(rows):
    account, item, month, quantity, price = (list(column) for column in zip(*rows, strict=True))
    day = np.array([f"2024-{number:02d}-10" for number in month], dtype="datetime64[D]")
    return {"account": account, "item": item, "day": day, "quantity": quantity, "price": price}


def bought(item, month, price, accounts="ABC"):
    return [(account, item, month, 2.0, price) for account in accounts]


@pytest.mark.parametrize(
    ("ratio", "found"), [(12, True), (0.5, True), (1 / 6, True), (10.3, True), (1.2, False), (3, False)]
)
def test_ratios_of_units_are_known_both_ways(ratio, found):
    assert near_a_factor(np.array([np.log(ratio)])).tolist() == [found]


def test_an_item_sold_by_the_dozen_from_one_month_on_is_another_item():
    rows = [row for month in range(1, 7) for row in bought("soap", month, 1.0 if month < 4 else 12.0)]
    panel = measure_panel(frame=frame(rows), price="price")
    assert panel.items.to_pylist() == ["soap", "soap"]
    assert {(int(i), int(m)) for i, m in zip(panel.item, panel.month, strict=True)} == {
        (0, 0), (0, 1), (0, 2), (1, 3), (1, 4), (1, 5),
    }  # fmt: skip


def test_a_price_that_doubles_for_one_month_only_stays_the_same_item():
    rows = [row for month in range(1, 8) for row in bought("soap", month, 2.0 if month == 4 else 1.0)]
    assert measure_panel(frame=frame(rows), price="price").items.to_pylist() == ["soap"]


def test_a_rise_that_is_no_factor_stays_the_same_item():
    rows = [row for month in range(1, 7) for row in bought("soap", month, 1.0 if month < 4 else 1.4)]
    assert measure_panel(frame=frame(rows), price="price").items.to_pylist() == ["soap"]


def test_an_account_that_buys_packs_of_six_pays_no_six_fold_price():
    rows = [row for item in "pqrs" for month in range(1, 4) for row in bought(item, month, 1.0)]
    rows += [("D", "p", 2, 1.0, 6.0), ("D", "q", 2, 1.0, 0.9), ("D", "r", 2, 1.0, 0.9), ("D", "s", 1, 1.0, 0.9)]
    found = measure_realisation(frame=frame(rows), price="price")
    assert found.left_out["another unit"] == 1
    assert found.index[3] == pytest.approx(np.log(0.9))


def test_names_of_items_may_be_numbers():
    rows = [row for month in range(1, 4) for row in bought(4711, month, 1.0)]
    assert measure_panel(frame=frame(rows), price="price").items == pa.array([4711])
