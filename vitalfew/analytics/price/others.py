"""What the others paid for the same item in the same month: the market's price, which no buyer's own demand moves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def medians(*, group: Ints, value: Floats) -> tuple[Ints, Floats]:
    """The groups that occur, in order, and the median of each."""
    order = np.lexsort((value, group))
    names, start, size = np.unique(group[order], return_index=True, return_counts=True)
    ranked = value[order]
    return names, (ranked[start + (size - 1) // 2] + ranked[start + size // 2]) / 2


def others_median(*, group: Ints, value: Floats) -> tuple[Floats, Ints]:
    """For each row the median of the other rows of its group, and how many they are; where none, 0.

    In a ranked group the others of the row at place j are the group with a gap at j: their place r is r before the
    gap and r + 1 from it on.
    """
    order = np.lexsort((value, group))
    _, start, inverse, size = np.unique(group[order], return_index=True, return_inverse=True, return_counts=True)
    ranked, first, others = value[order], start[inverse], size[inverse] - 1
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
