"""Streams delimited text through Arrow's reader in flat memory, keeping the number of every row."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
from numpy.typing import NDArray

from vitalfew.ledger.reading.decoding import end_of_text, opened_text
from vitalfew.ledger.reading.fitting import BLANK, Layout, Stray, fitted
from vitalfew.ledger.reading.header import HeaderOnly
from vitalfew.ledger.reading.inflating import CutShort
from vitalfew.ledger.reading.records import records
from vitalfew.ledger.reading.refusal import Damaged
from vitalfew.ledger.reading.table import CODED, Block


@dataclass(slots=True)
class _Odd:
    """Rows whose number of cells is not the table's, as the engine reports them, in order."""

    layout: Layout
    rows: deque[Stray] = field(default_factory=deque)
    last: Stray | None = None
    count: int = 0

    def take(self, row: Any) -> str:
        self.last = Stray(row.number + self.layout.header_row, row.actual_columns, row.text)
        self.rows.append(self.last)
        self.count += 1
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
            block = fitted(batch, numbers, strays, layout)
            good = good or bool(len(block.rows) or block.bad)
            yield block
    if odd.rows:
        strays = list(odd.rows)
        block = fitted(None, np.empty(0, np.int64), strays, layout)
        good = good or bool(len(block.rows) or block.bad)
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
        number = layout.header_row + seen + odd.count + 1
        raise layout.too_large(number) from error


def _numbered(count: int, after: int, odd: _Odd) -> tuple[NDArray[np.int64], list[Stray]]:
    """Row numbers of `count` good rows behind row `after`, and the odd rows among them, taken from the queue."""
    taken = np.fromiter((row for row, _, _ in odd.rows), np.int64, len(odd.rows))
    # Good rows that stand before each odd row; the engine may have read odd rows of later batches already.
    before = taken - (after + 1) - np.arange(len(taken))
    among = int(np.searchsorted(before, count, side="right"))
    numbers = np.arange(after + 1, after + 1 + count + among, dtype=np.int64)
    strays = [odd.rows.popleft() for _ in range(among)]
    return np.delete(numbers, taken[:among] - (after + 1))[:count], strays


def _refuse_cut(layout: Layout, after: int, odd: _Odd, last_good: str) -> None:
    """Raise CutShort where the file stops inside a record."""
    tail = end_of_text(path=layout.path, encoding=layout.encoding)
    if odd.last is not None and odd.last[0] == after:
        row, count, text = odd.last
        record = next(records(text, delimiter=layout.delimiter, quote=layout.quote), None)
        inside = record is not None and not record.closed
        short = not tail.endswith(("\n", "\r")) and count < len(layout.columns) and bool(text.strip(BLANK))
    else:
        row, inside, short = after, _open_quote(tail, last_good, layout), False
    if inside:
        raise CutShort(name=layout.name, what=f"it ends inside a quoted cell that begins in row {row:,}")
    if short:
        what = f"its last row, {row:,}, has {count} of {len(layout.columns)} cells and no line break (if it is complete, add one)"
        raise CutShort(name=layout.name, what=what)


def _open_quote(tail: str, value: str, layout: Layout) -> bool:
    """Whether the last cell, read as `value`, was opened by a quotation mark that nothing closes."""
    quote = layout.quote
    if quote is None or quote not in tail:
        return False
    if not value.strip(quote):
        return (len(tail) - len(tail.rstrip(quote))) % 2 == 1
    opened = quote + value.replace(quote, quote * 2)
    if tail.removesuffix("\n").removesuffix("\r").endswith(opened + quote):
        return False
    return tail.endswith(opened) or (len(opened) > len(tail) and opened.endswith(tail))
