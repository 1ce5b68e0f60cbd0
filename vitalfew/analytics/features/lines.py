"""The lines of a ledger, read block by block from any frame, so that nothing as long as the ledger is copied."""

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
from vitalfew.analytics.features.counting import BLOCK
from vitalfew.analytics.features.ending import last_complete_day
from vitalfew.analytics.features.naming import Coded, coded, occurring
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.refusals import NotAColumn, NothingThere

Masks = NDArray[np.bool_]

KINDS = ("sale", "credit", "free", "charge", "adjustment")
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of named accounts up to the as-of day; arrays of shape (lines,).

    `sold` marks sale lines above zero; `others` are the same lines of further columns.
    """

    code: NDArray[np.int32]
    day: Ints
    amount: Floats
    sold: Masks
    others: tuple[NDArray[Any], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of a ledger: a table of which `day` and `amount` name columns, checked; days since 1970-01-01.

    `code`, shape (lines,), points into the names `account` and is -1 where a line names nobody or comes after the day
    `as_of`. `sale`, same shape, marks lines of kind sale, None where all may be. `first_day` and `last_day` are those
    of the whole ledger; `unnamed` how many lines up to `as_of` name nobody, `unnamed_net` their sum.
    """

    table: pa.Table
    day: str
    amount: str
    account: pa.Array
    code: NDArray[np.int32]
    sale: Masks | None
    as_of: int
    first_day: int
    last_day: int
    unnamed: int
    unnamed_net: float

    def blocks(self, *others: NDArray[Any] | str) -> Iterator[Block]:
        """The lines that count, block by block, with the same lines of arrays and of columns of numbers by name."""
        for rows in _blocks(self.code.size):
            code, part = self.code[rows], self.table.slice(rows.start, BLOCK)
            named = code >= 0
            counts = slice(None) if named.all() else named
            amount = frames.numbers(part, self.amount)[counts]
            sold = amount > 0 if self.sale is None else (amount > 0) & self.sale[rows][counts]
            also = (frames.numbers(part, one) if isinstance(one, str) else one[rows] for one in others)
            day = frames.days(part, self.day)[counts]
            yield Block(code[counts], day, amount, sold, tuple(one[counts] for one in also))


def read(*, frame: Any, columns: tuple[str, str, str, str | None], as_of: date | int | None) -> Lines:
    """The lines of a frame up to `as_of`, or up to its last complete day; `columns` name account, day, amount and kind.

    Raises NotAColumn, NotFinite, and NothingThere where no line that names an account is left.
    """
    table, (account, day, amount, kind) = frames.table(frame), columns
    check_numbers(table, amount)
    first, last = _ends(table, day)
    until = _until(as_of, table, day, (first, last))
    who = coded(table, account)
    unnamed = (0, 0.0)
    if last > until or (who.code < 0).any():
        who, unnamed = _cut(table, who, columns, until)
    who = occurring(who)
    if len(who.name) == 0:
        raise NothingThere(f"No line up to {np.datetime64(until, 'D')} names its {account}: look at both columns.")
    sale = _sales(table, kind) if kind else None
    return Lines(table, day, amount, who.name, who.code, sale, until, first, last, *unnamed)


def check_numbers(table: pa.Table, name: str) -> None:
    """Raises NotAColumn, or NotFinite with the first row of the whole table that is not a number."""
    frames.numbers(table.slice(0, 0), name)
    column = table.column(name)
    finite = not pa.types.is_floating(column.type) or pc.all(pc.is_finite(column), min_count=0).as_py()
    if column.null_count or not finite:
        frames.numbers(table, name)


def margins(lines: Lines, cost: str) -> tuple[Floats, Masks]:
    """Amount less cost of each line, nothing where the cost is not known, and which lines have one. Raises NotAColumn."""
    if cost not in lines.table.column_names:
        raise NotAColumn(f"The table has no column {cost}; it has {', '.join(lines.table.column_names)}.")
    column = lines.table.column(cost)
    column = column.cast(pa.float64()) if pa.types.is_null(column.type) else column
    known = pc.is_valid(column).to_numpy()
    filled = frames.numbers(pa.table({cost: pc.fill_null(column, 0)}), cost)
    return np.where(known, frames.numbers(lines.table, lines.amount) - filled, 0.0), known


def _blocks(size: int) -> Iterator[slice]:
    return (slice(start, start + BLOCK) for start in range(0, size, BLOCK))


def _ends(table: pa.Table, day: str) -> tuple[int, int]:
    """The first and the last day."""
    frames.days(table.slice(0, 0), day)
    if table.num_rows == 0:
        raise NothingThere("The ledger has not a single line, and nothing can be told of nothing: give at least one.")
    column = table.column(day)
    if column.null_count:
        frames.days(table, day)
    ends = pc.min_max(column)
    first, last = frames.days(pa.table({day: pa.array([ends["min"].as_py(), ends["max"].as_py()], column.type)}), day)
    return int(first), int(last)


def _until(as_of: date | int | None, table: pa.Table, day: str, ends: tuple[int, int]) -> int:
    if as_of is not None:
        return (as_of - EPOCH).days if isinstance(as_of, date) else int(as_of)
    first, last = ends
    lines = np.zeros(last - first + 1, dtype=np.int64)
    for rows in _blocks(table.num_rows):
        lines += np.bincount(frames.days(table.slice(rows.start, BLOCK), day) - first, minlength=lines.size)
    return last_complete_day(first=first, lines=lines)


def _cut(
    table: pa.Table, who: Coded, columns: tuple[str, str, str, str | None], until: int
) -> tuple[Coded, tuple[int, float]]:
    """The codes with -1 after the day `until`; how many lines up to it name nobody, and their sum."""
    code, unnamed, net = who.code.copy(), 0, 0.0
    for rows in _blocks(code.size):
        part = table.slice(rows.start, BLOCK)
        past = frames.days(part, columns[1]) <= until
        nobody = past & (code[rows] < 0)
        unnamed += int(nobody.sum())
        net += float(frames.numbers(part, columns[2])[nobody].sum())
        code[rows][~past] = -1
    return Coded(code, who.name), (unnamed, net)


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
