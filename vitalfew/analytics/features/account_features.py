"""What a ledger tells of each account: orders, rhythm, value, credits and breadth, in one pass over the lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from vitalfew.analytics import frames
from vitalfew.analytics.features import lines
from vitalfew.analytics.features.account_days import AccountDays, NotSold, account_days
from vitalfew.analytics.features.breadth import distinct
from vitalfew.analytics.features.in_weeks import InWeeks
from vitalfew.analytics.features.lines import Lines, Masks
from vitalfew.analytics.features.order_days import OrderDays, order_days
from vitalfew.analytics.frames import Floats, Ints

YEAR = 365
# Whoever is first seen in a ledger's first quarter may have bought before it begins.
BURN_IN = 91


@dataclass(frozen=True, slots=True)
class AccountFeatures(InWeeks):
    """One row for each account, in the order of their names; every array has the shape (accounts,).

    An order is one account on one day with sale lines above zero, and its value is their sum; credit notes, charges and
    free lines never are orders, shrink one or move its day. Money is in the unit of the amounts, ages are days before
    the day `as_of` (itself days since 1970-01-01).

    `orders`, `orders_recent`: how many, and how many in the last `recent_days`. `first_age`, `last_age`: of the first
    and the last order, -1 without one. `sum_log_gap`: of ln(days from one order to the next).
    `sale`: sum of the order values; `first_value`, `largest`: the first and the largest; `sum_log`, `sum_log_squared`:
    of ln(value) and ln(value)²; `sum_log_late`: of ln(value) over the later half of the orders, the smaller half of an
    odd number. `net`, `net_recent`: all lines, credits and charges too; `credits`: lines below zero.
    `lines`, `credit_lines`, `free`: how many, how many below zero, and how many of nothing. `first_touch`, `last_touch`: ages of the first and the last line
    of any kind. `cut_off`: first seen in the ledger's first 91 days, so that it may be older than it looks.
    None without their column: `items`, `invoices` different ones sold; `units` sold; `margin`, `margin_recent`;
    `costed` lines with a cost.
    `unnamed` lines name no account and make `unnamed_net`; `last_day` is that of the ledger's last line.
    """

    account: pa.Array
    as_of: int
    first_day: int
    last_day: int
    recent_days: int
    unnamed: int
    unnamed_net: float
    orders: Ints
    orders_recent: Ints
    first_age: Ints
    last_age: Ints
    sum_log_gap: Floats
    sale: Floats
    first_value: Floats
    largest: Floats
    sum_log: Floats
    sum_log_squared: Floats
    sum_log_late: Floats
    net: Floats
    net_recent: Floats
    credits: Floats
    lines: Ints
    credit_lines: Ints
    free: Ints
    first_touch: Ints
    last_touch: Ints
    cut_off: Masks
    items: Ints | None
    invoices: Ints | None
    units: Floats | None
    margin: Floats | None
    margin_recent: Floats | None
    costed: Ints | None
    order_days: OrderDays

    @property
    def buyers(self) -> Ints:
        """Rows of the accounts with an order."""
        return np.flatnonzero(self.orders > 0)

    @property
    def history_days(self) -> int:
        """Days from the ledger's first line to the as-of day, both inside."""
        return self.as_of - self.first_day + 1

    @property
    def posting_lag(self) -> int:
        """Days at the ledger's end that were left out: not complete yet, or after the day asked for."""
        return max(self.last_day - self.as_of, 0)


