"""A past day taken as today: what was known of each customer by then, and how many orders came in the weeks after.

Customers change, so old orders may count less. With a half-life of h weeks an order and the gap before it weigh one half
if the order is h weeks old, one quarter at 2h, in every sum a model reads (power discounting, Ibrahim and Chen 2000).
The silence since the last order is no memory and counts in full.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.refusals import NothingThere, finite, in_order
from vitalfew.analytics.repeat.combined import fit_combined
from vitalfew.analytics.repeat.model import RepeatModel
from vitalfew.analytics.repeat.orders import Floats, Orders

Ints = NDArray[np.int64]
# Learns a model from customers' orders.
Fit = Callable[[Orders], RepeatModel]
WEEK = 7.0


@dataclass(frozen=True, slots=True)
class Origin:
    """Customers with an order up to and with `day`. `rows` (customers,) are their places in the order days.

    `orders` is what was known of them on that day, `coming` (customers,) how many orders came in the `weeks` after it.
    """

    day: int
    weeks: float
    rows: Ints
    orders: Orders
    coming: Ints


def origin(*, days: OrderDays, day: int, weeks: float, half_life: float = np.inf) -> Origin:
    """What the order days told on `day`, and what followed; nothing after `day` touches `rows` and `orders`."""
    rows, orders = orders_at(days=days, day=day, half_life=half_life)
    later = days.total((days.day > day) & (days.day <= day + round(weeks * WEEK)))
    return Origin(day, weeks, rows, orders, later[rows].astype(np.int64))


def orders_at(*, days: OrderDays, day: int, half_life: float = np.inf) -> tuple[Ints, Orders]:
    """The places, shape (customers,), of customers with an order up to and with `day`, and their orders by then.

    `days.day` are days, the times of the orders weeks. With a finite `half_life` (weeks) repeats are sums of weights.
    Raises NotFinite, OutOfOrder where a customer's days do not ascend, NothingThere without an order by `day`.
    """
    _check(days)
    known = days.total(days.day <= day).astype(np.int64)
    rows = np.flatnonzero(known)
    if rows.size == 0:
        raise NothingThere(f"No customer had ordered by {np.datetime64(day, 'D')}: ask for a later day.")
    first = days.start[:-1][rows]
    last = first + known[rows] - 1
    weight = np.where(days.day <= day, 0.5 ** (np.maximum(day - days.day, 0) / WEEK / half_life), 0.0)
    weight[first] = 0
    gap = np.ones(days.day.size)
    gap[1:] = np.maximum(np.diff(days.day), 1) / WEEK
    repeats = days.total(weight)[rows]
    age, quiet = (day - days.day[first]) / WEEK, (day - days.day[last]) / WEEK
    spent = np.where(repeats > 0, np.maximum(_weighed(quiet, age, half_life), 1e-300), 0.0)
    return rows, Orders(repeats, spent, _at_least(spent, quiet), days.total(weight * np.log(gap))[rows])


def thinned(days: OrderDays, most: int) -> OrderDays:
    """The order days of every n-th customer, so that at most `most` are left."""
    step = 1 + (days.count.size - 1) // most
    kept = np.zeros(days.count.size, dtype=np.bool_)
    kept[::step] = True
    rows = kept[days.account]
    start = np.concatenate(([0], np.cumsum(days.count[kept])))
    return OrderDays(start, days.day[rows], days.value[rows])


def usual(orders: Orders) -> RepeatModel:
    """The model that is learned where no other is asked for."""
    return fit_combined(orders=orders)


def _weighed(quiet: Floats, age: Floats, half_life: float) -> Floats:
    """Weeks from the first order to the last, each weighed by how long ago it was."""
    if np.isinf(half_life):
        return age - quiet
    rate = np.log(2) / half_life
    return np.asarray(np.exp(-rate * quiet) * -np.expm1(-rate * (age - quiet)) / rate)


def _at_least(spent: Floats, quiet: Floats) -> Floats:
    """The age that leaves the silence whole, and never rounds below the time of the last order."""
    return np.maximum(spent + quiet, spent)


def _check(days: OrderDays) -> None:
    finite(day=days.day)
    if days.day.size == 0:
        raise NothingThere("There is not a single order: nothing can be told of customers that never bought.")
    back = np.diff(days.day, prepend=days.day[0] - 1) <= 0
    back[days.start[:-1][days.count > 0]] = False
    in_order(back, "A customer's orders lie on different days, the oldest first")
