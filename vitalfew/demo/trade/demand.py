"""How much of each item an order takes: season, growth, the account's price response and the lift of its manager."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitalfew.demo.cast.accounts import Accounts
from vitalfew.demo.cast.products import Products
from vitalfew.demo.scene.streams import Floats, Ints, stream
from vitalfew.demo.scene.wares import CATEGORIES
from vitalfew.demo.scene.window import Window
from vitalfew.demo.trade.baskets import Baskets
from vitalfew.demo.trade.ledger import SALE, Lines
from vitalfew.demo.trade.orders import Orders
from vitalfew.demo.trade.prices import Prices
from vitalfew.demo.trade.treatment import Treated

NOISE = 0.45
# Of an item of the middle price of 20 pounds a middling account takes about 2; of dearer items fewer.
TYPICAL = 2.2
CHEAPER_MORE = 0.6
SPLIT_SHARE = 0.03
BULK_SHARE, BULK_TIMES = 0.0004, 10.0


@dataclass(frozen=True, slots=True)
class Market:
    """All that demand depends on besides orders and baskets."""

    accounts: Accounts
    products: Products
    prices: Prices
    treated: Treated
    window: Window


def expected_quantities(*, market: Market, buyers: Ints, items: Ints, days: Ints) -> Floats:
    """Mean quantity of a line: account × item × season × growth × list price response × lift.

    The list price is the cause, not the price paid: quantity breaks make big lines cheap and answer nothing.
    """
    accounts, products, window = market.accounts, market.products, market.window
    season = np.array([one.months for one in CATEGORIES])
    price = market.prices.change(items=items, months=window.month(days))
    size = TYPICAL * (2000.0 / products.first_price[items]) ** CHEAPER_MORE
    logs = (
        accounts.spend[buyers]
        + accounts.growth[buyers] * window.years_from_middle(days)
        + accounts.elasticity[buyers] * price
    )
    lift = market.treated.factor(buyers=buyers, days=days, count=accounts.count)
    mean: Floats = size * np.exp(logs) * season[products.category[items], window.calendar_month(days)] * lift
    return mean


def make_sales(*, seed: int, market: Market, orders: Orders, baskets: Baskets) -> Lines:
    """Sales lines of all orders. A quantity is rounded up or down by chance, so that its mean stays exact; a line
    that comes to nothing is not there, only the first line of an order takes one piece at least."""
    rng = stream(seed=seed, topic="demand")
    buyers, days = orders.buyer[baskets.order], orders.day[baskets.order]
    count = len(baskets.item)
    mean = expected_quantities(market=market, buyers=buyers, items=baskets.item, days=days)
    mean *= np.exp(rng.normal(0.0, NOISE, count) - NOISE**2 / 2)
    mean *= np.where(rng.random(count) < BULK_SHARE, BULK_TIMES, 1.0)
    quantity = np.floor(mean + rng.random(count)).astype(np.int64)
    first = np.ones(count, dtype=np.bool_)
    first[1:] = baskets.order[1:] != baskets.order[:-1]
    quantity = np.where(first, np.maximum(quantity, 1), quantity)
    # A few orders are delivered and billed in two invoices on the same day.
    split = rng.random(len(orders.day)) < SPLIT_SHARE
    document = 2 * baskets.order + (split[baskets.order] & (np.arange(count) % 2 == 1))
    there = quantity > 0
    return priced(
        market=market,
        buyers=buyers[there],
        days=days[there],
        items=baskets.item[there],
        quantities=quantity[there],
        documents=document[there],
    )


def priced(*, market: Market, buyers: Ints, days: Ints, items: Ints, quantities: Ints, documents: Ints) -> Lines:
    """Sales lines at the price of their day: list, quantity break, then the discount the account has by then."""
    accounts, months = market.accounts, market.window.month(days)
    has = (buyers >= 0) & (days >= accounts.discount_from[buyers])
    tiers = market.prices.tier(items=items, quantities=quantities)
    return Lines(
        buyer=buyers,
        day=days,
        document=documents,
        item=items,
        quantity=quantities,
        unit=market.prices.unit(
            items=items, months=months, tiers=tiers, discounts=np.where(has, accounts.discount[buyers], 0)
        ),
        listed=market.prices.listed[items, months],
        cost=quantities * unit_costs(market=market, items=items, months=months),
        kind=np.full(len(items), SALE, dtype=np.int64),
    )


def unit_costs(*, market: Market, items: Ints, months: Ints) -> Ints:
    """Cost of one piece in pence: it follows four fifths of the list price's way."""
    change = market.prices.change(items=items, months=months)
    return np.rint(market.products.unit_cost[items] * np.exp(0.8 * change)).astype(np.int64)
