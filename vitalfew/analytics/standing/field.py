"""The field of all customers in a coming period, and where each customer's own draws place it in that field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from vitalfew.analytics.repeat.repeat_orders import OrderModel, Orders, draw_orders
from vitalfew.analytics.value.order_value import OrderValue

Floats = NDArray[np.float64]

CHUNK = 10_000
BINS = 8_192
FIELD_CELLS = 2_000_000
CELLS = 6_000_000
FEWEST_DRAWS = 16
FEWEST_FIELD_DRAWS = 4


@dataclass(frozen=True, slots=True)
class Prospects:
    """All that is known of the buyers' next `weeks`; arrays of shape (buyers,).

    `active` chance of not having stopped, `move` log factor on the value of each draw, `customers` counts everybody
    who is ranked, those without an order too.
    """

    model: OrderModel
    orders: Orders
    weeks: float
    active: Floats
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
    """Ranks and chances of the buyers, each of shape (buyers,), and how many draws each rests on."""

    median: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    chance_top: Floats
    chance_buys: Floats
    draws: int


@dataclass(frozen=True, slots=True)
class _Draws:
    rows: slice
    buys: NDArray[np.bool_]
    centre: Floats
    width: Floats
    log_revenue: Floats


def build_field(*, prospects: Prospects, draws: int, seed: int) -> Field:
    """The field that all buyers make together, from a few draws of each."""
    wanted = min(draws, max(FIELD_CELLS // prospects.active.size, FEWEST_FIELD_DRAWS))
    low, high = _limits(prospects)
    counts = np.zeros(BINS)
    for part in _parts(prospects, wanted, seed):
        weight = np.broadcast_to((prospects.active[part.rows] / wanted)[:, np.newaxis], part.buys.shape)
        place = np.clip((part.log_revenue[part.buys] - low) * (BINS / (high - low)), 0, BINS - 1)
        counts += np.bincount(place.astype(np.int64), weight[part.buys], minlength=BINS)
    above = np.append(np.cumsum(counts[::-1])[::-1], 0.0)
    return Field(np.linspace(low, high, BINS + 1), above)


def place(*, prospects: Prospects, field: Field, top: int, level: float, draws: int, seed: int) -> Placed:
    """Rank interval and chances of every buyer against the field, in chunks so that memory stays flat."""
    size = prospects.active.size
    wanted = min(draws, max(CELLS // size, FEWEST_DRAWS))
    bar = field.bar(top)
    ranks = np.empty((3, size), dtype=np.int64)
    chance_top, chance_buys = np.empty(size), np.empty(size)
    upper = (1 + level) / 2
    for part in _parts(prospects, wanted, seed + 1):
        active = prospects.active[part.rows]
        chance_buys[part.rows] = active * part.buys.mean(axis=1)
        chance_top[part.rows] = active * (part.buys * ndtr((part.centre - bar) / part.width)).mean(axis=1)
        ordered = np.sort(np.where(part.buys, part.log_revenue, -np.inf), axis=1)
        for row, quantile in enumerate((0.5, upper, 1 - upper)):
            ranks[row, part.rows] = _rank_at(field, ordered, active, quantile, prospects.customers)
    return Placed(ranks[0], ranks[1], ranks[2], chance_top, chance_buys, wanted)


def _parts(prospects: Prospects, draws: int, seed: int) -> Iterator[_Draws]:
    size = prospects.active.size
    for number, start in enumerate(range(0, size, CHUNK)):
        rows = slice(start, min(start + CHUNK, size))
        yield _part(prospects, rows, draws, np.random.default_rng((seed, number)))


def _part(prospects: Prospects, rows: slice, draws: int, rng: np.random.Generator) -> _Draws:
    orders, value = prospects.orders.at(rows), prospects.value
    count = draw_orders(model=prospects.model, orders=orders, weeks=prospects.weeks, draws=draws, rng=rng)
    buys = count > 0
    safe = np.maximum(count, 1)
    # The sum of `count` lognormal orders as one lognormal of the same mean and variance (Fenton 1960).
    spread = np.log1p(np.expm1(value.within) / safe)
    own = value.centre[rows] + value.within / 2 + prospects.move[rows] + np.log(np.maximum(value.kept[rows], 1e-9))
    centre = own[:, np.newaxis] + np.log(safe) - spread / 2
    width = np.sqrt(value.variance[rows][:, np.newaxis] + spread)
    return _Draws(rows, buys, centre, width, centre + width * rng.standard_normal(count.shape))


def _limits(prospects: Prospects) -> tuple[float, float]:
    """A range of log revenue wide enough for every draw that matters: from half a typical order far upwards."""
    value = prospects.value
    reach = 6 * np.sqrt(value.within + value.variance.max())
    rate = (prospects.model.r + prospects.orders.repeats) / (prospects.model.alpha + prospects.orders.age)
    most = np.log(np.maximum(rate * prospects.weeks, 1)) + value.centre + prospects.move + value.within / 2
    least = value.centre + prospects.move + np.log(np.maximum(value.kept, 1e-9))
    return float(least.min() - reach), float(most.max() + reach)


def _rank_at(field: Field, ordered: Floats, active: Floats, quantile: float, last: int) -> NDArray[np.int64]:
    """Rank at a quantile of revenue; revenue is nothing with the chance of having stopped, else as in the draws."""
    draws = ordered.shape[1]
    within = (quantile - (1 - active)) / np.maximum(active, 1e-12)
    column = np.clip(np.floor(within * draws), 0, draws - 1).astype(np.int64)
    revenue = np.where(within >= 0, ordered[np.arange(column.size), column], -np.inf)
    # The customer's own part of the field is taken out: it can't stand above itself.
    rank = np.rint(1 + field.rank_of(revenue) - (1 - quantile))
    return np.where(np.isneginf(revenue), last, np.clip(rank, 1, last)).astype(np.int64)
