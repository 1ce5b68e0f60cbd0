"""Every order of every account in compressed rows, and what can be summed over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.features.account_days import AccountDays
from vitalfew.analytics.frames import Floats, Ints


@dataclass(frozen=True, slots=True)
class OrderDays:
    """The orders of account i are rows `start[i]` to `start[i + 1]`, oldest first.

    `start` shape (accounts + 1,); `day` since 1970-01-01 and `value` shape (orders,).
    """

    start: Ints
    day: Ints
    value: Floats

    @property
    def count(self) -> Ints:
        """Orders of each account, shape (accounts,)."""
        return np.diff(self.start)

    @property
    def account(self) -> Ints:
        """The account of each order, shape (orders,)."""
        return np.repeat(np.arange(self.start.size - 1), self.count)

    def total(self, weights: Floats | NDArray[np.bool_]) -> Floats:
        """Sum over the orders of each account, shape (accounts,)."""
        return np.bincount(self.account, weights, minlength=self.start.size - 1)

    def first(self, column: Ints | Floats, otherwise: float) -> Floats:
        """The value of a column at each account's first order, shape (accounts,)."""
        return self._at(self.start[:-1], column, otherwise)

    def last(self, column: Ints | Floats, otherwise: float) -> Floats:
        """The value of a column at each account's last order, shape (accounts,)."""
        return self._at(self.start[1:] - 1, column, otherwise)

    def largest(self) -> Floats:
        """The largest value of each account's orders, 0 without one; shape (accounts,)."""
        found, some = np.zeros(self.start.size - 1), self.count > 0
        if some.any():
            found[some] = np.maximum.reduceat(self.value, self.start[:-1][some])
        return found

    def late(self) -> NDArray[np.bool_]:
        """Which orders belong to the later half of their account's, the smaller half of an odd number; shape (orders,)."""
        return np.asarray(np.arange(self.day.size) >= np.repeat(self.start[1:] - self.count // 2, self.count))

    def sum_log_gap(self) -> Floats:
        """Sum of ln(days from one order to the next) of each account, shape (accounts,). Gaps are a day at least."""
        gap = np.ones(self.day.size)
        gap[1:] = np.diff(self.day)
        gap[self.start[:-1][self.count > 0]] = 1
        return self.total(np.log(gap))

    def _at(self, row: Ints, column: Ints | Floats, otherwise: float) -> Floats:
        found, some = np.full(row.size, otherwise), self.count > 0
        found[some] = column[row[some]]
        return found


def order_days(days: AccountDays, accounts: int) -> OrderDays:
    """The orders among the days of the accounts: days with something sold."""
    sold = days.sale > 0
    count = np.bincount(days.account[sold], minlength=accounts)
    return OrderDays(np.concatenate(([0], np.cumsum(count))), days.day[sold].astype(np.int64), days.sale[sold])
