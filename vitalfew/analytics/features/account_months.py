"""What each account bought in each month, with a zero for every month in which it bought nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from vitalfew.analytics.features.account_days import account_days
from vitalfew.analytics.features.lines import Masks, read
from vitalfew.analytics.frames import Floats, Ints

EPOCH_MONTH = 1970 * 12


@dataclass(frozen=True, slots=True)
class AccountMonths:
    """A panel of accounts and months; months without a line are zeros, for not to buy is demand too.

    `month` year × 12 + month - 1, shape (months,), from the ledger's first month to that of `as_of` without a gap;
    `complete` whether the ledger covers all days of the month. `first` the place of the month in which an account was
    first seen, shape (accounts,): what stands before it is not known, and `known` marks what stands from it on.
    `net` all lines, `sale` the sale lines, `orders` how many; shape (accounts, months).
    """

    account: pa.Array
    as_of: int
    month: Ints
    complete: Masks
    first: Ints
    net: Floats
    sale: Floats
    orders: Ints

    @property
    def known(self) -> Masks:
        """From the account's first month on, shape (accounts, months)."""
        return np.asarray(np.arange(self.month.size) >= self.first[:, np.newaxis])


def measure_months(
    *,
    frame: Any,
    account: str = "account",
    day: str = "day",
    amount: str = "amount",
    kind: str | None = None,
    as_of: date | int | None = None,
) -> AccountMonths:
    """Net, sales and orders of every account and month, from a ledger's lines up to `as_of`.

    Columns and cut as in `measure_features`. Raises NotAColumn, NotFinite, NothingThere.
    Source: docs/measures/account_features.md.
    """
    lines = read(frame=frame, columns=(account, day, amount, kind), as_of=as_of)
    days, _ = account_days(lines)
    start = _month(np.array([lines.first_day]))[0]
    month = np.arange(start, _month(np.array([lines.as_of]))[0] + 1)
    place, shape = _month(days.day) - start, (len(lines.account), month.size)
    cell = days.account.astype(np.int64) * month.size + place
    first = place[np.searchsorted(days.account, np.arange(shape[0]))]

    def panel(weights: Floats) -> Floats:
        return np.bincount(cell, weights, minlength=shape[0] * shape[1]).reshape(shape)

    return AccountMonths(
        account=lines.account,
        as_of=lines.as_of,
        month=month,
        complete=_complete(month, lines.first_day, lines.as_of),
        first=first,
        net=panel(days.net),
        sale=panel(days.sale),
        orders=panel((days.sale > 0).astype(np.float64)).astype(np.int64),
    )


def _month(day: Ints) -> Ints:
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + EPOCH_MONTH


def _complete(month: Ints, first_day: int, as_of: int) -> Masks:
    begins = (month - EPOCH_MONTH).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    ends = (month - EPOCH_MONTH + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    return np.asarray((begins >= first_day) & (ends <= as_of))
