"""Columns of a frame with gaps, as lists of firms have them: what is known, and NaN or -1 where nothing is."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vitalfew.analytics import frames
from vitalfew.analytics.frames import Floats, Ints

Bools = NDArray[np.bool_]


def quantities(source: pa.Table, name: str) -> Floats:
    """A column as float64 with NaN in its gaps. Raises NotAColumn, or NotFinite for an infinite number."""
    known = _known(source, name)
    values = np.full(known.size, np.nan)
    values[known] = frames.numbers(_rows(source, name, known), name)
    return values


def words(source: pa.Table, name: str) -> tuple[Ints, list[str]]:
    """A column as codes into its words, stripped of blanks around them; -1 in gaps and where only blanks stand.

    Raises NotAColumn.
    """
    known = _known(source, name)
    found = frames.coded(_rows(source, name, known), name)
    stripped = [str(word).strip() for word in found.name.to_pylist()]
    distinct = sorted(set(stripped) - {""})
    place = {word: code for code, word in enumerate(distinct)}
    codes = np.full(known.size, -1)
    codes[known] = np.array([place.get(word, -1) for word in stripped], dtype=np.int64)[found.code]
    return codes, distinct


def _known(source: pa.Table, name: str) -> Bools:
    if name not in source.column_names:
        frames.numbers(source, name)  # says which columns there are
    known: Bools = ~pc.is_null(source.column(name), nan_is_null=True).to_numpy().astype(bool)
    return known


def _rows(source: pa.Table, name: str, known: Bools) -> pa.Table:
    column = source.column(name)
    # Arrow cannot pick rows of the views that some frames keep their words in.
    plain = column.cast(pa.large_string()) if pa.types.is_string_view(column.type) else column
    return pa.table({name: plain}).filter(pa.array(known))
