"""Why an item is offered: which of the account's own items speak for it, and how many accounts like it bought it."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.recommend.ease import Singles
from vitalfew.analytics.recommend.view import View

MOST_REASONS = 3
_SLAB = 256


def own_items(seen: View, account: Ints, item: Ints) -> tuple[Ints, Floats]:
    """The three own items with the largest weight × count for each offer, and their shares of all that speak for it.

    Codes and shares, both shape (offers, 3); -1 and 0 where fewer speak for it.
    """
    because = np.full((account.size, MOST_REASONS), -1, dtype=np.int64)
    share = np.zeros((account.size, MOST_REASONS))
    offered = np.unique(item)
    for at in range(0, offered.size, _SLAB):
        some = offered[at : at + _SLAB]
        weight = seen.ease.columns(some)
        here = np.flatnonzero((item >= some[0]) & (item <= some[-1]) & (np.diff(seen.counts.indptr)[account] > 0))
        mine = seen.counts[account[here]]
        row = np.repeat(np.arange(here.size), np.diff(mine.indptr))
        pull = np.maximum(weight[mine.indices, np.searchsorted(some, item[here])[row]] * mine.data, 0)
        because[here], share[here] = _largest(pull, row, mine.indptr[:-1], mine.indices)
    return because, share


def _largest(pull: Singles, row: Ints, start: Ints, owned: Ints) -> tuple[Ints, Floats]:
    """The largest pulls of each row, one after the other; a row begins at `start` and is never empty."""
    whole = np.maximum(np.add.reduceat(pull, start), 1e-30) if start.size else pull
    because, share = np.full((start.size, MOST_REASONS), -1), np.zeros((start.size, MOST_REASONS))
    for place in range(MOST_REASONS if start.size else 0):
        most = np.maximum.reduceat(pull, start)
        equal = np.flatnonzero((pull == most[row]) & (pull > 0))
        of, first = np.unique(row[equal], return_index=True)
        because[of, place], share[of, place] = owned[equal[first]], most[of] / whole[of]
        pull[equal[first]] = 0
    return because, share


def buyers_among(alike: csr_array, has: csr_array, row: Ints, item: Ints) -> tuple[Ints, Ints]:
    """For each offer, how many of the nearest accounts of its `row` bought the `item`, and how many they are."""
    near = csr_array((np.ones_like(alike.data), alike.indices, alike.indptr), shape=alike.shape)
    bought = (near @ has).toarray()[row, item]
    return np.rint(bought).astype(np.int64), np.diff(near.indptr)[row].astype(np.int64)
