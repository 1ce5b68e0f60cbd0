"""Two ways to answer a price: to order an item more or less often, and to take more or less of it at a time.

Both are counts with the same effects swept out. They are fitted apart because their noise differs by far: when an
order falls is nearly chance, how much of an item it takes is not. The response of volume is their sum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.price.counts import NEAR, SWEEPS, Fit, fitted, resplit
from vitalfew.analytics.price.effects import Effect, effect, swept
from vitalfew.analytics.price.halves import Slopes, silent
from vitalfew.analytics.price.panel import Panel
from vitalfew.analytics.price.shrink import moderated

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# An order above this quantile of the book, in usual sizes of its account and item, is cut to it: a project or a slip.
CUT = 0.995
ROUNDS = 10
# So many orders weigh as much as what account and item have in common when the usual size of an order is told. With
# fewer, a large order at a low price would make itself usual.
USUAL_ORDERS = 8.0
# Less than this is what rounding leaves of a price that never moved.
LEAST_INFORMATION = 1e-9
# The largest share of its own month that a row may be when what it eats of its noise is given back.
MOST_EATEN = 0.9
# Standard errors by which the market must reach the price paid.
SURELY = 4.0
WORTH_KEEPING = 0.8


@dataclass(frozen=True, slots=True)
class Margins:
    """The slopes of ordering and of the size of an order; and of the price paid on the market's, with its error."""

    orders: Slopes
    size: Slopes
    through: float | None
    through_error: float

    @property
    def sure(self) -> bool:
        """Whether the market's price surely reaches the price paid."""
        return self.through is not None and self.through > SURELY * self.through_error

    @property
    def loose(self) -> float:
        """The standard error of `through` as a share of it, 0 where it is not sure."""
        return self.through_error / self.through if self.through is not None and self.sure else 0.0


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one margin: what is counted, against what (None: against nothing), beside the panel's columns.

    `group` has the shape (items,), everything else (rows,).
    """

    account: Ints
    item: Ints
    month: Ints
    price: Floats
    count: Floats
    exposure: Floats | None
    paid: Floats | None
    group: Ints

    def where(self, kept: Bools) -> Rows:
        """The rows `kept`."""
        return Rows(
            self.account[kept],
            self.item[kept],
            self.month[kept],
            self.price[kept],
            self.count[kept],
            None if self.exposure is None else self.exposure[kept],
            None if self.paid is None else self.paid[kept],
            self.group,
        )


def margins(panel: Panel, *, own_months: bool) -> Margins:
    """Slopes of both margins; with `own_months` each month of an account has a level of its own, else each of the book."""
    group = np.zeros(len(panel.items), dtype=np.int64) if panel.group is None else panel.group
    every = Rows(panel.account, panel.item, panel.month, panel.price, panel.orders, None, None, group)
    there = panel.quantity > 0
    bought = _in_usual_sizes(replace(every, paid=panel.paid).where(there), panel.quantity[there])
    accounts, middle = len(panel.accounts), _middle_month(panel)
    orders, size = (_fitted(rows, own_months=own_months) for rows in (every, bought))
    return Margins(_slopes(orders, accounts, middle), _slopes(size, accounts, middle), *_through(size))


def _middle_month(panel: Panel) -> int:
    """The first month of the later half of the orders."""
    orders = np.cumsum(np.bincount(panel.month, panel.orders))
    return int(np.searchsorted(orders, orders[-1] / 2)) + 1


def _in_usual_sizes(bought: Rows, quantity: Floats) -> Rows:
    """Quantities over the size usual for their account and item, so that an item sold by the thousand weighs no more."""
    log, weight = np.log(quantity / bought.count), bought.count
    by_account, by_item = (np.bincount(code, weight) for code in (bought.account, bought.item))
    own, its = np.zeros(by_account.size), np.zeros(by_item.size)
    for _ in range(ROUNDS):
        own = np.bincount(bought.account, weight * (log - its[bought.item])) / np.maximum(by_account, 1e-300)
        its = np.bincount(bought.item, weight * (log - own[bought.account])) / np.maximum(by_item, 1e-300)
    usual = own[bought.account] + its[bought.item]
    cell = effect(bought.account * (int(bought.item.max()) + 1) + bought.item)
    orders, over = cell.total(weight), cell.total(weight * (log - usual))
    sizes = np.exp(log - usual - (over / (orders + USUAL_ORDERS))[cell.code])
    cut = np.minimum(sizes, np.quantile(sizes, CUT)) * bought.count
    return replace(bought, count=cut, exposure=bought.count)


def _effects(rows: Rows, *, own_months: bool) -> tuple[Effect, ...]:
    """Account × item first, then the months; those of groups of items only where an account's do not hold them already."""
    items, months = int(rows.item.max()) + 1, int(rows.month.max()) + 1
    told = [effect(rows.account * items + rows.item)]
    if own_months:
        told.append(effect(rows.account * months + rows.month))
    if not own_months or (rows.group != rows.group[0]).any():
        told.append(effect(rows.group[rows.item] * months + rows.month))
    return tuple(told)


