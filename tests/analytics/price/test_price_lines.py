import datetime as dt

import pandas as pd
import polars as pl
import pytest

from vitalfew.analytics.price import measure_panel, measure_realisation
from vitalfew.analytics.refusals import NotAColumn, NothingThere

LEDGER = {
    "account": ["A", "B", "A", "B", None, "A", "B", "A", "A"],
    "item": ["p", "p", "q", "q", "p", "POST", "p", "p", "q"],
    "day": [dt.date(2024, 1, day) for day in (2, 3, 4, 5, 6, 7, 8, 9, 10)],
    "quantity": [2, 2, 1, 1, 5, 1, -1, 1, 3],
    "amount": [4.0, 4.2, 3.0, 2.9, 9.0, 6.0, -2.1, 0.0, 9.0],
    "goods": [True, True, True, True, True, False, True, True, True],
}
LEFT_OUT = {
    "no account": 1,
    "no product": 1,
    "credit note": 1,
    "nothing paid": 1,
    "nobody else bought it that month": 0,
    "another unit": 0,
}


@pytest.mark.parametrize("make", [dict, pl.DataFrame, pd.DataFrame], ids=["dict", "polars", "pandas"])
def test_lines_that_are_no_sale_of_a_product_are_left_out_and_counted(make):
    found = measure_realisation(frame=make(LEDGER), product="goods")
    assert dict(found.left_out) == LEFT_OUT
    assert found.lines.tolist() == [3, 2] and found.spend.tolist() == pytest.approx([16.0, 7.1])


def test_what_nobody_else_bought_is_counted():
    alone = {
        name: [*values, last]
        for (name, values), last in zip(LEDGER.items(), ("A", "rare", dt.date(2024, 1, 9), 1, 7.0, True), strict=True)
    }
    found = measure_realisation(frame=alone, product="goods")
    assert found.left_out["nobody else bought it that month"] == 1
    assert found.lines.tolist() == [3, 2]


def test_a_price_column_comes_before_the_amount():
    found = measure_realisation(frame=LEDGER | {"paid": [2.0] * 9}, price="paid")
    assert found.index.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "missing", [{"item": "sku"}, {"product": "is_good"}, {"amount": None}, {"account": "customer"}]
)
def test_a_column_that_is_not_there_is_refused_by_name(missing):
    with pytest.raises(NotAColumn):
        measure_realisation(frame=LEDGER, **missing)


def test_a_ledger_of_credits_alone_is_refused():
    with pytest.raises(NothingThere, match="sold at a price"):
        measure_panel(frame=LEDGER | {"quantity": [-1] * 9})
