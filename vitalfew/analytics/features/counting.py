"""Rows put in order of a whole-number key by counting, which is linear in the rows: no comparison sort of a ledger."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Whole = NDArray[Any]

# Lines are gone through in blocks that stay in the processor's cache.
BLOCK = 1 << 16
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


def places(key: Whole, free: Whole) -> Whole:
    """Where each row goes so that rows of one key lie together as they came, shape (rows,).

    `free` holds the next place of each key and is moved on, so that the next block of rows follows this one.
    """
    order, place = by(key, free.size), np.empty(key.size, dtype=np.int64)
    key = key[order]
    first = starts(key)
    of, count = key[first], np.diff(first, append=key.size)
    place[order] = np.arange(key.size) + np.repeat(free[of] - first, count)
    free[of] += count
    return place


def starts(*keys: Whole) -> Whole:
    """Where a new run of equal keys begins, in rows that lie in order of them; shape (runs,)."""
    new = np.zeros(keys[0].size, dtype=np.bool_)
    new[:1] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new)


def blocks(start: Whole) -> Iterator[tuple[int, int]]:
    """Groups `one` to `other` whose rows, `start[one]` to `start[other]`, fill a block; a group is never cut."""
    wanted = np.searchsorted(start, np.arange(0, start[-1], BLOCK))
    for one, other in pairwise(np.unique(np.append(wanted, start.size - 1)).tolist()):
        if start[other] > start[one]:
            yield one, other
