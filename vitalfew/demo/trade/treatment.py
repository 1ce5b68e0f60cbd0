"""The accounts that were given a key account manager in the demo years, from when, and the lift that this truly brought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitalfew.demo.cast.accounts import Accounts
from vitalfew.demo.cast.customers import Customers
from vitalfew.demo.scene.streams import Floats, Ints, stream
from vitalfew.demo.scene.window import Window
from vitalfew.demo.trade.orders import Orders

SHARE = 0.02
FEWEST = 8
# Months before the window's end at which the four cohorts began; at most half of the window is used.
COHORTS = (16, 13, 10, 7)
LIFT, LIFT_SPREAD = 0.15, 0.04


@dataclass(frozen=True, slots=True)
class Treated:
    """`rows` of the treated buyers, the day from which each is treated, and its lift as a share of volume."""

    rows: Ints
    starts: Ints
    lifts: Floats

    def factor(self, *, buyers: Ints, days: Ints, count: int) -> Floats:
        """1 + lift for lines of treated buyers from their start on, else 1."""
        start = np.full(count, np.iinfo(np.int64).max)
        lift = np.zeros(count)
        start[self.rows], lift[self.rows] = self.starts, self.lifts
        return np.where(days >= start[buyers], 1.0 + lift[buyers], 1.0)


def choose_treated(
    *, seed: int, accounts: Accounts, orders: Orders, customers: Customers, left_out: Ints, window: Window
) -> Treated:
    """Drawn at random from the larger active accounts, cohort by cohort: who was chosen says nothing about growth.

    About 2 % of the buyers, 8 at least, none of them among the rows `left_out`. Active means: ordered in the 120 days before its cohort's start.
    """
    rng = stream(seed=seed, topic="treated")
    wanted = max(FEWEST, round(SHARE * accounts.count))
    volume = np.log(accounts.rate * accounts.lines) + accounts.spend
    large = np.zeros(accounts.count, dtype=bool)
    large[np.argsort(-volume, kind="stable")[: max(5 * wanted, 40)]] = True
    large[customers.twin_of[: customers.buyers] >= 0] = False
    large[customers.twin_of[customers.twin_of >= 0]] = False
    large[left_out] = False
    chosen, starts = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    for cohort, months in enumerate(COHORTS):
        start = window.day(window.month_start(window.months - min(months, window.months // 2 - 2 * cohort + 1)))
        recent = np.unique(orders.buyer[(orders.day < start) & (orders.day >= start - 120)])
        free = np.setdiff1d(recent[large[recent]], chosen)
        taken = rng.permutation(free)[: wanted // 4 + (cohort < wanted % 4)]
        chosen, starts = np.concatenate([chosen, taken]), np.concatenate([starts, np.full(len(taken), start)])
    return Treated(rows=chosen, starts=starts, lifts=np.clip(rng.normal(LIFT, LIFT_SPREAD, len(chosen)), 0.02, 0.30))
