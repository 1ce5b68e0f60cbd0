import datetime as dt
from dataclasses import fields

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics.features.reckoned import Line, columns, features
from vitalfew.analytics import frames
from vitalfew.analytics.features import AccountFeatures, account_days, breadth, measure_features, simulate_lines
from vitalfew.analytics.refusals import NotAColumn

ALL = {"kind": "kind", "item": "item", "invoice": "invoice", "quantity": "quantity", "cost": "cost"}
AS_OF = 18_500
lines_by_chance = st.lists(
    st.builds(
        Line,
        account=st.sampled_from(["x", "y", "z", "", None]),
        day=st.integers(AS_OF - 500, AS_OF + 20),
        amount=st.one_of(st.integers(-500, 2_000), st.just(0), st.integers(10**12, 10**13)),
        kind=st.sampled_from(["sale", "sale", "sale", "credit", "free", "charge"]),
        item=st.sampled_from("abc"),
        invoice=st.sampled_from("12"),
        quantity=st.integers(0, 5),
        cost=st.one_of(st.none(), st.integers(-50, 500)),
    ),
    min_size=1,
    max_size=40,
)


def rows(found: AccountFeatures) -> dict[str, dict[str, object]]:
    """By account all arrays of the result."""
    arrays = {one.name: getattr(found, one.name) for one in fields(found)}
    flat = {name: array.tolist() for name, array in arrays.items() if isinstance(array, np.ndarray)}
    return {
        name: {column: values[row] for column, values in flat.items()}
        for row, name in enumerate(found.account.to_pylist())
    }


def agree(found: AccountFeatures, wanted: dict[str, dict[str, object]]) -> None:
    got = rows(found)
    assert list(got) == list(wanted)
    for name, row in wanted.items():
        assert got[name] == pytest.approx(row, rel=1e-12, abs=1e-9)


@settings(max_examples=150, deadline=None)
@given(lines=lines_by_chance)
def test_features_are_what_plain_python_reckons(lines):
    if not any(line.account and line.day <= AS_OF for line in lines):
        return
    found = measure_features(frame=columns(lines), as_of=AS_OF, recent_days=100, **ALL)
    agree(found, features(lines, as_of=AS_OF, since=AS_OF - 100))
    unnamed = [line.amount for line in lines if not line.account and line.day <= AS_OF]
    assert (found.unnamed, found.unnamed_net) == (len(unnamed), sum(unnamed))


@pytest.mark.parametrize("cells", [0, 10**9], ids=["by sorting", "on a grid"])
def test_both_ways_of_adding_up_agree(cells, monkeypatch):
    monkeypatch.setattr(account_days, "CELLS", cells)
    monkeypatch.setattr(breadth, "CELLS", cells)
    table = simulate_lines(accounts=40, days=300).to_pylist()
    words = {1: "sale", 2: "credit", 3: "free", 4: "charge"}
    epoch = dt.date(1970, 1, 1)
    lines = [Line(**{**row, "day": (row["day"] - epoch).days, "kind": words[row["kind"]]}) for row in table]
    as_of = max(line.day for line in lines) - 30
    agree(measure_features(frame=columns(lines), as_of=as_of, **ALL), features(lines, as_of=as_of, since=as_of - 365))


def test_the_order_of_the_lines_does_not_matter():
    table = simulate_lines(accounts=60)
    mixed = table.take(pa.array(np.random.default_rng(1).permutation(table.num_rows)))
    in_order, shuffled = (measure_features(frame=one, **ALL) for one in (table, mixed))
    assert rows(in_order) == rows(shuffled)
    assert in_order.order_days.day.tolist() == shuffled.order_days.day.tolist()


def test_money_in_another_unit_moves_money_only():
    table = simulate_lines(accounts=60)
    minor = measure_features(frame=table, kind="kind")
    major = measure_features(
        frame=table.set_column(
            table.column_names.index("amount"), "amount", pa.array(table["amount"].to_numpy() / 100)
        ),
        kind="kind",
    )
    assert major.net == pytest.approx(minor.net / 100)
    assert major.sum_log == pytest.approx(minor.sum_log - minor.orders * np.log(100))
    assert (major.orders == minor.orders).all() and (major.last_age == minor.last_age).all()


FRAMES = {
    "polars": pl.from_arrow,
    "polars categorical": lambda table: pl.from_arrow(table).with_columns(
        pl.col("account", "item").cast(pl.Categorical)
    ),
    "polars with moments": lambda table: pl.from_arrow(table).with_columns(pl.col("day").cast(pl.Datetime)),
    "pandas": lambda table: table.to_pandas(),
    "pandas with moments": lambda table: table.to_pandas().assign(day=lambda frame: pd.to_datetime(frame["day"])),
    "pandas categorical": lambda table: table.to_pandas().assign(
        account=lambda frame: frame["account"].astype("category")
    ),
    "arrow in chunks": lambda table: pa.concat_tables([table.slice(0, 100), table.slice(100)]),
    "arrow dictionaries that differ": lambda table: pa.concat_tables(
        [
            part.set_column(0, "account", part["account"].dictionary_encode())
            for part in (table.slice(0, 99), table.slice(99))
        ]
    ),
    "dict": lambda table: {name: table[name].to_pylist() for name in table.column_names},
}


