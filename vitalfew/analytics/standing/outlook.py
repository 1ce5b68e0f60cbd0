"""Where each customer stands: its rank, the rank it will likely have, and its chance to be among the top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.refusals import UnusableInput
from vitalfew.analytics.repeat import Mixture, Orders, fit_mixture
from vitalfew.analytics.standing.field import Prospects, build_field, futures, place
from vitalfew.analytics.value.order_value import OrderValue, fit_order_value

Floats = NDArray[np.float64]

ENOUGH_CUSTOMERS = 30
ENOUGH_DAYS = 90
# The firm's parameters are learnt from so many customers, spread evenly over all order values.
ENOUGH_TO_FIT = 6_000
WEEK = 7.0
# A customer's revenue is moved to the blended value by at most this factor either way.
LARGEST_MOVE = 2.0


class UnusableFeatures(UnusableInput):
    """The order history of the customers contradicts itself: run `vitalfew refresh` again and report it if it stays."""


@dataclass(frozen=True, slots=True)
class Features:
    """One row for each customer; every array has the shape (customers,). Days count back from the as-of date.

    An order is one customer on one day whose sale lines add up to more than zero, and its value is that sum; credit
    notes never are orders, never shrink one and never move its date. Money is in minor units of one currency.

    `orders` how many; `first_age`, `last_age` days since the first and the last order (0: on the as-of date, -1: no
    order); `log_gaps` sum of ln(days between one order and the next), 0 with less than two orders; `sum_log`,
    `sum_log_squared` sums of ln(value) and ln(value)² over the orders; `sale` sum of their values; `net` all lines,
    credit notes included; `net_recent` the same for the last 365 days.
    `history_days` days from the ledger's first line to the as-of date, both inside.
    """

    orders: NDArray[np.int64]
    first_age: NDArray[np.int64]
    last_age: NDArray[np.int64]
    log_gaps: Floats
    sum_log: Floats
    sum_log_squared: Floats
    sale: NDArray[np.int64]
    net: NDArray[np.int64]
    net_recent: NDArray[np.int64]
    history_days: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the next `days` hold for each customer; arrays of shape (customers,).

    Ranks are those the customers will have by their net revenue of that period among the customers known today; who
    buys nothing has the last rank. `low` to `high` holds that rank with a chance of `level`, `median` is its middle.
    `chance_top` is the chance to be among the top, `chance_buys` the chance to buy at all, `regularity` how evenly a
    customer orders: 1 as chance has it, 2 and more ever more evenly (the mean k of its class; 0 without an order).
    """

    days: int
    level: float
    median: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    chance_top: Floats
    chance_buys: Floats
    regularity: Floats
    model: Mixture


@dataclass(frozen=True, slots=True)
class Standing:
    """Standing of every customer, in the order of the features.

    `share` of revenue, half of it the last 12 months and half what is expected (shrunk for luck), adds up to one;
    `rank` orders by it, 1 is the largest, equals share the better rank. `top` is how many customers make the top.
    `outlook` is None where the evidence is not enough, and `missing` then says what lacks.
    """

    share: Floats
    rank: NDArray[np.int64]
    top: int
    outlook: Outlook | None
    missing: str


def estimate_standing(
    *,
    features: Features,
    top_share: float = 0.2,
    top_count: int | None = None,
    days: int = 182,
    points: int = 200,
    level: float = 0.8,
    recent_weight: float = 0.5,
) -> Standing:
    """Rank, its interval over the next `days`, and the chance to be among the top then.

    The top are `top_count` customers, or the share `top_share`, rounded up, of those with net revenue above zero.
    A customer's half-year is told by `points` of equal weight; with more than 30,000 customers they are fewer, down to
    16, so that the cost stays bounded. No dice are thrown: the same features give the same answer, in whatever order.
    Raises UnusableFeatures where counts, days or sums contradict each other.
    Source: docs/measures/rank.md; regularity as in docs/measures/repeat_orders.md, shrunk order value (Morris 1983).
    """
    check(features=features)
    top = _top(features, top_share, top_count)
    missing = _missing(features)
    recent = _shares(np.maximum(features.net_recent, 0).astype(np.float64))
    if missing:
        return Standing(recent, _ranks(recent), top, None, missing)
    buyers = _sorted_buyers(features)
    orders, model, value = _fit(features, buyers)
    coming = futures(model=model, orders=orders, weeks=days / WEEK, points=points)
    expected = coming.expected * value.mean
    share = np.zeros(features.orders.size)
    share[buyers] = (1 - recent_weight) * _shares(expected)
    share += recent_weight * recent
    move = np.clip(share[buyers] / np.maximum(_shares(expected), 1e-300), 1 / LARGEST_MOVE, LARGEST_MOVE)
    prospects = Prospects(coming, value, np.log(move), features.orders.size)
    placed = place(prospects=prospects, field=build_field(prospects=prospects), top=top, level=level)

    def spread[T: (np.int64, np.float64)](values: NDArray[T], without: int) -> NDArray[T]:
        whole = np.full(features.orders.size, without, dtype=values.dtype)
        whole[buyers] = values
        return whole

    outlook = Outlook(
        days=days,
        level=level,
        median=spread(placed.median, prospects.customers),
        low=spread(placed.low, prospects.customers),
        high=spread(placed.high, prospects.customers),
        chance_top=spread(placed.chance_top, 0),
        chance_buys=spread(coming.chance_buys, 0),
        regularity=spread(model.regularity(orders), 0),
        model=model,
    )
    return Standing(_shares(share), _ranks(share), top, outlook, "")


