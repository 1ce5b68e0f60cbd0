"""Sales lines of a made-up firm: accounts order at a pace of their own, each order holds items they are fond of."""

from __future__ import annotations

from functools import cache

import numpy as np

from vitalfew.analytics.repeat.regular import Regular
from vitalfew.analytics.repeat.simulated_days import simulate_days

ACCOUNTS = Regular(2, 2.0, 5.0, 0.5, 12.0)
GONE_FROM = 70 * 7


@cache
def sold_lines(accounts=120, items=25, weeks=130, seed=0):
    """One line for each account, item and order day, in no order; items 0 to 4 leave the range in week 70."""
    rng = np.random.default_rng(seed)
    days = simulate_days(model=ACCOUNTS, customers=accounts, weeks=weeks, rng=rng, joining=0.6)
    fond = rng.beta(0.4, 2.5, (accounts, items))
    sold = rng.random((days.day.size, items)) < fond[days.account]
    sold[days.day > GONE_FROM, :5] = False
    order, item = rng.permutation(np.argwhere(sold)).T
    account = days.account[order]
    usual = np.exp(rng.normal(2, 1, (accounts, items)))[account, item]
    quantity = np.maximum(1, np.rint(usual * np.exp(rng.normal(0, 0.3, order.size))))
    return {
        "account": np.array([f"a{one:03d}" for one in account]),
        "item": np.array([f"i{one:02d}" for one in item]),
        "day": days.day[order],
        "quantity": quantity,
        "amount": quantity * 2.5,
    }
