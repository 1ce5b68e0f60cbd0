import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from vitalfew.analytics import frames
from vitalfew.analytics.concentration import Estimate
from vitalfew.analytics.refusals import NotAColumn, NotFinite

ROWS = {
    "account": ["x", "y", "x"],
    "day": [dt.date(2020, 1, 1), dt.date(2020, 1, 3), dt.date(1969, 12, 31)],
    "net": [1.0, 2.5, 3.0],
}
KINDS = {
    "polars": lambda: pl.DataFrame(ROWS),
    "polars categorical": lambda: pl.DataFrame(ROWS).with_columns(pl.col("account").cast(pl.Categorical)),
    "pandas": lambda: pd.DataFrame(ROWS).assign(day=lambda frame: pd.to_datetime(frame["day"])),
    "pandas categorical": lambda: pd.DataFrame(ROWS).assign(account=lambda frame: frame["account"].astype("category")),
    "arrow": lambda: pa.table(ROWS),
    "arrow in chunks": lambda: pa.concat_tables([pa.table(ROWS).slice(0, 1), pa.table(ROWS).slice(1)]),
    "dict": lambda: ROWS,
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_gives_the_same_arrays(kind):
    table = frames.table(KINDS[kind]())
    account = frames.coded(table, "account")
    assert [account.name[code].as_py() for code in account.code] == ROWS["account"]
    assert frames.days(table, "day").tolist() == [18262, 18264, -1]
    assert frames.numbers(table, "net").tolist() == [1.0, 2.5, 3.0]


def test_a_moment_before_1970_belongs_to_its_own_day():
    table = pa.table({"day": pd.to_datetime(["1969-12-31 13:00", "1970-01-01 23:59"])})
    assert frames.days(table, "day").tolist() == [-1, 0]


def test_no_rows_are_no_codes():
    assert frames.coded(pa.table({"account": pa.array([], pa.string())}), "account").code.size == 0


@pytest.mark.parametrize("bad", [None, float("nan"), float("inf")])
def test_a_missing_number_is_named_with_its_row(bad):
    with pytest.raises(NotFinite, match=r"net.*row 1"):
        frames.numbers(pa.table({"net": pa.array([1.0, bad, 2.0])}), "net")


@pytest.mark.parametrize("read", [frames.coded, frames.days])
def test_a_missing_name_or_date_is_named_with_its_row(read):
    with pytest.raises(NotFinite, match="row 1"):
        read(pa.table({"what": pa.array([1, None])}), "what")


@pytest.mark.parametrize("read", [frames.numbers, frames.days])
def test_words_are_neither_numbers_nor_dates(read):
    with pytest.raises(NotAColumn, match="account"):
        read(pa.table(ROWS), "account")


def test_a_missing_column_is_told_with_those_there_are():
    with pytest.raises(NotAColumn, match="account, day, net"):
        frames.numbers(pa.table(ROWS), "amount")


def test_a_list_is_no_table():
    with pytest.raises(NotAColumn, match="list"):
        frames.table([1, 2])


def test_a_result_goes_back_into_a_frame():
    from dataclasses import dataclass

    @dataclass(frozen=True)
    class Found:
        chance: np.ndarray
        rate: float

    table = frames.told(Found(np.array([0.1, 0.2]), 3.0), account=pa.array(["x", "y"]))
    assert pl.from_arrow(table).to_dicts() == [{"account": "x", "chance": 0.1}, {"account": "y", "chance": 0.2}]
    with pytest.raises(NotAColumn):
        frames.told(Estimate(1.0, None, None))
