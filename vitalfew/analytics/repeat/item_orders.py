"""On which days each account ordered each item, and how much: what a list of due items is made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from vitalfew.analytics import frames
from vitalfew.analytics.features import OrderDays, counting
from vitalfew.analytics.features.lines import Lines, read
from vitalfew.analytics.features.naming import Coded, coded, occurring
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.refusals import NothingThere


@dataclass(frozen=True, slots=True)
class ItemOrders:
    """Pairs of account and item that were sold by the day `as_of`, by account and then by item.

    `account` and `item`, shape (pairs,), point into the names `accounts` and `items`; `days` holds the order days of
    each pair in place of an account's, and as their values the pieces sold, or money where no quantity is known.
    """

    accounts: pa.Array
    items: pa.Array
    as_of: int
    account: Ints
    item: Ints
    days: OrderDays

    def upto(self, day: int) -> ItemOrders:
        """What was known at the end of an earlier day. Raises NothingThere where nothing was."""
        past = self.days.day <= day
        if not past.any():
            raise NothingThere(f"Nothing was sold by {np.datetime64(day, 'D')}: ask for a later day.")
        count = self.days.total(past).astype(np.int64)
        known = count > 0
        start = np.concatenate(([0], np.cumsum(count[known])))
        days = OrderDays(start, self.days.day[past], self.days.value[past])
        return ItemOrders(self.accounts, self.items, day, self.account[known], self.item[known], days)


def item_orders(
    *,
    frame: Any,
    account: str = "account",
    item: str = "item",
    day: str = "day",
    amount: str = "amount",
    kind: str | None = None,
    quantity: str | None = None,
    as_of: date | int | None = None,
) -> ItemOrders:
    """Order days of every pair of account and item, from a ledger's lines up to `as_of`; columns as in measure_pairs.

    Raises NotAColumn, NotFinite, NothingThere.
    """
    lines = read(frame=frame, columns=(account, day, amount, kind), as_of=as_of)
    what = occurring(coded(lines.table, item))
    paid = frames.numbers(lines.table, lines.amount)
    sold = _sold(lines, what, paid)
    if sold.size == 0:
        raise NothingThere(f"Nothing that names its {item} was sold: look at the amounts and at the column {item}.")
    pieces = frames.numbers(lines.table, quantity) if quantity else paid
    return _pressed(lines, what, sold, pieces)


def _sold(lines: Lines, what: Coded, paid: Floats) -> Ints:
    """The lines up to the as-of day that sold an item to an account, both named."""
    sold = (lines.code >= 0) & (what.code >= 0) & (paid > 0)
    return np.flatnonzero(sold if lines.sale is None else sold & lines.sale)


def _pressed(lines: Lines, what: Coded, sold: Ints, pieces: Floats) -> ItemOrders:
    """One row for each pair and day, in order of both."""
    days_of = frames.days(lines.table, lines.day)
    day, span = days_of[sold] - lines.first_day, lines.as_of - lines.first_day + 1
    order = counting.by_two(what.code[sold], len(what.name), day, span)
    order = order[counting.by(lines.code[sold[order]], len(lines.account))]
    rows = sold[order]
    account, item, day = lines.code[rows], what.code[rows], days_of[rows]
    once = counting.starts(account, item, day)
    pair = counting.starts(account[once], item[once])
    days = OrderDays(np.append(pair, once.size), day[once], np.add.reduceat(pieces[rows].astype(np.float64), once))
    of, thing = account[once][pair].astype(np.int64), item[once][pair].astype(np.int64)
    return ItemOrders(lines.account, what.name, lines.as_of, of, thing, days)
