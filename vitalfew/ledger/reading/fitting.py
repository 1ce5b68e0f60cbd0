"""Fits what the engine read to the table: blank rows out, odd rows mended or named, oversized cells refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vitalfew.ledger.reading.encoding import Encoding
from vitalfew.ledger.reading.letters import letter
from vitalfew.ledger.reading.limits import Limits
from vitalfew.ledger.reading.records import records
from vitalfew.ledger.reading.refusal import Unreadable
from vitalfew.ledger.reading.table import BadRow, Block, coded, concatenated

BLANK = " \t\r\n\x1a\xa0\ufeff"  # \x1a is how DOS programs end a text file
_SHOWN = 200
LOOK = "Shorten that cell where it comes from and export the file again"


class CellTooLarge(Unreadable):
    """{name} has a cell larger than {size} in row {row}{column}. Nothing was changed. {remedy}."""


class Stray(NamedTuple):
    """A row with another number of cells than the table's, as it stands in the file."""

    row: int
    width: int
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """All that is needed to read the rows: `skip` UTF-8 bytes stand above the first; `hidden` nameless empty columns
    end each row; `header_row` is the number of the row before the first."""

    path: Path
    name: str
    encoding: Encoding
    delimiter: str
    quote: str | None
    skip: int
    header_row: int
    columns: tuple[str, ...]
    hidden: int
    limits: Limits

    @property
    def width(self) -> int:
        return len(self.columns) + self.hidden

    def too_large(self, row: int, column: int | None = None) -> CellTooLarge:
        cause = "A quotation mark that is never closed is the usual cause: look at that row"
        where = None if column is None else letter(column)
        return too_large(name=self.name, row=row, column=where, limits=self.limits, remedy=cause)


def too_large(*, name: str, row: int, column: str | None, limits: Limits, remedy: str) -> CellTooLarge:
    """The refusal of a cell; `column` is its letter where it is known."""
    size = f"{limits.cell_bytes // 1_000_000} MB"
    return CellTooLarge(
        name=name, row=f"{row:,}", column=f", column {column}" if column else "", size=size, remedy=remedy
    )


def fitted(batch: Any, numbers: NDArray[np.int64], strays: Sequence[Stray], layout: Layout) -> Block:
    """A block of the `batch` of good rows (None: there are none) and the odd rows that stand among them."""
    columns = [] if batch is None else batch.columns
    bad: list[BadRow] = []
    blank = np.zeros(len(numbers), np.bool_)
    if len(numbers):
        if large := large_cell(columns, numbers, layout.limits):
            raise layout.too_large(*large)
        blank = blank_rows(columns)
        bad = _overfull(columns, numbers, layout) + _swallowed(columns, numbers, layout)
    keep = ~blank & ~np.isin(numbers, [row.row for row in bad]) if bad else ~blank
    if not keep.all():
        columns = [column.filter(pa.array(keep)) for column in columns]
        numbers = numbers[keep]
    mended: list[tuple[int, tuple[str, ...]]] = []
    skipped = int(blank.sum())
    for stray in strays:
        cells = _cells_of(stray, layout)
        if not any(cell.strip(BLANK) for cell in cells):
            skipped += 1
        elif len(cells) >= len(layout.columns) and not any(cells[len(layout.columns) :]):
            mended.append((stray.row, cells))
        else:
            bad.append(_bad(stray, cells, layout))
    rows, filled = _with_mended(numbers, columns, mended, layout)
    return Block(rows, filled, tuple(sorted(bad, key=lambda row: row.row)), skipped)


def blank_rows(columns: Sequence[Any]) -> NDArray[np.bool_]:
    """Which rows hold nothing but blanks in all columns."""
    blank: NDArray[np.bool_] | None = None
    for column in columns:
        empty = column.indices.is_null().to_numpy(zero_copy_only=False)
        spaces = np.flatnonzero(
            pc.equal(pc.binary_length(pc.utf8_trim(column.dictionary, BLANK)), 0).to_numpy(zero_copy_only=False)
        )
        if len(spaces):
            empty = empty | np.isin(column.indices.fill_null(-1).to_numpy(zero_copy_only=False), spaces)
        blank = empty if blank is None else blank & empty
        if not blank.any():
            break
    return blank if blank is not None else np.zeros(0, np.bool_)


