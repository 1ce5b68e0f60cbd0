"""The months of each account and item, with zeros where it was on sale and nothing was bought, beside its price then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.analytics.price.cells import Cells, added_up, ready
from vitalfew.analytics.price.deals import Deals, deals
from vitalfew.analytics.price.lines import Columns, read_lines
from vitalfew.analytics.price.others import levelled, medians, others_median
from vitalfew.analytics.price.units import FACTORS, with_changed_units_apart
from vitalfew.analytics.refusals import TooFew

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# A price this far from the item's usual one, half or double, is a clearance or a slip and not a move of the list.
FURTHEST = float(np.log(2.0))


@dataclass(frozen=True, slots=True)
class Panel:
    """One row for each account, item and month, sorted in this order; arrays of shape (rows,).

    `month` counts from `first_month` (months since 1970-01). `quantity` pieces bought, often 0; `orders` the days on
    which the account bought the item. `price` is the log price the market sets: the list price, else what the other
    accounts paid for the item that month. `paid` is the log price the account paid itself, what the size of a line
    saves taken out, and means nothing where it bought nothing. `group`, shape (items,), may put items together that
    share a season. `accounts` and `items` name the codes; `left_out` says what was left out, by reason.
    """

    account: Ints
    item: Ints
    month: Ints
    quantity: Floats
    orders: Floats
    price: Floats
    paid: Floats
    accounts: pa.Array
    items: pa.Array
    group: Ints | None = None
    first_month: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)

    def where(self, kept: Bools) -> Panel:
        """The rows `kept`."""
        names = ("account", "item", "month", "quantity", "orders", "price", "paid")
        return replace(self, **{name: getattr(self, name)[kept] for name in names})


def measure_panel(
    *,
    frame: Any,
    account: str = "account",
    item: str = "item",
    day: str = "day",
    quantity: str = "quantity",
    amount: str | None = "amount",
    price: str | None = None,
    list_price: str | None = None,
    group: str | None = None,
    product: str | None = None,
    factors: Sequence[float] = FACTORS,
) -> Panel:
    """The panel of a frame of sales lines; the other arguments name its columns, `price` comes before `amount`.

    A row stands for every month in which the account was a customer (from its first to its last month in the ledger)
    and the item was on sale (the same, over all accounts), for each item the account ever bought. Lines without an
    account, of no product, of nothing paid and credit notes are left out; an item whose price jumps for good by one of
    `factors` is another item from then on. Raises NotAColumn, NotFinite, NothingThere or TooFew.
    """
    columns = Columns(account, item, day, quantity, amount, price, product, list_price, group)
    return _measured(added_up(read_lines(frame, columns)), factors=factors)


def measure_panel_of(*, cells: Cells, factors: Sequence[float] = FACTORS) -> Panel:
    """The panel of lines that were added up elsewhere, as `measure_panel` makes it.

    Raises NotAlike, NothingThere, NotFinite, BelowZero, OutOfOrder or TooFew.
    """
    return _measured(ready(cells), factors=factors)


def _measured(cells: Cells, *, factors: Sequence[float]) -> Panel:
    cells, _ = with_changed_units_apart(cells, factors=factors)
    sold = deals(cells)
    panel, row = _laid_out(sold, cells)
    prices = _prices(sold, cells)
    seen = prices.of_the_month(panel)
    if cells.listed is None:
        others, rivals = others_median(group=prices.season, value=prices.value)
        seen[row] = np.where(rivals > 0, others, np.nan)
    if np.isnan(seen).all():
        raise TooFew("No item was bought by two accounts, so there is no price of others: give a list price.")
    known, filled = _carried(seen, panel.account * len(panel.items) + panel.item)
    usual = prices.usual(panel)[panel.item]
    far = known & (np.abs(filled - usual) > FURTHEST)
    left_out = {**panel.left_out, "months of a price nobody else paid": int((~known).sum())}
    left_out["months of a price far from usual"] = int(far.sum())
    return replace(panel, price=filled, left_out=left_out).where(known & ~far)


def _laid_out(sold: Deals, cells: Cells) -> tuple[Panel, Ints]:
    """The panel without prices, and the row of each deal."""
    items, month = len(cells.items), sold.month
    # Deals lie in the order of accounts and items, so a cell is a run of them.
    fresh = np.diff(sold.account * items + sold.item, prepend=-1) > 0
    cell, account, item = np.cumsum(fresh) - 1, sold.account[fresh], sold.item[fresh]
    starts = np.maximum(_least(sold.account, month)[account], _least(sold.item, month)[item])
    ends = np.minimum(-_least(sold.account, -month)[account], -_least(sold.item, -month)[item])
    length = ends - starts + 1
    begins = np.cumsum(length) - length
    row = begins[cell] + month - starts[cell]
    blank = np.zeros(int(length.sum()))

    def laid(value: Floats) -> Floats:
        column = blank.copy()
        column[row] = value
        return column

    panel = Panel(
        np.repeat(account, length),
        np.repeat(item, length),
        np.arange(blank.size) - np.repeat(begins - starts, length),
        laid(sold.quantity),
        laid(sold.orders),
        blank,
        laid(sold.log_price),
        cells.accounts,
        cells.items,
        cells.group,
        int(cells.month.min()),
        cells.left_out,
    )
    return panel, row


def _least(code: Ints, value: Ints) -> Ints:
    found = np.full(int(code.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(found, code, value)
    return found


@dataclass(frozen=True, slots=True)
class _Prices:
    """Log prices, each with the code of its item and month and how many times it counts; arrays of shape (prices,)."""

    season: Ints
    value: Floats
    lines: Ints

    def of_the_month(self, panel: Panel) -> Floats:
        """The median by item and month at each row of the panel, NaN where there is none."""
        months = int(panel.month.max()) + 1
        grid = np.full(len(panel.items) * months, np.nan)
        names, middle = medians(group=self.season, value=self.value, weight=self.lines)
        grid[names] = middle
        return np.asarray(grid[panel.item * months + panel.month])

    def usual(self, panel: Panel) -> Floats:
        """The median of each item's prices, shape (items,)."""
        found = np.zeros(len(panel.items))
        names, middle = medians(group=self.season // (int(panel.month.max()) + 1), value=self.value, weight=self.lines)
        found[names] = middle
        return found


def _prices(sold: Deals, cells: Cells) -> _Prices:
    """The list's where the ledger has one, by how many lines say so; else paid, cleared of who paid it."""
    if cells.listed is None:
        value = levelled(account=sold.account, season=sold.season, log_price=sold.log_price)
        return _Prices(sold.season, value, np.ones_like(sold.lines))
    known = ~np.isnan(cells.listed)
    return _Prices(cells.season[known], cells.listed[known], cells.lines[known])


def _carried(seen: Floats, cell: Ints) -> tuple[Bools, Floats]:
    """Prices carried on to the months after them within a cell, and back to those before the first; which rows have one."""
    missing = np.isnan(seen)
    if not missing.any():
        return ~missing, seen
    there = np.flatnonzero(~missing)
    gaps = np.flatnonzero(missing)
    place = np.searchsorted(there, gaps)
    known, filled = ~missing, np.where(missing, 0.0, seen)
    for near in (np.maximum(place - 1, 0), np.minimum(place, there.size - 1)):
        open_still = gaps[~known[gaps]]
        source = there[near[~known[gaps]]]
        same = cell[source] == cell[open_still]
        filled[open_still[same]] = seen[source[same]]
        known[open_still[same]] = True
    return known, filled
