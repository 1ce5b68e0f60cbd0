"""What accounts paid, added up by account, item, month and size of line: all that work on prices needs of sales lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.analytics import refusals
from vitalfew.analytics.price.lines import Lines

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Quantities at which breaks are customary: dozens, tens and their multiples.
EDGES = np.array(
    [2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 24, 30, 36, 40, 48, 50, 60, 72, 96, 100, 144, 200, 250, 500, 1000]
)
BINS = EDGES.size + 1
_ROWS = ("account", "item", "month", "size", "lines", "orders", "quantity", "spend", "log_price", "scatter")


@dataclass(frozen=True, slots=True)
class Cells:
    """Sales of products at a price: one row for each account, item, month and size; arrays of shape (cells,), in any order.

    `account` and `item` are codes from 0, named by `accounts` and `items`; `month` counts from 1970-01. `size`, 0 to
    26, is the class that the largest line of the item on the day falls into: how many of EDGES its pieces reach. `lines`
    and `orders` (days) are counts, `quantity` and `spend` sums. `log_price` is the mean over the lines of the log of the
    price of a piece, `scatter` the sum of squares around it. `listed` is the mean log of the list price, NaN where there
    is none. `group`, shape (items,), holds codes of what items are kinds of. `left_out` says how many lines were left
    out, by reason.
    """

    account: Ints
    item: Ints
    month: Ints
    size: Ints
    lines: Ints
    orders: Ints
    quantity: Floats
    spend: Floats
    log_price: Floats
    scatter: Floats
    accounts: pa.Array
    items: pa.Array
    listed: Floats | None = None
    group: Ints | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def months(self) -> int:
        """How many months there are from the first to the last."""
        return int(np.ptp(self.month)) + 1

    @property
    def season(self) -> Ints:
        """A code of item and month for each cell."""
        return np.asarray(self.item * self.months + self.month - int(self.month.min()))


def ready(cells: Cells) -> Cells:
    """The cells in the order of their keys. Raises NotAlike, NothingThere, NotFinite, BelowZero or OutOfOrder."""
    rows = {name: getattr(cells, name) for name in _ROWS}
    refusals.same_length(**rows, **({} if cells.listed is None else {"listed": cells.listed}))
    refusals.finite(**{name: rows[name] for name in ("quantity", "spend", "log_price", "scatter")})
    refusals.not_below_zero(account=cells.account, item=cells.item, scatter=cells.scatter)
    refusals.above_zero(**{name: rows[name] for name in ("lines", "orders", "quantity", "spend")})
    if cells.listed is not None and np.isinf(cells.listed).any():
        raise refusals.NotFinite("listed must be NaN where there is no list price, and a number elsewhere.")
    for name, names in (("account", cells.accounts), ("item", cells.items)):
        refusals.in_order(rows[name] >= len(names), f"Every code of {name} must be one of the {len(names)} names")
    refusals.in_order((cells.size < 0) | (cells.size >= BINS), f"Every size must be a class from 0 to {BINS - 1}")
    key = (cells.account * len(cells.items) * cells.months + cells.season) * BINS + cells.size
    if (np.diff(key) > 0).all():
        return cells
    order = np.argsort(key)
    refusals.in_order(np.diff(key[order]) == 0, "An account, item, month and size must stand in one row")
    listed = None if cells.listed is None else cells.listed[order]
    return replace(cells, listed=listed, **{name: value[order] for name, value in rows.items()})


def added_up(lines: Lines) -> Cells:
    """Lines added up, first by day, since a day's largest line of an item tells its size."""
    items, log = len(lines.items), np.log(lines.price)
    span, first = int(np.ptp(lines.day)) + 1, int(lines.day.min())
    days, row = np.unique((lines.account * items + lines.item) * span + lines.day - first, return_inverse=True)
    largest = np.zeros(days.size)
    np.maximum.at(largest, row, lines.quantity)
    month = (days % span + first).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    months = int(np.ptp(month)) + 1
    keys = ((days // span) * months + month - int(month.min())) * BINS + np.searchsorted(EDGES, largest, side="right")
    names, cell = np.unique(keys, return_inverse=True)
    pair, at = np.divmod(names // BINS, months)
    of_line = cell[row]
    count = np.bincount(of_line)
    mean = np.bincount(of_line, log) / count
    return Cells(
        account=pair // items,
        item=pair % items,
        month=at + int(month.min()),
        size=names % BINS,
        lines=count,
        orders=np.bincount(cell),
        quantity=np.bincount(of_line, lines.quantity),
        spend=np.bincount(of_line, lines.quantity * lines.price),
        log_price=mean,
        scatter=np.bincount(of_line, (log - mean[of_line]) ** 2),
        accounts=lines.accounts,
        items=lines.items,
        listed=_listed(lines, of_line, count.size),
        group=_group(lines),
        left_out=lines.left_out,
    )


def _listed(lines: Lines, of_line: Ints, cells: int) -> Floats | None:
    if lines.listed is None:
        return None
    known = lines.listed > 0
    count = np.bincount(of_line[known], minlength=cells)
    total = np.bincount(of_line[known], np.log(lines.listed[known]), minlength=cells)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _group(lines: Lines) -> Ints | None:
    if lines.group is None:
        return None
    found = np.zeros(len(lines.items), dtype=np.int64)
    found[lines.item] = lines.group
    return found
