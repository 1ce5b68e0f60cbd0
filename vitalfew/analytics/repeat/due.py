"""What each account is due to order: for every item it ever bought the chance, the date and the usual quantity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.refusals import OutOfOrder, UnusableInput, at_least
from vitalfew.analytics.repeat.clocks import calendar, item_sales, learned, own_orders
from vitalfew.analytics.repeat.item_orders import ItemOrders, item_orders
from vitalfew.analytics.repeat.next_order import time_until
from vitalfew.analytics.repeat.origin import WEEK
from vitalfew.analytics.repeat.record import Record, Steps, fit_steps, levelled, record
from vitalfew.analytics.repeat.regular import Regular

FEWEST_PAIRS = 30
CLOCKS = (calendar, own_orders, item_sales)
# A rhythm shows from the third order on; later than so many of its own gaps is late.
RHYTHM = 2
LATE = 0.8
# Setting chances right must have saved this part of the loss before it is done.
WORTH = 0.01


@dataclass(frozen=True, slots=True)
class DueItems:
    """Pairs of account and item, by account and then by item; arrays of shape (pairs,), times in weeks.

    `account` and `item` point into the names `accounts` and `items`. `orders`: on how many days; `quiet`: since the
    last. `chance` of an order within `weeks`; `active` the chance that the account has not given the item up.
    `expected`: until the next order, by when half of those come that come at all. `lateness`: the share of the pair's
    own gaps that would be over by now; `overdue` from .8 on, for pairs with three orders at least. `quantity`: the
    median of the pair's orders, None where no quantity is known.
    `model` is that of the pairs on the calendar; `record` how good such chances were at the last date they can be
    checked at, None where the ledger is too short; `steps` recalibrates them, None where that would not have helped.
    """

    accounts: pa.Array
    items: pa.Array
    as_of: int
    weeks: float
    account: Ints
    item: Ints
    orders: Ints
    quiet: Floats
    chance: Floats
    active: Floats
    expected: Floats
    lateness: Floats
    overdue: NDArray[np.bool_]
    quantity: Floats | None
    model: Regular
    record: Record | None
    steps: Steps | None

    def names(self) -> dict[str, pa.Array]:
        """Account and item of each pair by name: `frames.told(due, **due.names())` is a table to print."""
        return {"account": self.accounts.take(pa.array(self.account)), "item": self.items.take(pa.array(self.item))}


def estimate_due(
    *,
    frame: Any,
    account: str = "account",
    item: str = "item",
    day: str = "day",
    amount: str = "amount",
    kind: str | None = None,
    quantity: str | None = None,
    as_of: date | int | None = None,
    weeks: float = 12.0,
    season: float = 1.0,
) -> DueItems:
    """Due items of all accounts from a ledger's lines up to `as_of`; columns as in `features.measure_pairs`.

    The chance is the mean of three, told on three clocks: the calendar, the account's own orders, the item's sales.
    `season` multiplies what is to be expected in the coming weeks (`estimate_season`). Where two earlier dates can be
    looked at, the shape of the chances is set right by isotonic regression at the later one, but only if the same
    learned at the earlier would have saved a hundredth of the loss at the later; their level is left to the season.
    Raises NotAColumn, NotFinite, NothingThere, TooFew below 30 pairs, OutOfOrder where weeks or season is not above 0.
    Source: docs/measures/due_items.md; MBG/CNBD-k (Reutterer, Platzer and Schroeder 2021) on pairs of account and item.
    """
    if not (weeks > 0 and season > 0):
        raise OutOfOrder("Weeks and season are above zero: give for example 12 weeks and a season of 1.")
    pairs = item_orders(
        frame=frame, account=account, item=item, day=day, amount=amount, kind=kind, quantity=quantity, as_of=as_of
    )
    at_least(pairs.item.size, FEWEST_PAIRS, "pairs of account and item")
    checked = [_checked(pairs, back, weeks) for back in (1, 2)]
    steps, chance = _steps(checked), chances(pairs, weeks * season)
    return DueItems(
        accounts=pairs.accounts,
        items=pairs.items,
        as_of=pairs.as_of,
        weeks=weeks,
        account=pairs.account,
        item=pairs.item,
        orders=pairs.days.count,
        chance=chance if steps is None else steps.of(chance),
        quantity=medians(pairs.days) if quantity else None,
        record=None if checked[0] is None else record(*checked[0], day=pairs.as_of - round(weeks * WEEK)),
        steps=steps,
        **_rhythm(pairs, weeks),
    )


def chances(pairs: ItemOrders, weeks: float) -> Floats:
    """The mean of what the three clocks say, shape (pairs,)."""
    clocks = [clock(pairs, weeks) for clock in CLOCKS]
    told = [(clock, clock.orders(pairs.days)) for clock in clocks]
    return np.asarray(np.mean([clock.chance(learned(orders), orders) for clock, orders in told], axis=0))


Checked = tuple[Floats, NDArray[np.bool_]]


def _checked(pairs: ItemOrders, back: int, weeks: float) -> Checked | None:
    """What the chances said `back` spans ago and whether it came; None where too little was known by then."""
    then = pairs.as_of - round(back * weeks * WEEK)
    try:
        known = pairs.upto(then)
        at_least(known.item.size, FEWEST_PAIRS, "pairs of account and item")
        told = chances(known, weeks)
    except UnusableInput:
        return None
    came = pairs.days.total((pairs.days.day > then) & (pairs.days.day <= then + round(weeks * WEEK)))
    return told, (came > 0)[pairs.days.day[pairs.days.start[:-1]] <= then]


def _steps(checked: list[Checked | None]) -> Steps | None:
    later, earlier = checked
    if later is None or earlier is None:
        return None
    even = levelled(*later)
    loss, mended = (float(np.mean((one - later[1]) ** 2)) for one in (even, fit_steps(*earlier).of(even)))
    return fit_steps(*later) if mended < (1 - WORTH) * loss else None


def _rhythm(pairs: ItemOrders, weeks: float) -> dict[str, Any]:
    """What the calendar tells of each pair: whether it still runs, when it comes again, whether it is late."""
    orders = calendar(pairs, weeks).orders(pairs.days)
    model, quiet = learned(orders), orders.age - orders.last
    active = model.chance_active(orders)
    # Asked on the day of the last order: would the next have come by now?
    lateness = model.chance_if_active(replace(orders, age=orders.last), quiet)
    return {
        "model": model,
        "quiet": quiet,
        "active": active,
        "expected": time_until(model=model, orders=orders, chance=active / 2),
        "lateness": lateness,
        "overdue": (lateness >= LATE) & (orders.repeats >= RHYTHM),
    }


def medians(days: OrderDays) -> Floats:
    """The median value of each pair's orders, shape (pairs,)."""
    order = np.lexsort((days.value, days.account))
    low, high = days.start[:-1] + (days.count - 1) // 2, days.start[:-1] + days.count // 2
    return np.asarray((days.value[order[low]] + days.value[order[high]]) / 2)
