"""The lines of a ledger as arrays: read from any frame without a copy where that can be, cut at a day, gone through in blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vitalfew.analytics import frames
from vitalfew.analytics.features.ending import last_complete_day
from vitalfew.analytics.features.naming import Coded, coded, sorted_by_name
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.refusals import NotAColumn, NothingThere

Masks = NDArray[np.bool_]

KINDS = ("sale", "credit", "free", "charge", "adjustment")
EPOCH = date(1970, 1, 1)
# Lines are gone through in blocks that stay in the processor's cache.
BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of named accounts up to the as-of day; arrays of shape (lines,).

    `sold` marks sale lines above zero; `others` are the same lines of further columns.
    """

    code: NDArray[np.int32]
    day: NDArray[Any]
    amount: Floats
    sold: Masks
    others: tuple[NDArray[Any], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of a ledger; arrays of shape (lines,), days since 1970-01-01, the table's own kinds of numbers.

    `code` points into the names `account` and is -1 where a line names nobody or comes after the day `as_of`. `sale`
    marks lines of kind sale, None where all may be. `first_day` and `last_day` are those of the whole ledger;
    `unnamed` how many lines up to `as_of` name nobody, `unnamed_net` their sum.
    """

    table: pa.Table
    account: pa.Array
    code: NDArray[np.int32]
    day: NDArray[Any]
    amount: NDArray[Any]
    sale: Masks | None
    as_of: int
    first_day: int
    last_day: int
    unnamed: int
    unnamed_net: float

    def blocks(self, *others: NDArray[Any]) -> Iterator[Block]:
        """The lines that count, block by block, and the same lines of other columns."""
        for start in range(0, self.code.size, BLOCK):
            rows = slice(start, start + BLOCK)
            code, amount = self.code[rows], self.amount[rows].astype(np.float64)
            sold = amount > 0 if self.sale is None else (amount > 0) & self.sale[rows]
            named = code >= 0
            counts = slice(None) if named.all() else named
            also = tuple(other[rows][counts] for other in others)
            yield Block(code[counts], self.day[rows][counts], amount[counts], sold[counts], also)


def read(*, frame: Any, columns: tuple[str, str, str, str | None], as_of: date | int | None) -> Lines:
    """The lines of a frame up to `as_of`, or up to its last complete day; `columns` name account, day, amount and kind.

    Raises NotAColumn, NotFinite, and NothingThere where no line that names an account is left.
    """
    table, (account, on, value, kind) = frames.table(frame), columns
    day, amount = _days(table, on), _numbers(table, value)
    if day.size == 0:
        raise NothingThere("The ledger has not a single line, and nothing can be told of nothing: give at least one.")
    who, first, last = coded(table, account), int(day.min()), int(day.max())
    until = _until(as_of, day, first)
    nobody = np.flatnonzero(who.code < 0)
    nobody = nobody[day[nobody] <= until]
    code = who.code if last <= until else np.where(day <= until, who.code, np.int32(-1))
    who = sorted_by_name(Coded(code, who.name))
    if len(who.name) == 0:
        raise NothingThere(f"No line up to {np.datetime64(until, 'D')} names its {account}: look at both columns.")
    return Lines(
        table,
        who.name,
        who.code,
        day,
        amount,
        _sales(table, kind) if kind else None,
        until,
        first,
        last,
        nobody.size,
        float(amount[nobody].sum()),
    )


def margins(lines: Lines, cost: str) -> tuple[Floats, Masks]:
    """Amount less cost of each line, nothing where the cost is not known, and which lines have one. Raises NotAColumn."""
    if cost not in lines.table.column_names:
        raise NotAColumn(f"The table has no column {cost}; it has {', '.join(lines.table.column_names)}.")
    column = lines.table.column(cost)
    column = column.cast(pa.float64()) if pa.types.is_null(column.type) else column
    known = pc.is_valid(column).to_numpy()
    filled = frames.numbers(pa.table({cost: pc.fill_null(column, 0)}), cost)
    return np.where(known, lines.amount - filled, 0.0), known


def _days(table: pa.Table, name: str) -> NDArray[Any]:
    """As `frames.days` in half the memory, and dates without a gap as they lie there."""
    if name in table.column_names and pa.types.is_date32(table.column(name).type) and not table.column(name).null_count:
        array: Ints = table.column(name).cast(pa.int32()).to_numpy()
        return array
    return frames.days(table, name).astype(np.int32)


def _numbers(table: pa.Table, name: str) -> NDArray[Any]:
    """As `frames.numbers`, but whole numbers without a gap as they lie there."""
    if (
        name in table.column_names
        and pa.types.is_integer(table.column(name).type)
        and not table.column(name).null_count
    ):
        array: Ints = table.column(name).to_numpy()
        return array
    return frames.numbers(table, name)


def _until(as_of: date | int | None, day: NDArray[Any], first: int) -> int:
    if as_of is None:
        lines = np.zeros(int(day.max()) - first + 1, dtype=np.int64)
        for start in range(0, day.size, BLOCK):
            lines += np.bincount(day[start : start + BLOCK] - first, minlength=lines.size)
        return last_complete_day(first=first, lines=lines)
    return (as_of - EPOCH).days if isinstance(as_of, date) else int(as_of)


def _sales(table: pa.Table, kind: str) -> Masks:
    """Which lines are of kind sale."""
    found = coded(table, kind)
    words = [str(word) for word in found.name.to_pylist()]
    unknown = [word for word in words if word not in KINDS and word not in ("1", "2", "3", "4", "5")]
    if unknown or (found.code < 0).any():
        seen = repr(unknown[0]) if unknown else "nothing"
        raise NotAColumn(f"The column {kind} says {seen}: a line is {', '.join(KINDS)}, or 1 to 5 in that order.")
    sale = np.array([word in ("sale", "1") for word in words], dtype=np.bool_)
    return np.asarray(sale[found.code])