def check(*, features: Features) -> None:
    """Raise UnusableFeatures where the arrays differ in length, are not finite or contradict each other."""
    f, ordered = features, features.orders > 0
    arrays: tuple[NDArray[Any], ...] = (f.first_age, f.last_age, f.log_gaps, f.sum_log, f.sum_log_squared, f.sale)
    once = f.orders == 1
    sound = all(a.shape == f.orders.shape for a in (*arrays, f.net, f.net_recent)) and (
        all(bool(np.isfinite(a).all()) for a in (f.log_gaps, f.sum_log, f.sum_log_squared))
        and bool((f.orders >= 0).all())
        and bool((f.last_age[ordered] >= 0).all() and (f.first_age[ordered] - f.last_age[ordered] >= 0).all())
        and bool((f.orders[ordered] - 1 <= f.first_age[ordered] - f.last_age[ordered]).all())
        and bool((f.first_age[once] == f.last_age[once]).all() and (f.sale[ordered] > 0).all())
    )
    if not sound:
        raise UnusableFeatures(str(UnusableFeatures.__doc__))


def _top(features: Features, share: float, count: int | None) -> int:
    customers = int((features.net > 0).sum())
    wanted = int(np.ceil(round(share * customers, 9))) if count is None else count
    return min(wanted, features.orders.size)


def _missing(features: Features) -> str:
    buyers = int((features.orders > 0).sum())
    if buyers < ENOUGH_CUSTOMERS:
        return f"{ENOUGH_CUSTOMERS} customers with an order are needed, the ledger has {buyers}"
    if features.history_days < ENOUGH_DAYS:
        return f"{ENOUGH_DAYS} days of history are needed, the ledger has {features.history_days}"
    return ""


def _sorted_buyers(features: Features) -> NDArray[np.int64]:
    # One order whatever order the rows come in: sums then round alike, and the fit sees the same customers.
    buyers = np.flatnonzero(features.orders > 0)
    keys = (features.sum_log, features.first_age, features.sale, features.net)
    return buyers[np.lexsort([key[buyers] for key in keys])]


def _fit(features: Features, buyers: NDArray[np.int64]) -> tuple[Orders, Mixture, OrderValue]:
    first, last = features.first_age[buyers] / WEEK, features.last_age[buyers] / WEEK
    count = features.orders[buyers].astype(np.float64)
    log_gaps = features.log_gaps[buyers] - (count - 1) * np.log(WEEK)
    orders = Orders(count - 1, first - last, first, log_gaps)
    model = fit_mixture(orders=orders.at(slice(None, None, -(-buyers.size // ENOUGH_TO_FIT))))
    value = fit_order_value(
        count=count,
        sum_log=features.sum_log[buyers],
        sum_log_squared=features.sum_log_squared[buyers],
        sale=features.sale[buyers].astype(np.float64),
        net=features.net[buyers].astype(np.float64),
        log_rate=np.log(model.pace(orders)),
        own_spread=True,
    )
    return orders, model, value


def _shares(values: Floats) -> Floats:
    total = values.sum()
    return values / total if total > 0 else values


def _ranks(share: Floats) -> NDArray[np.int64]:
    return np.searchsorted(np.sort(-share), -share, side="left") + 1
