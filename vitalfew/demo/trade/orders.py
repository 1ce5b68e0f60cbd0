"""When each customer orders: a renewal process with gamma gaps of k stages, until chance or a story ends it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitalfew.demo.cast.accounts import Accounts
from vitalfew.demo.cast.customers import Customers
from vitalfew.demo.scene.streams import Bools, Floats, Ints, stream
from vitalfew.demo.scene.window import Window


@dataclass(frozen=True, slots=True)
class Orders:
    """One entry for each order, by buyer and then day; `stopped` says for each buyer whether it dropped out in the window."""

    buyer: Ints
    day: Ints
    stopped: Bools


def make_orders(*, seed: int, accounts: Accounts, customers: Customers, window: Window) -> Orders:
    """All orders of the window, each moved to the next working day; later entries of a twin take over its orders."""
    rng = stream(seed=seed, topic="orders")
    buyer, moment, stopped = renewals(rng=rng, accounts=accounts, window=window)
    first_entry = customers.twin_of[: customers.buyers] < 0
    day = window.next_working_day(np.floor(moment).astype(np.int64))
    kept = first_entry[buyer] & (day < window.days)
    buyer, day = buyer[kept], day[kept]
    order = np.lexsort((day, buyer))
    return Orders(buyer=buyer[order], day=day[order], stopped=stopped & first_entry)


def renewals(*, rng: np.random.Generator, accounts: Accounts, window: Window) -> tuple[Ints, Floats, Bools]:
    """Buyer and moment (days, not rounded) of each order, and who stopped.

    Gaps are Gamma(k, k × rate), so their mean is 1 / rate (Reutterer, Platzer and Schröder 2021). A customer known
    before the window is met in equilibrium: its first order comes after a uniform part of a length-biased gap.
    """
    per_day = accounts.rate / 7.0
    met = rng.standard_gamma(accounts.stages + 1.0) / (accounts.stages * per_day) * rng.random(accounts.count)
    moment = np.where(accounts.known_before == 1, met, accounts.starts)
    who = np.flatnonzero(moment < accounts.silent_from)
    stopped = np.zeros(accounts.count, dtype=np.bool_)
    buyers, moments = [], []
    while who.size:
        buyers.append(who)
        moments.append(moment[who])
        ends = rng.random(len(who)) < accounts.quit_chance[who]
        stopped[who[ends]] = True
        moment[who] += rng.standard_gamma(accounts.stages[who]) / (accounts.stages[who] * per_day[who])
        late = moment[who] >= accounts.silent_from[who]
        stopped[who[late & ~ends & (accounts.silent_from[who] < window.days)]] = True
        who = who[~ends & ~late]
    return np.concatenate(buyers), np.concatenate(moments), stopped
