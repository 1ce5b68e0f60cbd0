"""An invented ledger whose truth is known: accounts with their own rhythm and taste, and every kind of line."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.analytics.frames import Floats, Ints

SALE, CREDIT, FREE, CHARGE = 1, 2, 3, 4
# Of the lines of an order: how many more than one on average, and the shares that are credits, free and charges.
MORE_LINES, CREDITS, FREES, CHARGES = 5.0, 0.02, 0.01, 0.01
COST_SHARE = 0.7


def simulate_lines(
    *,
    accounts: int = 200,
    items: int = 100,
    days: int = 728,
    first_day: int = 14_610,
    seed: int | np.random.Generator = 0,
) -> pa.Table:
    """Lines of an invented firm by day: account, item, invoice, day, kind, quantity, amount (minor units), cost.

    Accounts begin at any time, order at Gamma(2, 20)-distributed rates a day with gaps of Gamma(2), stop after an
    order with a chance of 3 %, and choose items by popularity; an order has six lines on average and sometimes two
    invoices. About 2 % are credits, 1 % free, 1 % charges, and each 20th cost is not known. `first_day` is 2010-01-01.
    """
    rng = np.random.default_rng(seed)
    account, day = _orders(rng, accounts, days)
    order = np.repeat(np.arange(account.size), 1 + rng.poisson(MORE_LINES, account.size))
    lines = order.size
    kind = rng.choice((SALE, CREDIT, FREE, CHARGE), lines, p=(1 - CREDITS - FREES - CHARGES, CREDITS, FREES, CHARGES))
    item = (items * rng.random(lines) ** 2).astype(np.int64)
    price = np.rint(rng.lognormal(6.0, 0.9, items)).astype(np.int64) + 10
    size = rng.lognormal(1.0, 0.7, accounts)
    quantity = 1 + rng.poisson(size[account[order]])
    amount = quantity * price[item] * np.array([0, 1, -1, 0, 1])[kind]
    unknown = rng.random(lines) < 0.05
    return pa.table(
        {
            "account": _names("C", account[order]),
            "item": _names("I", item),
            "invoice": _names("N", 2 * order + (rng.random(lines) < 0.1)),
            "day": pa.array((first_day + day[order]).astype(np.int32)).cast(pa.date32()),
            "kind": pa.array(kind.astype(np.int8)),
            "quantity": pa.array(quantity),
            "amount": pa.array(amount),
            "cost": pa.array(np.rint(amount * COST_SHARE).astype(np.int64), mask=unknown),
        }
    )


def _orders(rng: np.random.Generator, accounts: int, days: int) -> tuple[Ints, Ints]:
    """Account and day of every order, by day; the first order of an account falls on any day."""
    rate = rng.gamma(2.0, 1 / 40, accounts)
    now: Floats = rng.uniform(0, days, accounts)
    still, found, on = np.arange(accounts), [np.arange(accounts)], [now.copy()]
    while still.size:
        still = still[rng.random(still.size) >= 0.03]
        now[still] += rng.gamma(2.0, 0.5, still.size) / rate[still]
        still = still[now[still] < days]
        found.append(still)
        on.append(now[still])
    account, day = np.concatenate(found), np.concatenate(on).astype(np.int64)
    by_day = np.argsort(day, kind="stable")
    return account[by_day], day[by_day]


def _names(letter: str, number: NDArray[np.int64]) -> pa.Array:
    known, place = np.unique(number, return_inverse=True)
    names = pa.array([f"{letter}{one:05}" for one in known.tolist()])
    return pa.DictionaryArray.from_arrays(pa.array(place.astype(np.int32)), names).dictionary_decode()