@pytest.mark.parametrize("kind", FRAMES)
def test_every_frame_gives_the_same_features(kind):
    table = simulate_lines(accounts=30)
    assert rows(measure_features(frame=FRAMES[kind](table), **ALL)) == rows(measure_features(frame=table, **ALL))


def test_numbers_as_names_come_in_the_order_of_numbers_and_missing_ones_are_nobody():
    frame = pd.DataFrame({"account": [10.0, 9.0, np.nan, 10.0], "day": [1, 2, 3, 4], "amount": [5, 6, 7, 8]})
    found = measure_features(frame=frame, as_of=4)
    assert found.account.to_pylist() == [9.0, 10.0]
    assert (found.orders.tolist(), found.unnamed, found.unnamed_net) == ([1, 2], 1, 7.0)


def test_a_dictionary_that_names_somebody_twice_or_nobody_is_read_by_its_names():
    account = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 3, None], pa.int8()), pa.array(["x", "x", "", "idle"]))
    found = measure_features(frame=pa.table({"account": account, "day": [1, 2, 3, 4, 5], "amount": [1] * 5}), as_of=3)
    assert (found.account.to_pylist(), found.orders.tolist(), found.unnamed) == (["x"], [2], 1)


def test_a_credit_is_no_order_and_moves_none():
    lines = [
        Line("x", 100, 50),
        Line("x", 110, -20, "credit"),
        Line("x", 100, -60, "credit"),
        Line("y", 105, -5, "credit"),
    ]
    found = measure_features(frame=columns(lines), as_of=120)
    assert found.orders.tolist() == [1, 0]
    assert (found.last_age.tolist(), found.last_touch.tolist()) == ([20, -1], [10, 15])
    assert (found.sale.tolist(), found.net.tolist(), found.credits.tolist()) == ([50, 0], [-30, -5], [-80, -5])
    assert found.buyers.tolist() == [0]
    assert (found.repeats[1], found.age[1] < 0) == (-1, True)


def test_several_invoices_of_a_day_are_one_order():
    lines = [Line("x", 100, 50, invoice="1"), Line("x", 100, 30, invoice="2"), Line("x", 107, 5)]
    found = measure_features(frame=columns(lines), as_of=114, invoice="invoice")
    assert (found.orders.tolist(), found.invoices.tolist(), found.largest.tolist()) == ([2], [2], [80])
    assert (found.repeats.tolist(), found.last.tolist(), found.age.tolist()) == ([1], [1], [2])
    assert found.log_gaps == pytest.approx([0.0])


def test_lines_after_the_day_asked_for_are_not_looked_at():
    table = simulate_lines(accounts=50)
    days = frames.days(table, "day")
    cut = int(np.quantile(days, 0.6))
    early = measure_features(frame=table, as_of=cut, **ALL)
    assert rows(early) == rows(measure_features(frame=table.filter(pa.array(days <= cut)), as_of=cut, **ALL))
    assert early.posting_lag == days.max() - cut
    assert rows(measure_features(frame=table, as_of=dt.date(1970, 1, 1) + dt.timedelta(days=cut), **ALL)) == rows(early)


def test_an_account_of_the_first_quarter_may_be_older_than_it_looks():
    lines = [Line("old", 100, 1), Line("edge", 190, 1), Line("new", 191, 1)]
    assert measure_features(frame=columns(lines), as_of=500).cut_off.tolist() == [True, False, True]


def test_orders_stand_by_account_and_oldest_first():
    lines = [Line("y", 5, 2), Line("x", 9, 3), Line("x", 1, 4), Line("x", 9, 5), Line("z", 3, -1)]
    found = measure_features(frame=columns(lines), as_of=9).order_days
    assert (found.start.tolist(), found.day.tolist(), found.value.tolist()) == ([0, 2, 3, 3], [1, 9, 5], [4, 8, 2])


@pytest.mark.parametrize("column", ["account", "day", "amount", "kind", "item", "invoice", "quantity", "cost"])
def test_a_column_that_is_not_there_is_named(column):
    frame = columns([Line("x", 1, 1)])
    with pytest.raises(NotAColumn, match="no column nowhere"):
        measure_features(frame=frame, **{column: "nowhere"})


@pytest.mark.parametrize("kind", ["Verkauf", None, 6])
def test_a_kind_that_is_none_is_refused(kind):
    with pytest.raises(NotAColumn, match="a line is sale, credit, free, charge, adjustment"):
        measure_features(
            frame={"account": ["x", "x"], "day": [1, 2], "amount": [1, 2], "kind": pa.array([kind] * 2)}, kind="kind"
        )


def test_features_are_a_table_again():
    found = measure_features(frame=simulate_lines(accounts=10), kind="kind")
    told = frames.told(found, account=found.account)
    assert (told.num_rows, told.column_names[:3]) == (10, ["account", "orders", "orders_recent"])
