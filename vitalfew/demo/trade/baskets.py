"""Which items each order asks for: mostly from the buyer's own range, now and then something new to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitalfew.demo.cast.accounts import Accounts
from vitalfew.demo.cast.products import Products
from vitalfew.demo.scene.segments import column
from vitalfew.demo.scene.streams import Floats, Ints, stream
from vitalfew.demo.trade.orders import Orders

# Share of lines that come from the buyer's own range.
LOYAL_SHARE = 0.86
RANGE_LIMIT = 160
# Logarithm of the range's width for a unit of the trait.
RANGE_BY_TRAIT = 0.2


@dataclass(frozen=True, slots=True)
class Baskets:
    """One entry for each line wished for, by order: the order's number and the item."""

    order: Ints
    item: Ints


def item_chances(*, products: Products) -> Floats:
    """Chance of each item (columns) for a buyer of each segment (rows); rows sum to one."""
    likes = column("likes")[:, products.category]
    weights = likes * products.popularity
    return weights / weights.sum(axis=1, keepdims=True)


def make_baskets(*, seed: int, accounts: Accounts, orders: Orders, products: Products) -> Baskets:
    """Lines of all orders, an item once in an order, without items that are not sold on the day."""
    rng = stream(seed=seed, topic="baskets")
    chances = item_chances(products=products)
    own, sizes = _ranges(rng=rng, accounts=accounts, chances=chances)
    wished = 1 + rng.poisson(accounts.lines[orders.buyer] - 1.0)
    order = np.repeat(np.arange(len(orders.day)), wished)
    buyer = orders.buyer[order]
    # The square makes the first items of the range its staples.
    place = (sizes[buyer] * rng.random(len(order)) ** 2).astype(np.int64)
    item = own[buyer, place]
    explores = np.flatnonzero(rng.random(len(order)) >= LOYAL_SHARE)
    item[explores] = _draw(rng=rng, chances=chances, segments=accounts.industry[buyer[explores]])
    code = np.unique(order * products.count + item)
    order, item = code // products.count, code % products.count
    day = orders.day[order]
    sold = (day >= products.first[item]) & (day <= products.last[item])
    return Baskets(order=order[sold], item=item[sold])


def _ranges(*, rng: np.random.Generator, accounts: Accounts, chances: Floats) -> tuple[Ints, Ints]:
    """Each buyer's own range (row of items, staples first) and how many of its columns count.

    Who trusts us buys more kinds of item from us, for as many lines in an order.
    """
    wide = RANGE_BY_TRAIT * accounts.trait.mean(axis=1) + rng.normal(0.0, 0.25, accounts.count)
    sizes = np.clip(5 * accounts.lines * np.exp(wide), 6, RANGE_LIMIT).astype(np.int64)
    segments = np.repeat(accounts.industry, RANGE_LIMIT)
    return _draw(rng=rng, chances=chances, segments=segments).reshape(accounts.count, RANGE_LIMIT), sizes


def _draw(*, rng: np.random.Generator, chances: Floats, segments: Ints) -> Ints:
    """One item for each entry: all rows' cumulated chances laid end to end, so that one search serves all segments."""
    ends = np.cumsum(chances, axis=1)
    ends[:, -1] = 1.0
    laid = (ends + np.arange(len(chances))[:, None]).ravel()
    found = np.searchsorted(laid, segments + rng.random(len(segments)), side="right")
    return np.asarray(np.minimum(found - segments * chances.shape[1], chances.shape[1] - 1), dtype=np.int64)