def _rows_with(column: Any, texts: Any, numbers: NDArray[np.int64]) -> list[tuple[int, int]]:
    """(row number, place in the block) of the rows whose text is among the places where `texts` is true."""
    codes = np.flatnonzero(texts.to_numpy(zero_copy_only=False))
    if not len(codes):
        return []
    places = np.flatnonzero(np.isin(column.indices.fill_null(-1).to_numpy(zero_copy_only=False), codes))
    return [(int(numbers[place]), int(place)) for place in places]


def large_cell(columns: Sequence[Any], numbers: NDArray[np.int64], limits: Limits) -> tuple[int, int] | None:
    """(row number, place of the column) of a cell that is too large, where there is one."""
    for place, column in enumerate(columns):
        if found := _rows_with(column, pc.greater(pc.binary_length(column.dictionary), limits.cell_bytes), numbers):
            return found[0][0], place
    return None


def _overfull(columns: Sequence[Any], numbers: NDArray[np.int64], layout: Layout) -> list[BadRow]:
    """Rows with a value where neither the header nor the first rows have a column."""
    bad: dict[int, BadRow] = {}
    for place in range(len(layout.columns), len(columns)):
        for at in np.flatnonzero(columns[place].indices.is_valid().to_numpy(zero_copy_only=False)):
            row = int(numbers[at])
            bad.setdefault(row, BadRow(row, letter(place), "too-many-cells", _shown(columns, int(at), layout)))
    return list(bad.values())


def _swallowed(columns: Sequence[Any], numbers: NDArray[np.int64], layout: Layout) -> list[BadRow]:
    """Rows with a cell that holds a line break and a whole row's delimiters: an unclosed quote took in other rows."""
    least = max(2, len(layout.columns) - 1)
    bad: dict[int, BadRow] = {}
    for place, column in enumerate(columns if layout.quote else ()):
        broken = pc.match_substring_regex(column.dictionary, "[\r\n]") if _has_breaks(column.dictionary) else None
        if broken is None or not pc.any(broken).as_py():
            continue
        torn = pc.and_(broken, pc.greater_equal(pc.count_substring(column.dictionary, layout.delimiter), least))
        for row, at in _rows_with(column, torn, numbers):
            bad.setdefault(row, BadRow(row, letter(place), "unclosed-quote", _shown(columns, at, layout)))
    return list(bad.values())


def _has_breaks(texts: Any) -> bool:
    return bool(pc.any(pc.match_substring(texts, "\n")).as_py() or pc.any(pc.match_substring(texts, "\r")).as_py())


def _shown(columns: Sequence[Any], at: int, layout: Layout) -> str:
    return layout.delimiter.join(column[at].as_py() or "" for column in columns)[:_SHOWN]


def _cells_of(stray: Stray, layout: Layout) -> tuple[str, ...]:
    record = next(records(stray.text, delimiter=layout.delimiter, quote=layout.quote), None)
    cells = record.cells if record else ()
    for place, cell in enumerate(cells):
        if len(cell) > layout.limits.cell_bytes or len(cell.encode()) > layout.limits.cell_bytes:
            raise layout.too_large(stray.row, place)
    return cells


def _bad(stray: Stray, cells: Sequence[str], layout: Layout) -> BadRow:
    width = len(layout.columns)
    if len(cells) > width:
        surplus = next(place for place in range(width, len(cells)) if cells[place])
        return BadRow(stray.row, letter(surplus), "too-many-cells", stray.text[:_SHOWN])
    return BadRow(stray.row, letter(len(cells)), "too-few-cells", stray.text[:_SHOWN])


def _with_mended(
    numbers: NDArray[np.int64], columns: Sequence[Any], mended: Sequence[tuple[int, tuple[str, ...]]], layout: Layout
) -> tuple[NDArray[np.int64], dict[str, Any]]:
    """Puts rows whose surplus cells are all empty back at their place."""
    if not mended:
        return numbers, {name: columns[place] if columns else coded([]) for place, name in enumerate(layout.columns)}
    rows = np.concatenate([numbers, np.array([row for row, _ in mended], np.int64)])
    order = np.argsort(rows, kind="stable")
    filled = {}
    for place, name in enumerate(layout.columns):
        extra = coded([cells[place] or None for _, cells in mended])
        whole = concatenated([columns[place], extra]) if columns else extra
        filled[name] = whole.take(pa.array(order))
    return rows[order], filled
