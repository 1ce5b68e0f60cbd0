"""Streams delimited text through Arrow's reader in flat memory, keeping the number of every row."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
from numpy.typing import NDArray

from vitalfew.ledger.reading.decoding import end_of_text, opened_text
from vitalfew.ledger.reading.encoding import Encoding
from vitalfew.ledger.reading.header import HeaderOnly
from vitalfew.ledger.reading.inflating import CutShort
from vitalfew.ledger.reading.letters import letter
from vitalfew.ledger.reading.limits import Limits
from vitalfew.ledger.reading.records import Record, records
from vitalfew.ledger.reading.refusal import Damaged, Unreadable
from vitalfew.ledger.reading.table import CODED, BadRow, Block, coded, concatenated


class CellTooLarge(Unreadable):
    """{name} has a cell larger than {size} in row {row}{column}. Nothing was changed. A quotation mark that is never closed is the usual cause: look at that row."""


@dataclass(frozen=True, slots=True)
class Layout:
    """All that is needed to read the rows: `skip` UTF-8 bytes stand above the first, `hidden` nameless empty columns
    at the end of each row, `header_row` is the number of the row before the first."""

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

    def place(self, column: int) -> str:
        """Where a cell stands, for a sentence."""
        return f", column {letter(column)}"


@dataclass(slots=True)
class _Odd:
    """Rows whose number of cells is not the table's, as the engine reports them, in order."""

    layout: Layout
    rows: deque[tuple[int, int, str]] = field(default_factory=deque)
    last: tuple[int, int, str] | None = None

    def take(self, row: Any) -> str:
        self.last = (row.number + self.layout.header_row, row.actual_columns, row.text)
        self.rows.append(self.last)
        return "skip"


def streamed(layout: Layout) -> Iterator[Block]:
    """Every row below the header. Raises CellTooLarge, CutShort, HeaderOnly or Damaged, some only at the end."""
    odd, after, good = _Odd(layout), layout.header_row, False
    last_good = ""
    with opened_text(path=layout.path, encoding=layout.encoding, name=layout.name, skip=layout.skip) as source:
        for batch in _batches(source, layout, odd):
            numbers, strays = _numbered(batch.num_rows, after, odd)
            if batch.num_rows:
                last_good = batch.column(batch.num_columns - 1)[-1].as_py() or ""
                after = int(numbers[-1])
            after = max(after, strays[-1][0] if strays else 0)
            block = _block(batch, numbers, strays, layout)
            good = good or bool(len(block.rows) or block.bad)
            yield block
    if odd.rows:
        strays = list(odd.rows)
        block = _block(None, np.empty(0, np.int64), strays, layout)
        good = good or bool(block.bad)
        after = strays[-1][0]
        yield block
    if not good:
        raise HeaderOnly(name=layout.name)
    _refuse_cut(layout, after, odd, last_good)


def _batches(source: Any, layout: Layout, odd: _Odd) -> Iterator[Any]:
    """The engine's record batches. Only without threads does it tell row numbers; it is fast enough on one core."""
    names = [f"f{place}" for place in range(layout.width)]
    seen = 0
    try:
        reader = pv.open_csv(
            source,
            read_options=pv.ReadOptions(use_threads=False, block_size=layout.limits.block_bytes, column_names=names),
            parse_options=pv.ParseOptions(
                delimiter=layout.delimiter,
                quote_char=layout.quote or False,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=odd.take,
            ),
            convert_options=pv.ConvertOptions(
                column_types=dict.fromkeys(names, CODED), null_values=[""], strings_can_be_null=True
            ),
        )
        for batch in reader:
            seen += batch.num_rows
            yield batch
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return
        if "straddling" not in str(error):
            raise Damaged(name=layout.name, what=f"its rows cannot be told apart ({error})") from error
        number = layout.header_row + seen + len(odd.rows) + 1
        raise CellTooLarge(name=layout.name, row=f"{number:,}", column="", size=_size(layout)) from error


def _size(layout: Layout) -> str:
    return f"{layout.limits.cell_bytes // 1_000_000} MB"


def _numbered(count: int, after: int, odd: _Odd) -> tuple[NDArray[np.int64], list[tuple[int, int, str]]]:
    """Row numbers of `count` good rows behind row `after`, and the odd rows among them, taken from the queue."""
    taken = np.fromiter((row for row, _, _ in odd.rows), np.int64, len(odd.rows))
    # Good rows that stand before each odd row; the engine may have read odd rows of later batches already.
    before = taken - (after + 1) - np.arange(len(taken))
    among = int(np.searchsorted(before, count, side="right"))
    numbers = np.arange(after + 1, after + 1 + count + among, dtype=np.int64)
    strays = [odd.rows.popleft() for _ in range(among)]
    return np.delete(numbers, taken[:among] - (after + 1))[:count], strays
