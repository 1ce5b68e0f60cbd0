"""Three clocks on which an account's need for an item can be told: the calendar, its own orders, and the item's sales.

A rhythm is steady on the clock that drives it. Tea runs out by the calendar; what is bought with every third order runs
by the account's own orders, and stands still while the account is silent; what goes out of season or out of range runs
by the item's sales to everybody. The same model of repeat orders is learned on each clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vitalfew.analytics.features import OrderDays, counting
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.repeat.fitting import fit_orders
from vitalfew.analytics.repeat.item_orders import ItemOrders
from vitalfew.analytics.repeat.orders import Orders
from vitalfew.analytics.repeat.origin import WEEK, orders_at
from vitalfew.analytics.repeat.regular import Regular

ENOUGH_TO_FIT = 30_000
# Numbers of coming orders that are asked about one by one; more are taken at their mean.
ONE_BY_ONE = 8
YEAR = 52.0
RECENT = 8.0
# An item that nobody bought lately may still be sold now and then.
NOW_AND_THEN = 0.25


@dataclass(frozen=True, slots=True)
class Clock:
    """`reading` (orders,) at each order of each pair, `now` (pairs,).

    `ahead` says how far the clock will run in the coming weeks: spans and the chance of each, scalars or (pairs,).
    """

    reading: Floats
    now: Floats
    ahead: Sequence[tuple[Floats | float, Floats | float]]

    def orders(self, days: OrderDays) -> Orders:
        """The pairs' orders with the times this clock shows."""
        first, last = days.start[:-1], days.start[1:] - 1
        gap = np.ones(self.reading.size)
        gap[1:] = np.diff(self.reading)
        gap[first] = 1
        begun = self.reading[first]
        repeats = (days.count - 1).astype(np.float64)
        return Orders(repeats, self.reading[last] - begun, self.now - begun, days.total(np.log(gap)))

    def chance(self, model: Regular, orders: Orders) -> Floats:
        """Chance of an order while the clock runs ahead, shape (pairs,)."""
        total = np.zeros(self.now.size)
        for span, chance in self.ahead:
            some = np.flatnonzero(np.broadcast_to(chance, total.shape) > 0)
            far, weight = (np.broadcast_to(one, total.shape)[some] for one in (span, chance))
            total[some] += weight * model.chance_of_order(orders.at(some), far)
        return total


def learned(orders: Orders) -> Regular:
    """The model of the pairs on a clock, from at most 30,000 of them, taken evenly."""
    return fit_orders(orders=orders.at(slice(None, None, 1 + orders.age.size // ENOUGH_TO_FIT))).model


def calendar(pairs: ItemOrders, weeks: float) -> Clock:
    """Weeks."""
    return Clock(pairs.days.day / WEEK, np.full(pairs.item.size, pairs.as_of / WEEK), [(weeks, 1.0)])


def own_orders(pairs: ItemOrders, weeks: float) -> Clock:
    """The account's own orders of anything, which come as its own rhythm lets expect."""
    ordered, place = _ordered(pairs)
    model = learned_accounts(ordered, pairs.as_of)
    rows, orders = orders_at(days=ordered, day=pairs.as_of)
    counts = [(span, chance) for span, chance in _coming(model, orders, weeks)]
    at = np.searchsorted(rows, pairs.account)
    ahead = [(span if isinstance(span, float) else span[at], chance[at]) for span, chance in counts]
    reading = place - np.repeat(ordered.start[:-1][pairs.account], pairs.days.count)
    return Clock(reading.astype(np.float64), (ordered.count[pairs.account] - 1).astype(np.float64), ahead)


def learned_accounts(ordered: OrderDays, day: int) -> Regular:
    return learned(orders_at(days=ordered, day=day)[1])


def _ordered(pairs: ItemOrders) -> tuple[OrderDays, Ints]:
    """The order days of the accounts, and where among them each pair's order lies."""
    begin, accounts = int(pairs.days.day.min()), len(pairs.accounts)
    span, of = pairs.as_of - begin + 1, np.repeat(pairs.account, pairs.days.count)
    day = pairs.days.day - begin
    order = counting.by_two(of, accounts, day, span)
    new = np.zeros(order.size, dtype=np.int64)
    new[counting.starts(of[order], day[order])] = 1
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.cumsum(new) - 1
    once = order[new.astype(np.bool_)]
    start = np.concatenate(([0], np.cumsum(np.bincount(of[once], minlength=accounts))))
    return OrderDays(start, pairs.days.day[once], np.ones(once.size)), place


def _coming(model: Regular, orders: Orders, weeks: float) -> list[tuple[Floats | float, Floats]]:
    """How many orders each account will place, 1 to 7 and more, and the chance of each."""
    at_least = model.chance_of_orders(orders, weeks, ONE_BY_ONE)
    exactly = at_least[:, :-1] - at_least[:, 1:]
    few = exactly @ np.arange(1.0, ONE_BY_ONE)
    many = at_least[:, -1]
    mean = (model.expected_orders(orders, weeks) - few) / np.where(many > 0, many, 1.0)
    counts: list[tuple[Floats | float, Floats]] = [(float(n + 1), exactly[:, n]) for n in range(ONE_BY_ONE - 1)]
    return [*counts, (np.maximum(mean, ONE_BY_ONE), many)]


def item_sales(pairs: ItemOrders, weeks: float) -> Clock:
    """How often the item was sold to anybody; one unit is what an average week of its last year sells."""
    begin, items = int(pairs.days.day.min()), len(pairs.items)
    known = pairs.as_of - begin + 1
    of = np.repeat(pairs.item, pairs.days.count)
    key = of * known + (pairs.days.day - begin)
    sorted_key = key[counting.by_two(of, items, pairs.days.day - begin, known)]
    start = np.concatenate(([0], np.cumsum(np.bincount(of, minlength=items))))
    sold = np.searchsorted(sorted_key, key, side="right") - start[of]

    def since(weeks: float) -> Floats:
        return np.bincount(of[pairs.days.day > pairs.as_of - weeks * WEEK], minlength=items).astype(np.float64)

    unit = min(YEAR, known / WEEK) / np.maximum(since(YEAR), 1.0)
    coming = np.maximum(since(RECENT), NOW_AND_THEN) * weeks / min(RECENT, known / WEEK)
    now = np.diff(start) * unit
    return Clock(sold * unit[of], now[pairs.item], [((coming * unit)[pairs.item], 1.0)])