def measure_features(
    *,
    frame: Any,
    account: str = "account",
    day: str = "day",
    amount: str = "amount",
    kind: str | None = None,
    item: str | None = None,
    invoice: str | None = None,
    quantity: str | None = None,
    cost: str | None = None,
    as_of: date | int | None = None,
    recent_days: int = YEAR,
) -> AccountFeatures:
    """Features of every account from a ledger's lines up to `as_of`; without one, up to its last complete day.

    `frame` is a polars or pandas frame, an Arrow table or a dict of arrays with one row for each line, in any order;
    the other names say what its columns are called. `day` holds dates, moments or days since 1970-01-01; `amount` the
    value of the line in one currency, below zero for credits (whole minor units make sums exact); `kind` the words
    sale, credit, free, charge, adjustment or 1 to 5 in that order, and without it the sign of the amount decides;
    `cost` the cost of the whole line, null where unknown. Lines that name no account (null, NaN, empty) are counted
    in `unnamed`. Lines after `as_of` are not looked at.
    Raises NotAColumn, NotFinite, NothingThere.
    Source: docs/measures/account_features.md.
    """
    read = lines.read(frame=frame, columns=(account, day, amount, kind), as_of=as_of)
    (days, not_sold), since = account_days(read), read.as_of - recent_days
    orders = order_days(days, len(read.account))
    return AccountFeatures(
        account=read.account,
        as_of=read.as_of,
        first_day=read.first_day,
        last_day=read.last_day,
        recent_days=recent_days,
        unnamed=read.unnamed,
        unnamed_net=read.unnamed_net,
        order_days=orders,
        **_of_orders(orders, read.as_of, since),
        **_of_days(days, read, since),
        **_of_others(not_sold, len(read.account)),
        items=distinct(read, item) if item else None,
        invoices=distinct(read, invoice) if invoice else None,
        units=_units(read, quantity) if quantity else None,
        **_of_costs(read, cost, since),
    )


def _of_orders(orders: OrderDays, as_of: int, since: int) -> dict[str, Any]:
    log, age = np.log(orders.value), as_of - orders.day
    return {
        "orders": orders.count,
        "orders_recent": orders.total(orders.day > since).astype(np.int64),
        "first_age": orders.first(age, -1).astype(np.int64),
        "last_age": orders.last(age, -1).astype(np.int64),
        "sum_log_gap": orders.sum_log_gap(),
        "sale": orders.total(orders.value),
        "first_value": orders.first(orders.value, 0.0),
        "largest": orders.largest(),
        "sum_log": orders.total(log),
        "sum_log_squared": orders.total(log**2),
        "sum_log_late": orders.total(np.where(orders.late(), log, 0.0)),
    }


def _of_days(days: AccountDays, read: Lines, since: int) -> dict[str, Any]:
    account, recent = days.account, days.day > since
    accounts = len(read.account)
    starts = np.searchsorted(account, np.arange(accounts + 1))
    first, last = days.day[starts[:-1]], days.day[starts[1:] - 1]

    def total(weights: Floats) -> Floats:
        return np.bincount(account, weights, minlength=accounts)

    return {
        "net": total(days.net),
        "net_recent": total(np.where(recent, days.net, 0.0)),
        "lines": total(days.lines).astype(np.int64),
        "first_touch": (read.as_of - first).astype(np.int64),
        "last_touch": (read.as_of - last).astype(np.int64),
        "cut_off": first < read.first_day + BURN_IN,
    }


def _of_others(not_sold: NotSold, accounts: int) -> dict[str, Any]:
    free = not_sold.account[not_sold.amount == 0]
    below = not_sold.account[not_sold.amount < 0]
    return {
        "credit_lines": np.bincount(below, minlength=accounts),
        "credits": np.bincount(not_sold.account, not_sold.amount, minlength=accounts),
        "free": np.bincount(free, minlength=accounts),
    }


def _units(read: Lines, quantity: str) -> Floats:
    lines.check_numbers(read.table, quantity)
    parts = ((block.code[block.sold], block.others[0][block.sold]) for block in read.blocks(quantity))
    code, sold = (np.concatenate(column) for column in zip(*parts, strict=True))
    return np.bincount(code, sold, minlength=len(read.account))


def _of_costs(read: Lines, cost: str | None, since: int) -> dict[str, Any]:
    if cost is None:
        return {"margin": None, "margin_recent": None, "costed": None}
    margin, known = lines.margins(read, cost)
    rows = np.flatnonzero(known & (read.code >= 0))
    code, margin, accounts = read.code[rows], margin[rows], len(read.account)
    recent = frames.days(read.table, read.day)[rows] > since
    return {
        "margin": np.bincount(code, margin, minlength=accounts),
        "margin_recent": np.bincount(code, np.where(recent, margin, 0.0), minlength=accounts),
        "costed": np.bincount(code, minlength=accounts),
    }
