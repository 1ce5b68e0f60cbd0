"""The field of all customers in a coming period, and where each customer's own revenue may place it in that field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from vitalfew.analytics.repeat import Mixture, Orders
from vitalfew.analytics.value.order_value import OrderValue

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CHUNK = 8_192
BINS = 8_192
CELLS = 6_000_000
FEWEST_POINTS = 16
# Variance by which the log value of a customer's orders drifts until the period is over: a fifth up or down.
DRIFT = 0.05
GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True, slots=True)
class Futures:
    """The coming period as points of equal weight for each buyer, given that it buys at all.

    `expected` orders and `chance_buys`, shape (buyers,), of all; `count` (buyers, points) orders of those who buy,
    ascending.
    """

    expected: Floats
    chance_buys: Floats
    count: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Prospects:
    """All that is known of the buyers' coming period.

    `move` (buyers,) is the log factor on the value of each order; `customers` counts everybody who is ranked, those
    without an order too.
    """

    futures: Futures
    value: OrderValue
    move: Floats
    customers: int


@dataclass(frozen=True, slots=True)
class Field:
    """How many customers are expected above a revenue: `above[i]` above `log_revenue[i]`, which ascends."""

    log_revenue: Floats
    above: Floats

    def rank_of(self, log_revenue: Floats) -> Floats:
        """Expected number of customers above each revenue."""
        return np.interp(log_revenue, self.log_revenue, self.above)

    def bar(self, top: int) -> float:
        """Log revenue that `top` customers are expected to pass; the lowest of all where fewer will buy."""
        return float(np.interp(-top, -self.above, self.log_revenue))


@dataclass(frozen=True, slots=True)
class Placed:
    """Ranks and chances of the buyers, each of shape (buyers,)."""

    median: Ints
    low: Ints
    high: Ints
    chance_top: Floats


@dataclass(frozen=True, slots=True)
class _Revenue:
    """Revenue of some buyers at each point: a lognormal of this centre and width, arrays (rows, points)."""

    rows: slice
    centre: Floats
    width: Floats
    log_revenue: Floats


def futures(*, model: Mixture, orders: Orders, weeks: float, points: int) -> Futures:
    """How many orders each buyer may place, exact for each, at fewer points where there are very many buyers."""
    size = orders.age.size
    points = min(points, max(CELLS // size, FEWEST_POINTS))
    expected, chance, count = np.empty(size), np.empty(size), np.empty((size, points), dtype=np.int32)
    # Customers that may order about as often stand together, so that no row is much longer than it needs.
    most = model.most_orders(orders, weeks)
    alike = np.argsort(most, kind="stable")
    for start in range(0, size, CHUNK):
        rows = alike[start : start + CHUNK]
        chances = model.chance_of_orders(orders.at(rows), weeks, int(most[rows[-1]]))
        expected[rows], chance[rows] = chances.sum(axis=1), chances[:, 0]
        count[rows] = _counts(chances, points)
    return Futures(expected, chance, count)


def build_field(*, prospects: Prospects) -> Field:
    """The field that all buyers make together."""
    low, high = _limits(prospects)
    counts = np.zeros(BINS)
    points = prospects.futures.count.shape[1]
    for part in _revenues(prospects):
        weight = np.repeat(prospects.futures.chance_buys[part.rows] / points, points)
        place = np.clip((part.log_revenue.ravel() - low) * (BINS / (high - low)), 0, BINS - 1)
        counts += np.bincount(place.astype(np.int64), weight, minlength=BINS)
    above = np.append(np.cumsum(counts[::-1])[::-1], 0.0)
    return Field(np.linspace(low, high, BINS + 1), above)


def place(*, prospects: Prospects, field: Field, top: int, level: float) -> Placed:
    """Rank interval and chance of the top of every buyer against the field, in chunks so that memory stays flat."""
    size = prospects.move.size
    bar = field.bar(top)
    ranks = np.empty((3, size), dtype=np.int64)
    chance_top = np.empty(size)
    upper = (1 + level) / 2
    for part in _revenues(prospects):
        buys = prospects.futures.chance_buys[part.rows]
        chance_top[part.rows] = buys * ndtr((part.centre - bar) / part.width).mean(axis=1)
        ordered = np.sort(part.log_revenue, axis=1)
        for row, quantile in enumerate((0.5, upper, 1 - upper)):
            ranks[row, part.rows] = _rank_at(field, ordered, buys, quantile, prospects.customers)
    return Placed(ranks[0], ranks[1], ranks[2], chance_top)


def _counts(chances: Floats, points: int) -> NDArray[np.int32]:
    """Orders at the middles of equal parts of the distribution of those who buy, shape (rows, points), ascending."""
    more = chances[:, 1:] / np.maximum(chances[:, :1], 1e-300)
    more = more[:, : int((more.max(axis=0, initial=0.0) > 0.5 / points).sum())]
    count = np.ones((len(more), points), dtype=np.int32)
    for point in range(points):
        count[:, point] += (more > 1 - (point + 0.5) / points).sum(axis=1, dtype=np.int32)
    return count


def _deviates(rows: Ints, points: int) -> Floats:
    """How far the revenue of each point lies from its centre, in widths, (rows, points): normal, and no dice thrown.

    The points of a row lie evenly from low to high, in an order that has nothing to do with the counts and begins
    elsewhere for each row, so that the field of many rows has every count with every deviate.
    """
    step = ((np.arange(points) + 1) * GOLDEN % 1).argsort().argsort()
    place = (step + (rows * GOLDEN % 1 * points).astype(np.int64)[:, np.newaxis]) % points
    return np.asarray(ndtri((np.arange(points) + 0.5) / points)[place])


def _revenues(prospects: Prospects) -> Iterator[_Revenue]:
    value = prospects.value
    for start in range(0, prospects.move.size, CHUNK):
        rows = slice(start, min(start + CHUNK, prospects.move.size))
        count = prospects.futures.count[rows].astype(np.float64)
        # The sum of `count` lognormal orders as one lognormal of the same mean and variance (Fenton 1960).
        one = value.spread[rows]
        spread = np.log1p(np.expm1(one)[:, np.newaxis] / count)
        own = value.centre[rows] + one / 2 + prospects.move[rows] + np.log(np.maximum(value.kept[rows], 1e-9))
        centre = own[:, np.newaxis] + np.log(count) - spread / 2
        width = np.sqrt(value.variance[rows][:, np.newaxis] + DRIFT + spread)
        deviate = _deviates(np.arange(rows.start, rows.stop), count.shape[1])
        yield _Revenue(rows, centre, width, centre + width * deviate)


def _limits(prospects: Prospects) -> tuple[float, float]:
    """A range of log revenue wide enough for every point that matters: from half a typical order far upwards."""
    value = prospects.value
    reach = 6 * np.sqrt(float((value.spread + value.variance).max()))
    most = np.log(np.maximum(prospects.futures.count[:, -1], 1)) + value.centre + prospects.move + value.spread / 2
    least = value.centre + prospects.move + np.log(np.maximum(value.kept, 1e-9))
    return float(least.min() - reach), float(most.max() + reach)


def _rank_at(field: Field, ordered: Floats, buys: Floats, quantile: float, last: int) -> Ints:
    """Rank at a quantile of revenue; revenue is nothing with the chance of no order, else as at the points."""
    points = ordered.shape[1]
    within = (quantile - (1 - buys)) / np.maximum(buys, 1e-12)
    column = np.clip(np.floor(within * points), 0, points - 1).astype(np.int64)
    revenue = np.where(within >= 0, ordered[np.arange(column.size), column], -np.inf)
    # The customer's own part of the field is taken out: it can't stand above itself.
    rank = np.rint(1 + field.rank_of(revenue) - (1 - quantile))
    return np.where(np.isneginf(revenue), last, np.clip(rank, 1, last)).astype(np.int64)