@dataclass(frozen=True, slots=True)
class _Side:
    """One margin with its effects and its fit, None where nothing can be told."""

    rows: Rows
    effects: tuple[Effect, ...]
    fit: Fit | None


def _fitted(rows: Rows, *, own_months: bool) -> _Side:
    """The fit of the rows that tell anything, None where there are none."""
    if rows.count.size == 0:
        return _Side(rows, (), None)
    effects = _effects(rows, own_months=own_months)
    kept = np.ones(rows.count.size, dtype=np.bool_)
    for one in effects:
        # An effect without a total, or of one row, fits exactly whatever the price does.
        kept &= ((one.total(rows.count) > 0) & (np.bincount(one.code, minlength=one.size) > 1))[one.code]
    # Such rows do no harm: where they are few, to leave them out costs more than to keep them.
    if kept.mean() < WORTH_KEEPING:
        rows = rows.where(kept)
        if rows.count.size == 0:
            return _Side(rows, (), None)
        effects = _effects(rows, own_months=own_months)
    return _Side(rows, effects, fitted(count=rows.count, exposure=rows.exposure, price=rows.price, effects=effects))


def _slopes(side: _Side, accounts: int, middle: int) -> Slopes:
    rows, effects, fit = side.rows, side.effects, side.fit
    if fit is None:
        return silent(accounts)
    information = np.bincount(rows.account, fit.information, minlength=accounts)
    noise = _noise(fit, rows, effects, information)
    slope, variance = _one_step(fit.slope, np.bincount(rows.account, fit.score, minlength=accounts), information, noise)
    later = (rows.month >= middle).astype(np.int64)
    split = (effect(effects[0].code * 2 + later), *effects[1:])
    half = later * accounts + rows.account
    score, known = (
        np.bincount(half, value, minlength=2 * accounts).reshape(2, accounts)
        for value in resplit(fit, count=rows.count, effects=split)
    )
    return Slopes(slope, variance, *_one_step(fit.slope, score, known, noise))


def _one_step(at: float, score: Floats, information: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """One Newton step from the common slope for each account, and its variance: infinite where nothing is known."""
    known = information > LEAST_INFORMATION
    safe = np.where(known, information, 1.0)
    return np.where(known, at + score / safe, 0.0), np.where(known, noise / safe, np.inf)


def _noise(fit: Fit, rows: Rows, effects: tuple[Effect, ...], information: Floats) -> Floats:
    """How much noisier than a Poisson count each account is, drawn towards each other.

    Squares of scores are added up by account × item, so that a whole item may run high or low. A row bends the level
    of its month towards itself and looks better for it, the more so the fewer rows the month has. That is given back
    by three quarters, between the customary half (HC2) and whole (HC3): over simulated books of many shapes this leaves
    the variances right on average.
    """
    (cell, months, *_), accounts = effects, information.size
    owner = np.zeros(cell.size, dtype=np.int64)
    owner[cell.code] = rows.account
    # Around each account's own slope, not the book's, or who differs would pass for noisy.
    off = np.bincount(rows.account, fit.score, minlength=accounts) / np.maximum(information, LEAST_INFORMATION)
    eaten = np.minimum(fit.mean / np.maximum(months.total(fit.mean), 1e-300)[months.code], MOST_EATEN)
    known = cell.total(fit.information)
    root = np.sqrt(1 - eaten)
    scores = cell.total((fit.score - off[rows.account] * fit.information) / (root * np.sqrt(root)))
    safe = np.where(information > LEAST_INFORMATION, information, 1.0)
    freedom = safe**2 / np.maximum(np.bincount(owner, known**2, minlength=accounts), 1e-300) - 1
    own = np.bincount(owner, scores**2, minlength=accounts) / safe * (freedom + 1) / np.maximum(freedom, 1e-9)
    return moderated(variance=own, freedom=np.where(information > LEAST_INFORMATION, freedom, 0.0))


def _through(side: _Side) -> tuple[float | None, float]:
    """How much of a move of the market's price reaches the price paid, on average of the book, and its standard error."""
    rows, fit = side.rows, side.fit
    if fit is None or fit.information.sum() <= LEAST_INFORMATION:
        return None, 0.0
    paid = swept(np.asarray(rows.paid), side.effects, weight=fit.mean, near=NEAR, sweeps=SWEEPS)
    weight = fit.mean * fit.price
    information = float((weight * fit.price).sum())
    slope = float((weight * paid).sum()) / information
    scores = np.bincount(rows.account, weight * (paid - slope * fit.price))
    return slope, float(np.sqrt((scores**2).sum())) / information
