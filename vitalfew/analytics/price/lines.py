"""Sales lines fit for work on prices: what is no sale of a product at a price is left out and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vitalfew.analytics import frames
from vitalfew.analytics.refusals import NotAColumn, NothingThere

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns of a frame of sales lines; the price of a piece is `price`, or `amount` over `quantity`.

    `product` is true for products and false for postage, fees and the like; `listed` the list price of a piece;
    `group` what the item is a kind of.
    """

    account: str
    item: str
    day: str
    quantity: str
    amount: str | None
    price: str | None
    product: str | None
    listed: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """Arrays of shape (lines,): codes of account and item, day and calendar month since 1970-01-01, pieces, price of one.

    `listed` is the list price of a piece, 0 where unknown, and `group` the code of the item's kind; both may be None.
    `accounts` and `items` name the codes; `left_out` says how many lines were left out, by reason.
    """

    account: Ints
    item: Ints
    day: Ints
    month: Ints
    quantity: Floats
    price: Floats
    listed: Floats | None
    group: Ints | None
    accounts: pa.Array
    items: pa.Array
    left_out: Mapping[str, int]

    def without(self, those: Bools, reason: str) -> Lines:
        """The lines but `those`, which are counted under `reason`."""
        kept = ~those
        return Lines(
            self.account[kept],
            self.item[kept],
            self.day[kept],
            self.month[kept],
            self.quantity[kept],
            self.price[kept],
            None if self.listed is None else self.listed[kept],
            None if self.group is None else self.group[kept],
            self.accounts,
            self.items,
            {**self.left_out, reason: int(those.sum())},
        )


def read_lines(frame: Any, columns: Columns) -> Lines:
    """The sales of products at a price in a frame of lines.

    Raises NotAColumn, NotFinite, or NothingThere where no line is left.
    """
    source = frames.table(frame)
    named = _filterable(source).filter(pc.is_valid(_column(source, columns.account)))
    if named.num_rows == 0:
        raise NothingThere("There is not a single line with an account: nothing can be learnt from nothing.")
    lines = _coded(named, columns, {"no account": source.num_rows - named.num_rows})
    if columns.product is not None:
        goods = pc.fill_null(pc.cast(_column(named, columns.product), pa.bool_()), False)
        lines = lines.without(~goods.to_numpy().astype(np.bool_), "no product")
    lines = lines.without((lines.quantity < 0) | (lines.price < 0), "credit note")
    lines = lines.without((lines.quantity == 0) | (lines.price == 0), "nothing paid")
    if lines.account.size == 0:
        raise NothingThere("There is not a single line of a product sold at a price: nothing can be compared.")
    return lines


def _filterable(source: pa.Table) -> pa.Table:
    """The table with plain strings where a frame keeps views of them, which Arrow cannot filter."""
    schema = source.schema
    for place, one in enumerate(schema):
        if pa.types.is_string_view(one.type):
            schema = schema.set(place, one.with_type(pa.large_string()))
    return source.cast(schema)


def _coded(source: pa.Table, columns: Columns, left_out: Mapping[str, int]) -> Lines:
    who, what = frames.coded(source, columns.account), frames.coded(source, columns.item)
    day, pieces = frames.days(source, columns.day), frames.numbers(source, columns.quantity)
    return Lines(
        who.code,
        what.code,
        day,
        day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64),
        pieces,
        _paid(source, pieces, columns),
        None if columns.listed is None else _listed(source, columns.listed),
        None if columns.group is None else _kinds(source, columns.group),
        who.name,
        what.name,
        left_out,
    )


def _paid(source: pa.Table, pieces: Floats, columns: Columns) -> Floats:
    if columns.price is not None:
        return frames.numbers(source, columns.price)
    if columns.amount is None:
        raise NotAColumn("A price is needed: name the column of the price of a piece, or of the amount of the line.")
    return np.divide(frames.numbers(source, columns.amount), pieces, out=np.zeros_like(pieces), where=pieces != 0)


def _listed(source: pa.Table, name: str) -> Floats:
    known = pc.fill_null(pc.cast(_column(source, name), pa.float64(), safe=False), 0.0)
    return np.maximum(frames.numbers(pa.table({name: known}), name), 0.0)


def _kinds(source: pa.Table, name: str) -> Ints:
    known = pc.fill_null(pc.cast(_column(source, name), pa.string()), "")
    return frames.coded(pa.table({name: known}), name).code


def _column(source: pa.Table, name: str) -> pa.ChunkedArray:
    if name not in source.column_names:
        raise NotAColumn(f"The table has no column {name}; it has {', '.join(source.column_names)}.")
    return source.column(name)
