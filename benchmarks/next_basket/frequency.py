"""The baselines of next-basket papers: what the account buys most often, ties left to chance or to what all buy most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.recommend import Purchases

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def p_top(known: Purchases, who: Ints) -> Floats:
    """Plain counts of purchase days, shape (who, items); equals are shuffled, by the same seed every time."""
    luck = np.random.default_rng(0).random((who.size, known.shape[1]))
    return _counts(known, who) + 1e-3 * luck


def _counts(known: Purchases, who: Ints) -> Floats:
    counts: Floats = known.counts()[who].toarray().astype(np.float64)
    return counts


def p_top_latest(known: Purchases, who: Ints) -> Floats:
    """Plain counts, equals by the latest purchase."""
    start = known.starts()
    last = np.zeros(known.shape)
    stop = np.r_[start[1:], known.day.size] - 1
    last[known.account[start], known.item[start]] = known.day[stop]
    return _counts(known, who) + 1e-6 * last[who]


def gp_top(known: Purchases, who: Ints) -> Floats:
    """Plain counts, equals (and items never bought) by how often all accounts bought the item."""
    everybody = np.bincount(known.item, minlength=known.shape[1])
    return _counts(known, who) + everybody / (everybody.sum() + 1)


def decayed(known: Purchases, who: Ints, *, half_life: float = 90.0) -> Floats:
    """Counts in which a purchase of `half_life` days ago is half a purchase."""
    counts: Floats = known.counts(half_life=half_life)[who].toarray().astype(np.float64)
    return counts
