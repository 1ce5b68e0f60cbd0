"""What each account paid for each item in each month, whatever the size of the lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.price.cells import Cells
from vitalfew.analytics.price.sizes import size_effects

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Deals:
    """One row for each account, item and month with a sale, in this order; arrays of shape (deals,).

    `month` counts from the first month sold; `season` is a code of item and month. `log_price` is the mean log price of
    a piece, what the size of a line saves taken out; `quantity`, `spend`, `lines` are sums, `orders` counts days.
    """

    account: Ints
    item: Ints
    month: Ints
    season: Ints
    log_price: Floats
    quantity: Floats
    spend: Floats
    lines: Ints
    orders: Floats


def deals(cells: Cells) -> Deals:
    """Cells, in the order of their keys, added up over sizes."""
    season = cells.season
    starts = np.flatnonzero((np.diff(season, prepend=-1) != 0) | (np.diff(cells.account, prepend=-1) != 0))
    lines = np.add.reduceat(cells.lines, starts)
    told = np.add.reduceat(cells.lines * (cells.log_price - size_effects(cells)), starts)
    return Deals(
        cells.account[starts],
        cells.item[starts],
        cells.month[starts] - int(cells.month.min()),
        season[starts],
        told / lines,
        np.add.reduceat(cells.quantity, starts),
        np.add.reduceat(cells.spend, starts),
        lines,
        np.add.reduceat(cells.orders, starts).astype(np.float64),
    )
