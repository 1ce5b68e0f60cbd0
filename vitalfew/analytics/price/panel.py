"""The months of each account and item, with zeros where it was on sale and nothing was bought, beside its price then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.analytics.price.deals import Deals, deals
from vitalfew.analytics.price.lines import Columns, Lines, read_lines
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
    lines, _ = with_changed_units_apart(read_lines(frame, columns), factors=factors)
    sold = deals(lines)
    panel, row = _laid_out(sold, lines)
    season, value = _prices(sold, lines)
    seen = _of_the_month(panel, season, value)
    if lines.listed is None:
        others, rivals = others_median(group=season, value=value)
        seen[row] = np.where(rivals > 0, others, np.nan)
    if np.isnan(seen).all():
        raise TooFew("No item was bought by two accounts, so there is no price of others: give a list price.")
    known, filled = _carried(seen, panel.account * len(panel.items) + panel.item)
    usual = _usual(panel, season, value)[panel.item]
    far = known & (np.abs(filled - usual) > FURTHEST)
    left_out = {**panel.left_out, "months of a price nobody else paid": int((~known).sum())}
    left_out["months of a price far from usual"] = int(far.sum())
    return replace(panel, price=filled, left_out=left_out).where(known & ~far)


def _laid_out(sold: Deals, lines: Lines) -> tuple[Panel, Ints]:
    """The panel without prices, and the row of each deal."""
    items, month = len(lines.items), sold.month
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
        lines.accounts,
        lines.items,
        _group(lines),
        int(lines.month.min()),
        lines.left_out,
    )
    return panel, row


def _least(code: Ints, value: Ints) -> Ints:
    found = np.full(int(code.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(found, code, value)
    return found


def _group(lines: Lines) -> Ints | None:
    if lines.group is None:
        return None
    found = np.zeros(len(lines.items), dtype=np.int64)
    found[lines.item] = lines.group
    return found


def _prices(sold: Deals, lines: Lines) -> tuple[Ints, Floats]:
    """Codes of item and month, and log prices: of the list where the ledger has it, else paid, cleared of who paid it."""
    if lines.listed is None:
        return sold.season, levelled(account=sold.account, season=sold.season, log_price=sold.log_price)
    known = lines.listed > 0
    months = int(np.ptp(lines.month)) + 1
    return (lines.item * months + lines.month - int(lines.month.min()))[known], np.log(lines.listed[known])


def _usual(panel: Panel, season: Ints, value: Floats) -> Floats:
    """The median of each item's prices, shape (items,)."""
    found = np.zeros(len(panel.items))
    names, middle = medians(group=season // (int(panel.month.max()) + 1), value=value)
    found[names] = middle
    return found


def _of_the_month(panel: Panel, season: Ints, value: Floats) -> Floats:
    """The median of values by item and month at each row of the panel, NaN where there is none."""
    months = int(panel.month.max()) + 1
    grid = np.full(len(panel.items) * months, np.nan)
    names, middle = medians(group=season, value=value)
    grid[names] = middle
    return np.asarray(grid[panel.item * months + panel.month])


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
