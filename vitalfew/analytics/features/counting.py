"""Rows put in order of a whole-number key by counting, which is linear in the rows: no comparison sort of a ledger."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Whole = NDArray[Any]

# Two keys are sorted as one while their pairs are no more than this for each row.
CELLS = 4


def by(key: Whole, size: int) -> Whole:
    """The rows in the order of `key` (whole numbers from 0 below `size`), equal keys as they came; shape (rows,)."""
    rows = key.size
    # A matrix with one entry a row, read by columns, is a counting sort; scipy does it in C, in two sweeps.
    whole = np.int32 if rows < 2**31 - 1 else np.int64
    entries = csr_array((np.empty(rows, np.int8), key, np.arange(rows + 1, dtype=whole)), shape=(rows, size))
    return np.asarray(entries.tocsc().indices)


def by_two(first: Whole, firsts: int, second: Whole, seconds: int) -> Whole:
    """The rows in the order of `first`, and of `second` where that is equal, and else as they came; shape (rows,)."""
    if firsts * seconds <= CELLS * first.size:
        return by(first * np.int64(seconds) + second, firsts * seconds)
    order = by(second, seconds)
    return np.asarray(order[by(first[order], firsts)])


def starts(*keys: Whole) -> Whole:
    """Where a new run of equal keys begins, in rows that lie in order of them; shape (runs,)."""
    new = np.zeros(keys[0].size, dtype=np.bool_)
    new[:1] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new)
