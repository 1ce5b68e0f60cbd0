"""Where each customer stands: its rank, the rank it will likely have, and its chance to be among the top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.repeat.repeat_orders import OrderModel, Orders, chance_active, expected_orders, fit_orders
from vitalfew.analytics.standing.field import Field, Prospects, build_field, place
from vitalfew.analytics.value.order_value import OrderValue, fit_order_value
from vitalfew.ground.errors import Refusal

Floats = NDArray[np.float64]

ENOUGH_CUSTOMERS = 30
ENOUGH_DAYS = 90
WEEK = 7.0
# A customer's draws are moved to the blended value by at most this factor either way.
LARGEST_MOVE = 2.0


class UnusableFeatures(Refusal):
    """The order history of the customers contradicts itself: run `vitalfew refresh` again and report it if it stays."""


@dataclass(frozen=True, slots=True)
class Features:
    """One row for each customer; every array has the shape (customers,). Days count back from the as-of date.

    An order is one customer on one day whose sale lines add up to more than zero, and its value is that sum; credit
    notes never are orders, never shrink one and never move its date. Money is in minor units of one currency.

    `orders` how many; `first_age`, `last_age` days since the first and the last order (0: on the as-of date, -1: no
    order); `sum_log`, `sum_log_squared` sums of ln(value) and ln(value)² over the orders; `sale` sum of their values;
    `net` all lines, credit notes included; `net_recent` the same for the last 365 days.
    `history_days` days from the ledger's first line to the as-of date, both inside.
    """

    orders: NDArray[np.int64]
    first_age: NDArray[np.int64]
    last_age: NDArray[np.int64]
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
    `chance_top` is the chance to be among the top, `chance_buys` the chance to buy at all.
    """

    days: int
    level: float
    draws: int
    median: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    chance_top: Floats
    chance_buys: Floats
    model: OrderModel


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


def standing(
    *,
    features: Features,
    top_share: float = 0.2,
    top_count: int | None = None,
    days: int = 182,
    draws: int = 200,
    level: float = 0.8,
    recent_weight: float = 0.5,
    seed: int = 0,
) -> Standing:
    """Rank, its interval over the next `days`, and the chance to be among the top then.

    The top are `top_count` customers, or the share `top_share`, rounded up, of those with net revenue above zero.
    With more than 30,000 customers the draws for each are reduced, down to 16, so that the cost stays bounded.
    The same features give the same answer in whatever order the customers come (ties apart).
    Raises UnusableFeatures where counts, days or sums contradict each other.
    Source: docs/measures/rank.md; MBG/NBD (Batislam and others 2007), shrunk log order value (Morris 1983).
    """
    check(features=features)
    top = _top(features, top_share, top_count)
    missing = _missing(features)
    recent = _shares(np.maximum(features.net_recent, 0).astype(np.float64))
    if missing:
        return Standing(recent, _ranks(recent), top, None, missing)
    buyers = _sorted_buyers(features)
    orders, model, value = _fit(features, buyers, seed)
    active = chance_active(model=model, orders=orders)
    expected = active * expected_orders(model=model, orders=orders, weeks=days / WEEK) * value.mean
    share = np.zeros(features.orders.size)
    share[buyers] = (1 - recent_weight) * _shares(expected)
    share += recent_weight * recent
    move = np.clip(share[buyers] / np.maximum(_shares(expected), 1e-300), 1 / LARGEST_MOVE, LARGEST_MOVE)
    prospects = Prospects(model, orders, days / WEEK, active, value, np.log(move), features.orders.size)
    field = build_field(prospects=prospects, draws=draws, seed=seed)
    outlook = _outlook(prospects, field, buyers, top, days=days, level=level, draws=draws, seed=seed)
    return Standing(_shares(share), _ranks(share), top, outlook, "")


def check(*, features: Features) -> None:
    """Raise UnusableFeatures where the arrays differ in length, are not finite or contradict each other."""
    f, ordered = features, features.orders > 0
    arrays: tuple[NDArray[Any], ...] = (f.first_age, f.last_age, f.sum_log, f.sum_log_squared, f.sale, f.net)
    sound = all(a.shape == f.orders.shape for a in (*arrays, f.net_recent)) and (
        bool(np.isfinite(f.sum_log).all() and np.isfinite(f.sum_log_squared).all() and (f.orders >= 0).all())
        and bool((f.last_age[ordered] >= 0).all() and (f.first_age[ordered] - f.last_age[ordered] >= 0).all())
        and bool((f.orders[ordered] - 1 <= f.first_age[ordered] - f.last_age[ordered]).all())
        and bool((f.sale[ordered] > 0).all())
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
    # Random numbers are dealt in this order, so a customer gets the same ones wherever its row stands.
    buyers = np.flatnonzero(features.orders > 0)
    keys = (features.sum_log, features.first_age, features.sale, features.net)
    return buyers[np.lexsort([key[buyers] for key in keys])]


def _fit(features: Features, buyers: NDArray[np.int64], seed: int) -> tuple[Orders, OrderModel, OrderValue]:
    first, last = features.first_age[buyers] / WEEK, features.last_age[buyers] / WEEK
    count = features.orders[buyers].astype(np.float64)
    orders = Orders(count - 1, first - last, first)
    model = fit_orders(orders=orders, seed=seed)
    value = fit_order_value(
        count=count,
        sum_log=features.sum_log[buyers],
        sum_log_squared=features.sum_log_squared[buyers],
        sale=features.sale[buyers].astype(np.float64),
        net=features.net[buyers].astype(np.float64),
        log_rate=np.log((model.r + orders.repeats) / (model.alpha + orders.age)),
    )
    return orders, model, value


def _outlook(
    prospects: Prospects,
    field: Field,
    buyers: NDArray[np.int64],
    top: int,
    *,
    days: int,
    level: float,
    draws: int,
    seed: int,
) -> Outlook:
    placed = place(prospects=prospects, field=field, top=top, level=level, draws=draws, seed=seed)
    last = prospects.customers

    def spread(ranks: NDArray[np.int64]) -> NDArray[np.int64]:
        whole = np.full(last, last, dtype=np.int64)
        whole[buyers] = ranks
        return whole

    chance_top, chance_buys = np.zeros(last), np.zeros(last)
    chance_top[buyers], chance_buys[buyers] = placed.chance_top, placed.chance_buys
    ranks = (spread(placed.median), spread(placed.low), spread(placed.high))
    return Outlook(days, level, placed.draws, *ranks, chance_top, chance_buys, prospects.model)


def _shares(values: Floats) -> Floats:
    total = values.sum()
    return values / total if total > 0 else values


def _ranks(share: Floats) -> NDArray[np.int64]:
    return np.searchsorted(np.sort(-share), -share, side="left") + 1
