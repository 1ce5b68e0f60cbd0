"""Lines added up are the lines: what is told of cells is told of the lines they come from."""

from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from vitalfew.analytics.price import (
    Cells,
    measure_panel,
    measure_panel_of,
    measure_realisation,
    measure_realisation_of,
    simulate_prices,
)
from vitalfew.analytics.price.cells import BINS, EDGES, added_up
from vitalfew.analytics.price.lines import Columns, read_lines
from vitalfew.analytics.refusals import NotAlike, NotFinite, OutOfOrder

BOOK = simulate_prices(seed=8, accounts=60, items=30, months=14, lines=9000).frame
# As any database adds up: by day first, since the largest line of the day tells the size; then by month.
QUERY = f"""
WITH coded AS (SELECT dense_rank() OVER (ORDER BY account) - 1 AS account, dense_rank() OVER (ORDER BY item) - 1 AS item, day, quantity, price FROM book),
by_day AS (
  SELECT account, item, day, count(*) AS lines, max(quantity) AS largest, sum(quantity) AS quantity, sum(quantity * price) AS spend,
    sum(ln(price)) AS logs, sum(ln(price) ** 2) AS squares FROM coded GROUP BY ALL)
SELECT account, item, date_diff('month', DATE '1970-01-01', day::DATE) AS month, len(list_filter({EDGES.tolist()}, lambda edge: edge <= largest)) AS size,
  sum(lines) AS lines, count(*) AS orders, sum(quantity) AS quantity, sum(spend) AS spend, sum(logs) AS logs, sum(squares) AS squares
FROM by_day GROUP BY ALL
"""


def by_query():
    """The cells of the book as a database adds them up, in whatever order."""
    with duckdb.connect() as connection:
        connection.register("book", BOOK)
        row = connection.sql(QUERY).fetchnumpy()
    whole = {name: row[name].astype(np.int64) for name in ("account", "item", "month", "size", "lines", "orders")}
    mean = row["logs"] / row["lines"]
    return Cells(
        **whole,
        quantity=row["quantity"],
        spend=row["spend"],
        log_price=mean,
        scatter=np.maximum(row["squares"] - row["logs"] * mean, 0),
        accounts=pa.array(sorted(set(BOOK["account"].to_pylist()))),
        items=pa.array(sorted(set(BOOK["item"].to_pylist()))),
    )


def named(names, *columns):
    return {name: values for name, *values in zip(names.to_pylist(), *(one.tolist() for one in columns), strict=True)}


def test_the_index_of_cells_is_that_of_their_lines():
    cells, lines = measure_realisation_of(cells=by_query()), measure_realisation(frame=BOOK, price="price")
    found, wanted = (named(one.accounts, one.index, one.low, one.high, one.spend) for one in (cells, lines))
    assert {name: pytest.approx(values, abs=1e-9) for name, values in wanted.items()} == found
    assert cells.lines.sum() == lines.lines.sum() and cells.reliability == pytest.approx(lines.reliability, abs=0.01)


def test_the_panel_of_cells_is_that_of_their_lines():
    cells, lines = measure_panel_of(cells=by_query()), measure_panel(frame=BOOK, price="price")
    for panel in (cells, lines):
        assert (np.diff(panel.account) >= 0).all()

    def rows(panel):
        names, items = panel.accounts.to_numpy(zero_copy_only=False), panel.items.to_numpy(zero_copy_only=False)
        order = np.lexsort((panel.month, items[panel.item], names[panel.account]))
        return [getattr(panel, name)[order] for name in ("month", "orders", "quantity", "price", "paid")]

    for found, wanted in zip(rows(cells), rows(lines), strict=True):
        assert found == pytest.approx(wanted, abs=1e-9)


def test_several_lines_of_an_item_on_a_day_are_one_order_of_the_size_of_the_largest():
    day = np.array(["2024-03-01"] * 3 + ["2024-03-02", "2024-04-01"], dtype="datetime64[D]")
    frame = {"account": ["A"] * 5, "item": ["p"] * 5, "day": day, "quantity": [1, 12, 3, 12, 1], "price": [4.0, 2.0, 4.0, 2.0, 4.0]}  # fmt: skip
    cells = added_up(read_lines(frame, Columns("account", "item", "day", "quantity", None, "price", None)))
    assert (cells.month - 54 * 12).tolist() == [2, 3] and cells.size.tolist() == [8, 0]
    assert (cells.lines.tolist(), cells.orders.tolist()) == ([4, 1], [2, 1])
    assert (cells.quantity.tolist(), cells.spend.tolist()) == ([28, 1], [64, 4])
    assert np.exp(cells.log_price).tolist() == pytest.approx([8**0.5, 4])
    assert cells.scatter.tolist() == pytest.approx([np.log(2) ** 2, 0])


def test_a_list_price_that_some_lines_lack_is_that_of_the_others():
    day = np.array(["2024-03-01", "2024-03-02", "2024-04-01"], dtype="datetime64[D]")
    frame = {"account": ["A"] * 3, "item": ["p"] * 3, "day": day, "quantity": [1] * 3, "price": [4.0] * 3, "list": [None, 5.0, None]}  # fmt: skip
    columns = Columns("account", "item", "day", "quantity", None, "price", None, "list")
    assert added_up(read_lines(frame, columns)).listed.tolist() == pytest.approx([np.log(5), np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"size": np.array([BINS])}, OutOfOrder),
        ({"account": np.array([60])}, OutOfOrder),
        ({"listed": np.array([np.inf])}, NotFinite),
        ({"quantity": np.ones(2)}, NotAlike),
    ],
)
def test_cells_that_cannot_be_are_refused(changed, refusal):
    cells = by_query()
    first = {name: getattr(cells, name)[:1] for name in ("account", "item", "month", "size", "lines", "orders", "quantity", "spend", "log_price", "scatter")}  # fmt: skip
    with pytest.raises(refusal):
        measure_panel_of(cells=replace(cells, **(first | changed)))


def test_a_cell_may_stand_once():
    cells = by_query()
    twice = {name: np.concatenate((getattr(cells, name), getattr(cells, name)[:1])) for name in ("account", "item", "month", "size", "lines", "orders", "quantity", "spend", "log_price", "scatter")}  # fmt: skip
    with pytest.raises(OutOfOrder, match="one row"):
        measure_realisation_of(cells=replace(cells, **twice))
