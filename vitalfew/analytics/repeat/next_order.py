"""When each customer will order next: first how likely at all, then from when to when, by any model of repeat orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.refusals import OutOfOrder
from vitalfew.analytics.repeat.mixture import Mixture
from vitalfew.analytics.repeat.model import RepeatModel
from vitalfew.analytics.repeat.orders import Floats, Orders, check_orders

Rows = NDArray[np.int64] | slice

ROUNDS = 60
# So many weeks stand for ever.
EVER = 1e12
# A date need not be truer than this share of the time until then.
NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class NextOrder:
    """Arrays of shape (customers,); times count from now, in the unit of the orders' times.

    `chance` of an order within `within`. **Given that one comes within it**: with chance `level` it comes between
    `early` and `late`, half before `middle`. **Whether or not one comes**: with chance `level` it comes between
    `overall_early` and `overall_late`, infinite where the chance that an order ever comes does not reach that far.
    """

    level: float
    within: float
    chance: Floats
    early: Floats
    middle: Floats
    late: Floats
    overall_early: Floats
    overall_middle: Floats
    overall_late: Floats


def next_order(*, model: RepeatModel, orders: Orders, level: float = 0.8, within: float = 52.0) -> NextOrder:
    """Chance and date band of each customer's next order; `within` may be infinite.

    Raises what check_orders raises, and OutOfOrder where level is not between 0 and 1 or within is not above 0.
    Source: docs/measures/next_order.md; the model's distribution of the next order, inverted.
    """
    check_orders(orders=orders)
    if not (0 < level < 1 and within > 0):
        raise OutOfOrder("The level lies between 0 and 1 and within is above 0: give for example .8 and 52 weeks.")
    chance = model.chance_of_order(orders, within) if np.isfinite(within) else _ever(model, orders)
    low, high = (1 - level) / 2, (1 + level) / 2
    given = [time_until(model=model, orders=orders, chance=part * chance) for part in (low, 0.5, high)]
    overall = [time_until(model=model, orders=orders, chance=np.full(chance.shape, part)) for part in (low, 0.5, high)]
    return NextOrder(level, within, chance, *given, *overall)


def time_until(*, model: RepeatModel, orders: Orders, chance: Floats) -> Floats:
    """When the chance that an order has come reaches `chance`, both (customers,); infinite where it never does."""
    time = np.where(chance > 0, np.inf, 0.0)
    rows = np.flatnonzero((chance > 0) & (chance < _ever(model, orders) * (1 - 1e-9)))
    if rows.size:
        some = orders.at(rows)
        time[rows] = _Search(_asking(model, some), some, chance[rows]).found()
    return time


def _ever(model: RepeatModel, orders: Orders) -> Floats:
    """Chance that an order ever comes: of the active ones who leave without another, as Pareto has it, none does."""
    return np.minimum(model.chance_active(orders), model.chance_of_order(orders, EVER))


def _asking(model: RepeatModel, orders: Orders) -> Callable[[Rows, Floats], Floats]:
    """The chance of an order of some rows within their weeks; the classes of a mixture are told apart only once."""
    if not isinstance(model, Mixture):
        return lambda rows, weeks: model.chance_of_order(orders.at(rows), weeks)
    classes = model.chance_of_class(orders)
    return lambda rows, weeks: model.chance_of_order(orders.at(rows), weeks, classes[:, rows])


class _Search:
    """Regula falsi in the logarithm of time with the Illinois rule, all customers at once, the found ones left out."""

    def __init__(self, ask: Callable[[Rows, Floats], Floats], orders: Orders, chance: Floats) -> None:
        self.ask, self.orders, self.chance = ask, orders, chance

    def found(self) -> Floats:
        low, high = self._bracket()
        below, above = self._off(low, slice(None)), self._off(high, slice(None))
        middle, rows = low.copy(), np.arange(low.size)
        for _ in range(ROUNDS):
            x, y, u, v = low[rows], high[rows], below[rows], above[rows]
            point = np.clip(x - u * (y - x) / np.where(v > u, v - u, 1.0), x, y)
            off = self._off(point, rows)
            middle[rows] = point
            # The end that stays for a second time counts half, or it would stay for ever.
            short = off < 0
            low[rows], below[rows] = np.where(short, point, x), np.where(short, off, u / 2)
            high[rows], above[rows] = np.where(short, y, point), np.where(short, v / 2, off)
            rows = rows[(high[rows] - low[rows] > NEAR) & (np.abs(off) > NEAR * self.chance[rows])]
            if not rows.size:
                break
        return np.exp(middle)

    def _bracket(self) -> tuple[Floats, Floats]:
        """Logs of two times, one too early and one too late, at most a factor of 4 apart."""
        start = np.log(np.maximum(self.orders.age, 1e-6) / (self.orders.repeats + 1))
        step = np.log(4.0)
        up, down = start.copy(), start.copy()
        for ends, sign in ((up, 1.0), (down, -1.0)):
            rows = np.arange(start.size)
            while rows.size:
                wrong = sign * self._off(ends[rows], rows) < 0
                rows = rows[wrong]
                ends[rows] += sign * step
        return np.where(up > start, up - step, down), np.where(up > start, up, down + step)

    def _off(self, log_time: Floats, rows: Rows) -> Floats:
        return np.asarray(self.ask(rows, np.exp(log_time)) - self.chance[rows])
