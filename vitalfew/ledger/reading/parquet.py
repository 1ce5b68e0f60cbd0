"""Opens Parquet files and streams their rows as text, whatever the types of their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vitalfew.ledger.reading.fitting import LOOK, blank_rows, large_cell, too_large
from vitalfew.ledger.reading.header import HeaderOnly, TooManyColumns, column_names, letters_of
from vitalfew.ledger.reading.inflating import CutShort
from vitalfew.ledger.reading.letters import letter
from vitalfew.ledger.reading.limits import Limits
from vitalfew.ledger.reading.refusal import Damaged
from vitalfew.ledger.reading.table import Block, Dialect, Table, coded
from vitalfew.ledger.reading.texts import text_of

_BROKEN = (pa.ArrowException, OSError, OverflowError)


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    name: str
    columns: tuple[str, ...]
    limits: Limits


def open_parquet(*, path: Path, name: str, limits: Limits, notes: tuple[str, ...] = ()) -> Table:
    """The table of a Parquet file; its first row is row 1, for it has no header row."""
    _refuse_cut(path, name)
    try:
        with pq.ParquetFile(path) as file:
            schema, count = file.schema_arrow, file.metadata.num_rows
    except _BROKEN as error:
        raise Damaged(name=name, what="its description at the end cannot be read") from error
    if len(schema) > limits.columns:
        raise TooManyColumns(name=name, count=f"{len(schema):,}", most=f"{limits.columns:,}")
    if not count or not len(schema):
        raise HeaderOnly(name=name)
    letters = letters_of(len(schema))
    columns, renamed = column_names(schema.names, letters=letters)
    zones = [f"{column} ({field.type.tz})" for column, field in zip(columns, schema, strict=True) if _zoned(field.type)]
    told = (f"Times are taken as the clock showed them in their time zone: {', '.join(zones)}.",) if zones else ()
    return Table(
        name=name,
        kind="parquet",
        columns=columns,
        letters=letters,
        header_row=0,
        header_rows=0,
        above=0,
        dialect=Dialect(),
        notes=(*notes, *told, *renamed),
        stream=partial(_streamed, _Source(path, name, columns, limits)),
    )


def _refuse_cut(path: Path, name: str) -> None:
    with path.open("rb") as file:
        file.seek(0, 2)
        size = file.tell()
        file.seek(max(0, size - 4))
        if size < 12 or file.read() != b"PAR1":
            raise CutShort(name=name, what="a Parquet file ends with its description, and this one does not")


def _zoned(kind: Any) -> bool:
    return bool(pa.types.is_timestamp(kind)) and kind.tz is not None


def _streamed(source: _Source) -> Iterator[Block]:
    at, good = 0, False
    try:
        with pq.ParquetFile(source.path, pre_buffer=False) as file:
            for batch in file.iter_batches(batch_size=source.limits.block_rows, use_threads=False):
                block = _block(batch, at, source)
                at += batch.num_rows
                good = good or bool(len(block.rows))
                yield block
    except _BROKEN as error:
        raise Damaged(name=source.name, what=f"its rows after {at:,} cannot be read") from error
    if not good:
        raise HeaderOnly(name=source.name)


def _block(batch: Any, at: int, source: _Source) -> Block:
    columns = [as_text(column) for column in batch.columns]
    numbers = np.arange(at + 1, at + 1 + batch.num_rows, dtype=np.int64)
    if large := large_cell(columns, numbers, source.limits):
        row, place = large
        raise too_large(name=source.name, row=row, column=letter(place), limits=source.limits, remedy=LOOK)
    blank = blank_rows(columns)
    if blank.any():
        columns = [column.filter(pa.array(~blank)) for column in columns]
        numbers = numbers[~blank]
    return Block(numbers, dict(zip(source.columns, columns, strict=True)), (), int(blank.sum()))


def as_text(column: Any) -> Any:
    """A column of any type as dictionary<int32, string>: each distinct value is written once."""
    kind = column.type
    if pa.types.is_nested(kind):
        return coded([text_of(value) for value in column.to_pylist()])
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        # Python's datetime stops at microseconds; no invoice is dated more finely.
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    if pa.types.is_time64(kind) or pa.types.is_duration(kind):
        column = column.cast(pa.duration("us") if pa.types.is_duration(kind) else pa.time64("us"), safe=False)
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    texts = pa.array([text_of(value) for value in column.dictionary.to_pylist()], pa.string())
    return texts.take(column.indices).dictionary_encode()
