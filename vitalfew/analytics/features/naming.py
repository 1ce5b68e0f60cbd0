"""Names of accounts and items as whole numbers in the order of the names, so that no result hangs on the order of lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vitalfew.analytics.frames import Ints
from vitalfew.analytics.refusals import NotAColumn


@dataclass(frozen=True, slots=True)
class Coded:
    """Names as numbers: `code` shape (rows,) points into `name`, -1 where a row names nobody."""

    code: NDArray[np.int32]
    name: pa.Array


def coded(table: pa.Table, column: str) -> Coded:
    """The column as codes into its names as they come; -1 where a line names nobody: null, NaN or an empty text.

    A column that its frame keeps as categories is taken as it is. Raises NotAColumn.
    """
    if column not in table.column_names:
        raise NotAColumn(f"The table has no column {column}; it has {', '.join(table.column_names)}.")
    whole = _encoded(table.column(column))
    code = whole.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
    missing = _missing(whole.dictionary)
    if missing.size:
        code = np.where(np.isin(code, missing), -1, code)
    return Coded(code, whole.dictionary)


def sorted_by_name(found: Coded) -> Coded:
    """Codes made anew: only the names that occur, in ascending order; -1 stays -1."""
    used = np.flatnonzero(_seen(found))
    order = used[pc.sort_indices(found.name.take(pa.array(used))).to_numpy()]
    if np.array_equal(order, np.arange(len(found.name))):
        return found
    rank = np.full(len(found.name) + 1, -1, dtype=np.int32)  # the code -1 reads the last place
    rank[order] = np.arange(order.size)
    return Coded(rank[found.code], found.name.take(pa.array(order)))


def _seen(found: Coded) -> NDArray[np.bool_]:
    """Which names occur, shape (names,)."""
    seen = np.zeros(len(found.name) + 1, dtype=np.bool_)  # the code -1 marks the last place
    seen[found.code] = True
    return seen[:-1]


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    if not pa.types.is_dictionary(column.type):
        return pc.dictionary_encode(_plain(column)).combine_chunks()
    chunks = [pa.DictionaryArray.from_arrays(chunk.indices, _plain(chunk.dictionary)) for chunk in column.chunks]
    whole = pa.chunked_array(chunks).unify_dictionaries().combine_chunks()
    if pc.count_distinct(whole.dictionary, mode="all").as_py() == len(whole.dictionary):
        return whole
    return whole.dictionary.take(whole.indices).dictionary_encode()


def _plain(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Views of texts, for which Arrow has few kernels, as texts."""
    return values.cast(pa.large_string()) if pa.types.is_string_view(values.type) else values


def _missing(names: pa.Array) -> Ints:
    missing = pc.is_null(names, nan_is_null=pa.types.is_floating(names.type))
    if pa.types.is_string(names.type) or pa.types.is_large_string(names.type):
        missing = pc.or_kleene(missing, pc.equal(names, ""))
    return np.flatnonzero(missing.to_numpy(zero_copy_only=False))
