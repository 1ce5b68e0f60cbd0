"""What the others paid for the same item in the same month: the market's price, which no buyer's own demand moves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _ranked(group: Ints, value: Floats) -> Ints:
    """Rows in the order of group, then value. Sorting whole numbers takes a quarter of the time of np.lexsort."""
    by_value = np.argsort(value)
    keys = np.sort(group[by_value] * value.size + np.arange(value.size))
    return np.asarray(by_value[keys % value.size])


def medians(*, group: Ints, value: Floats, weight: Ints | None = None) -> tuple[Ints, Floats]:
    """The groups that occur, in order, and the median of each; `weight` says how many times a value counts."""
    order = _ranked(group, value)
    ranked, behind = value[order], group[order]
    last = np.flatnonzero(np.diff(behind, append=behind[-1:] + 1))
    # Up to each row so many values have been passed: places are counted over all groups.
    passed = np.arange(1, order.size + 1) if weight is None else np.cumsum(weight[order])
    ends = passed[last]
    begins = np.concatenate(([0], ends[:-1]))
    low, high = begins + (ends - begins - 1) // 2, begins + (ends - begins) // 2
    if weight is not None:
        low, high = (np.searchsorted(passed, one, side="right") for one in (low, high))
    return behind[last], (ranked[low] + ranked[high]) / 2


def others_median(*, group: Ints, value: Floats) -> tuple[Floats, Ints]:
    """For each row the median of the other rows of its group, and how many they are; where none, 0.

    In a ranked group the others of the row at place j are the group with a gap at j: their place r is r before the
    gap and r + 1 from it on.
    """
    order = _ranked(group, value)
    ranked, behind = value[order], group[order]
    start = np.flatnonzero(np.diff(behind, prepend=behind[:1] - 1))
    size = np.diff(start, append=order.size)
    first, others = np.repeat(start, size), np.repeat(size - 1, size)
    place = np.arange(order.size) - first

    def other(rank: Ints) -> Floats:
        at = first + rank + (rank >= place)
        return np.asarray(ranked[np.minimum(at, order.size - 1)], dtype=np.float64)

    middle = np.where(others > 0, (other((others - 1) // 2) + other(others // 2)) / 2, 0.0)
    found, count = np.empty_like(middle), np.empty_like(others)
    found[order], count[order] = middle, others
    return found, count


def market_price(*, account: Ints, item: Ints, month: Ints, log_price: Floats) -> tuple[Floats, Ints]:
    """The log price of the market at each row and how many others it is from; all arrays have the shape (rows,).

    It is the median over the other accounts that bought the item that month, what each of them pays more or less on
    all it buys taken out first, so that the market does not move with who happens to buy. Where nobody else bought it
    that month the price is 0 and the count 0: leave such rows out.
    """
    season = (item - int(item.min())) * (int(np.ptp(month)) + 1) + month - int(month.min())
    seasons = int(season.max()) + 1
    keys, row = np.unique(account * seasons + season, return_inverse=True)
    mean = np.bincount(row, log_price) / np.bincount(row)
    bought = keys % seasons
    others, count = others_median(group=bought, value=levelled(account=keys // seasons, season=bought, log_price=mean))
    return others[row], count[row]


def levelled(*, account: Ints, season: Ints, log_price: Floats) -> Floats:
    """Log prices less each account's usual distance, a median, from the middle price of its items and months."""
    names, middle = medians(group=season, value=log_price)
    gap = log_price - middle[np.searchsorted(names, season)]
    accounts, usual = medians(group=account, value=gap)
    return np.asarray(log_price - usual[np.searchsorted(accounts, account)])
