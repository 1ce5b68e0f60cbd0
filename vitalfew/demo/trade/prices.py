"""List prices with dated moves and quantity breaks, and the price a customer pays, in whole hundredths of a penny."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vitalfew.demo.cast.products import Products
from vitalfew.demo.scene.columns import dates, decimals, divide_half_even, texts
from vitalfew.demo.scene.streams import Floats, Ints, stream
from vitalfew.demo.scene.wares import CATEGORIES
from vitalfew.demo.scene.window import Window

# Off the list price at each break, in thousandths.
BREAK_DISCOUNTS = np.array([0, 50, 100], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Prices:
    """`listed[item, month]` in pence for one piece; `breaks[item]` holds the quantities 1, first and second break."""

    listed: Ints
    breaks: Ints

    def tier(self, *, items: Ints, quantities: Ints) -> Ints:
        """Which quantity break each line reaches: 0, 1 or 2."""
        return (quantities[:, None] >= self.breaks[items, 1:]).sum(axis=1)

    def change(self, *, items: Ints, months: Ints) -> Floats:
        """Log of the list price over the item's list price at the window's start."""
        return (np.log(self.listed) - np.log(self.listed[:, :1]))[items, months]

    def unit(self, *, items: Ints, months: Ints, tiers: Ints, discounts: Ints) -> Ints:
        """Price of one piece in 1/10,000 pounds: break first, then the account's discount (thousandths), each rounded."""
        at_break = tier_prices(listed=self.listed[items, months], tiers=tiers)
        return divide_half_even(dividend=at_break * (1000 - discounts), divisor=1000)


def tier_prices(*, listed: Ints, tiers: Ints) -> Ints:
    """The list price (pence) after the quantity break, in 1/10,000 pounds."""
    return divide_half_even(dividend=listed * 100 * (1000 - BREAK_DISCOUNTS[tiers]), divisor=1000)


def make_prices(*, seed: int, products: Products, window: Window) -> Prices:
    """Each category reviews its list twice a year; most items then move, by 2 % up on average, each by its own step."""
    rng = stream(seed=seed, topic="prices")
    listed = np.empty((products.count, window.months), dtype=np.int64)
    listed[:, 0] = products.first_price
    reviews = np.array([one.reviews for one in CATEGORIES])
    for month in range(1, window.months):
        moves = rng.random(products.count) < 0.8
        steps = np.exp(rng.normal(0.02, 0.045, products.count))
        reviewed = (reviews == window.month_start(month).month).any(axis=1)[products.category]
        moved = np.rint(listed[:, month - 1] * steps).astype(np.int64)
        listed[:, month] = np.where(moves & reviewed, moved, listed[:, month - 1])
    first_break = np.array([one.breaks for one in CATEGORIES], dtype=np.int64)[products.category]
    return Prices(listed=listed, breaks=np.column_stack([np.ones(products.count, dtype=np.int64), first_break]))


def price_table(*, prices: Prices, products: Products, window: Window) -> pa.Table:
    """The price list as a file: Item, Valid From, Min Quantity, Price; one row for each move and quantity break."""
    moved = np.diff(prices.listed, axis=1, prepend=0) != 0
    item, month = np.nonzero(moved)
    item, month, tier = np.repeat(item, 3), np.repeat(month, 3), np.tile(np.arange(3), len(item))
    starts = np.array([window.day(window.month_start(index)) for index in range(window.months)])
    return pa.table(
        {
            "Item": texts(words=products.ids, index=item),
            "Valid From": dates(days=np.maximum(starts[month], products.first[item]), first=window.first),
            "Min Quantity": pa.array(prices.breaks[item, tier]),
            "Price": decimals(values=tier_prices(listed=prices.listed[item, month], tiers=tier), places=4),
            "Currency": pa.array(["GBP"] * len(item)),
        }
    )
