"""Names of accounts and items as whole numbers in the order of the names, so that no result hangs on the order of lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vitalfew.analytics.refusals import NotAColumn


@dataclass(frozen=True, slots=True)
class Coded:
    """Names as numbers: `code` shape (rows,) points into `name`, which ascends, and is -1 where a row names nobody."""

    code: NDArray[np.int32]
    name: pa.Array


def coded(table: pa.Table, column: str) -> Coded:
    """The column as codes into its names; -1 where a line names nobody: null, NaN or an empty text.

    Of a column that its frame keeps as categories only the categories are looked at. Raises NotAColumn.
    """
    if column not in table.column_names:
        raise NotAColumn(f"The table has no column {column}; it has {', '.join(table.column_names)}.")
    found = table.column(column)
    if not pa.types.is_dictionary(found.type):
        found = pc.dictionary_encode(_plain(found))
    name = _names([_plain(chunk.dictionary) for chunk in found.chunks], found.type.value_type)
    code, row = np.empty(len(found), dtype=np.int32), 0
    for chunk in found.chunks:
        place = pc.index_in(_plain(chunk.dictionary), value_set=name).fill_null(-1).to_numpy(zero_copy_only=False)
        rank = np.append(place, np.int32(-1))  # the code -1 reads the last place
        code[row : row + len(chunk)] = rank[chunk.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)]
        row += len(chunk)
    return Coded(code, name)


def occurring(found: Coded) -> Coded:
    """Codes made anew, into the names that occur alone; -1 stays -1."""
    seen = np.zeros(len(found.name) + 1, dtype=np.bool_)  # the code -1 marks and reads the last place
    seen[found.code] = True
    if seen[:-1].all():
        return found
    seen[-1] = False
    rank = np.where(seen, np.cumsum(seen, dtype=np.int32) - 1, np.int32(-1))
    return Coded(rank[found.code], found.name.filter(pa.array(seen[:-1])))


def _names(parts: list[pa.Array], kind: pa.DataType) -> pa.Array:
    """All names once, in ascending order."""
    if not parts:
        return pa.array([], kind)
    names = pc.unique(pa.concat_arrays(parts))
    missing = pc.is_null(names, nan_is_null=pa.types.is_floating(names.type))
    if pa.types.is_string(names.type) or pa.types.is_large_string(names.type):
        missing = pc.or_kleene(missing, pc.equal(names, ""))
    names = names.filter(pc.invert(missing.fill_null(True)))
    return names.take(pc.sort_indices(names))


def _plain(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Views of texts, for which Arrow has few kernels, as texts."""
    return values.cast(pa.large_string()) if pa.types.is_string_view(values.type) else values
