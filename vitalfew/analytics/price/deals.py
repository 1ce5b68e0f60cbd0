"""What each account paid for each item in each month, added up from its lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.price.lines import Lines
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


def deals(lines: Lines) -> Deals:
    """Lines added up."""
    first, months, items = int(lines.month.min()), int(np.ptp(lines.month)) + 1, int(lines.item.max()) + 1
    keys, row = np.unique((lines.account * items + lines.item) * months + (lines.month - first), return_inverse=True)
    account, season = np.divmod(keys, items * months)
    item, month = np.divmod(season, months)
    count = np.bincount(row)
    log_price = np.bincount(row, np.log(lines.price) - size_effects(lines)) / count
    span = int(np.ptp(lines.day)) + 1
    days = np.sort(row * span + (lines.day - int(lines.day.min())))
    days = days[np.diff(days, prepend=-1) > 0] // span
    return Deals(
        account,
        item,
        month,
        season,
        log_price,
        np.bincount(row, lines.quantity),
        np.bincount(row, lines.quantity * lines.price),
        count,
        np.bincount(days, minlength=count.size).astype(np.float64),
    )
