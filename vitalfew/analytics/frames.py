"""Tables of a notebook as arrays and back: polars, pandas, Arrow, or anything that hands itself over as Arrow."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vitalfew.analytics.refusals import NotAColumn, NotFinite

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of names as numbers: `code` shape (rows,) points into `name`, names in the order of first appearance."""

    code: Ints
    name: pa.Array


def table(frame: Any) -> pa.Table:
    """Any frame as an Arrow table, without copying where the frame is Arrow inside. Raises NotAColumn."""
    if isinstance(frame, pa.Table):
        return frame
    if isinstance(frame, dict):
        return pa.table(frame)
    if not hasattr(frame, "__arrow_c_stream__"):
        raise NotAColumn(
            f"A {type(frame).__name__} is no table: give a polars or pandas frame, an Arrow table or a dict of arrays."
        )
    return pa.table(frame)


def numbers(source: pa.Table, name: str) -> Floats:
    """A column as float64, shape (rows,). Raises NotAColumn, or NotFinite for nulls, NaN and infinities."""
    column = _column(source, name)
    try:
        values = pc.cast(column, pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise NotAColumn(f"The column {name} holds {column.type}, and numbers are needed.") from error
    array: Floats = _without_nulls(values, name)
    if not np.isfinite(array).all():
        row = int(np.flatnonzero(~np.isfinite(array))[0])
        raise NotFinite(f"The column {name} holds a number that is missing or infinite, first in row {row}.")
    return array


def days(source: pa.Table, name: str) -> Ints:
    """A column of dates or moments as days since 1970-01-01, shape (rows,); integers are taken as days already.

    Raises NotAColumn, or NotFinite for nulls.
    """
    column = _column(source, name)
    if pa.types.is_integer(column.type):
        return _without_nulls(pc.cast(column, pa.int64()), name).astype(np.int64)
    if not (pa.types.is_date(column.type) or pa.types.is_timestamp(column.type)):
        raise NotAColumn(f"The column {name} holds {column.type}, and dates are needed: parse them first.")
    whole = (
        pc.cast(pc.floor_temporal(column, unit="day"), pa.date32()) if pa.types.is_timestamp(column.type) else column
    )
    return _without_nulls(pc.cast(pc.cast(whole, pa.date32()), pa.int32()), name).astype(np.int64)


def coded(source: pa.Table, name: str) -> Coded:
    """A column of names or numbers of things as codes. Raises NotAColumn, or NotFinite where a name is missing."""
    column = _column(source, name)
    if column.null_count:
        row = pc.index(pc.is_null(column), True).as_py()
        raise NotFinite(f"The column {name} is empty, first in row {row}: leave such rows out or name them.")
    plain = pa.chunked_array(
        [_plain(chunk) for chunk in column.chunks], type=None if column.num_chunks else pa.string()
    )
    whole = pc.dictionary_encode(plain.combine_chunks())
    return Coded(whole.indices.to_numpy(zero_copy_only=False).astype(np.int64), whole.dictionary)


def _plain(chunk: pa.Array) -> pa.Array:
    """The values of a chunk whose frame keeps them as categories or as views, for which Arrow has few kernels."""
    if pa.types.is_dictionary(chunk.type):
        return _plain(chunk.dictionary).take(chunk.indices)
    return chunk.cast(pa.large_string()) if pa.types.is_string_view(chunk.type) else chunk


def told(result: object, **names: pa.Array) -> pa.Table:
    """A frozen result as an Arrow table: `names` first, then each of its one-dimensional arrays of the same length.

    `polars.from_arrow(told(result, account=names))` is a frame again. Raises NotAColumn where no array fits.
    """
    if not is_dataclass(result):
        raise NotAColumn(f"A {type(result).__name__} is no result of this arithmetic.")
    arrays = {one.name: getattr(result, one.name) for one in fields(result)}
    flat = {name: array for name, array in arrays.items() if isinstance(array, np.ndarray) and array.ndim == 1}
    length = len(next(iter(names.values()))) if names else max((len(array) for array in flat.values()), default=0)
    kept = {name: array for name, array in flat.items() if len(array) == length}
    if not kept:
        raise NotAColumn(f"A {type(result).__name__} has no array of {length} rows.")
    return pa.table({**names, **{name: array for name, array in kept.items() if name not in names}})


def _column(source: pa.Table, name: str) -> pa.ChunkedArray:
    if name not in source.column_names:
        raise NotAColumn(f"The table has no column {name}; it has {', '.join(source.column_names)}.")
    return source.column(name)


def _without_nulls(column: pa.ChunkedArray, name: str) -> NDArray[Any]:
    if column.null_count:
        row = pc.index(pc.is_null(column), True).as_py()
        raise NotFinite(f"The column {name} is empty, first in row {row}: leave such rows out or fill them.")
    array: NDArray[Any] = column.to_numpy()
    return array
