"""What reading a file gives: a table that streams blocks of text cells, and the rows that are no rows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

CODED = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that does not fit the table: its number, the cell where it goes wrong, and its first 200 characters.

    `reason` is one of too-many-cells, too-few-cells, unclosed-quote.
    """

    row: int
    cell: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """`rows` (int64, n): 1-based row numbers, records as a spreadsheet numbers them, rising; the header row counts.

    `cells`: column name -> dictionary<int32, string> of n raw texts, None for empty.
    `bad`: rows that do not fit, in order. `blank`: completely empty rows that were skipped.
    """

    rows: NDArray[np.int64]
    cells: dict[str, Any]
    bad: tuple[BadRow, ...]
    blank: int


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the file is written; None where the kind of file has no such thing."""

    delimiter: str | None = None
    quote: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    date_1904: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file. Reading it again gives the same blocks.

    `kind`: csv, excel or parquet. `header_row`: 1-based row of the (lower) header, 0 where a file has none (Parquet,
    whose first row is row 1). `header_rows`: 2 for a two-row header. `above`: title rows set aside above the header,
    blank ones not counted. `letters`: the spreadsheet letter of each column. `notes`: sentences for the report.
    Blocks raise refusals too: some damage is only found at the end of a file.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    letters: tuple[str, ...]
    header_row: int
    header_rows: int
    above: int
    dialect: Dialect
    notes: tuple[str, ...]
    stream: Callable[[], Iterator[Block]] = field(repr=False, compare=False)

    def blocks(self) -> Iterator[Block]:
        """Every row of the file, from the start, in order."""
        return self.stream()

    def sample(self, n: int = 20_000) -> Block:
        """The first `n` good rows as one block, and the bad rows among them.

        `blank` counts the blank rows of the blocks that were read for it.
        """
        taken: list[Block] = []
        for block in self.blocks():
            taken.append(block)
            if sum(len(each.rows) for each in taken) >= n:
                break
        return first_rows(joined(taken, columns=self.columns), n=n)


def joined(blocks: Sequence[Block], *, columns: Sequence[str]) -> Block:
    """The rows of `blocks`, one after the other, as one block."""
    if len(blocks) == 1:
        return blocks[0]
    return Block(
        rows=np.concatenate([block.rows for block in blocks] or [np.empty(0, np.int64)]),
        cells={name: concatenated([block.cells[name] for block in blocks]) for name in columns},
        bad=tuple(bad for block in blocks for bad in block.bad),
        blank=sum(block.blank for block in blocks),
    )


def first_rows(block: Block, *, n: int) -> Block:
    """The first `n` rows of a block, and the bad rows that stand before the last of them."""
    if len(block.rows) <= n:
        return block
    last = int(block.rows[n - 1]) if n else 0
    return Block(
        rows=block.rows[:n],
        cells={name: column.slice(0, n) for name, column in block.cells.items()},
        bad=tuple(bad for bad in block.bad if bad.row <= last),
        blank=block.blank,
    )


def concatenated(columns: Sequence[Any]) -> Any:
    """Dictionary columns end to end, under one dictionary."""
    if not columns:
        return pa.array([], CODED)
    merged = pa.chunked_array(columns, type=CODED).unify_dictionaries().combine_chunks()
    return merged if isinstance(merged, pa.Array) else merged.chunk(0)


def coded(texts: Sequence[str | None]) -> Any:
    """Texts as a dictionary column."""
    return pa.array(texts, pa.string()).dictionary_encode()
