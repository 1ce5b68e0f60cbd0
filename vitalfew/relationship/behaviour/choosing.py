"""Which accounts prices are reckoned for where a ledger is larger than that work may be: the same ones every time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

# What the work may be: sale lines to read, and rows of account, item and month to lay out.
LINES, ROWS = 8_000_000, 6_200_000
# Accounts that must be in are in up to here: what they come to stays below what the measure may bring.
MOST_ROWS = 16_000_000
# An account that alone would take more than this part of what may be looked at is in only where it must be.
MOST_OF_ONE = 0.05
_SPREADING = 2_654_435_761  # Knuth's multiplier: codes in a row come out far apart


def chosen(
    *,
    account: Ints,
    lines: Ints,
    rows: Ints,
    first: Iterable[int],
    most_lines: int = LINES,
    most_rows: int = ROWS,
) -> Ints:
    """The codes of the accounts to reckon for, rising: all of them, where they are not too many.

    Else the accounts of `first`, then in turn the heaviest and one by lot, so that the mean of the firm is not that of
    its largest customers; to those is left at least half of what may be looked at, and none may crowd out the rest.
    The lot hangs on an account's code alone. Arrays have the shape (accounts,): codes, sale lines, and the most rows
    of item and month that each may come to.
    """
    if lines.sum() <= most_lines and rows.sum() <= most_rows:
        return np.sort(account)
    must = np.isin(account, np.fromiter(first, np.int64))
    heavy, lot = (
        np.argsort(np.lexsort((account, worth))) for worth in (-lines, account * _SPREADING % 2**32)
    )  # places: the inverse of an order
    turn = np.argsort(np.minimum(2 * heavy, 2 * lot + 1))
    crowds = (lines > MOST_OF_ONE * most_lines) | (rows > MOST_OF_ONE * most_rows)
    named, others = turn[must[turn]], turn[~(must | crowds)[turn]]
    kept = np.ones(others.size, dtype=np.bool_)
    for size, most in ((lines, most_lines), (rows, most_rows)):
        kept &= np.cumsum(size[others]) <= most - min(int(size[named].sum()), most // 2)
    named = named[np.cumsum(rows[named]) <= MOST_ROWS]
    return np.sort(account[np.concatenate((named, others[kept]))])
