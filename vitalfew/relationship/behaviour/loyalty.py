"""How loyal each account's orders show it to be: will it order, is it still active, how evenly, and how long silent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc

from vitalfew.analytics.repeat import Mixture, Orders, Regular
from vitalfew.analytics.repeat.silence import Silence
from vitalfew.selection.standings import Rhythm

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

WEEKS = 12
LEVEL = 0.8
# Two orders are one gap, and one gap says nothing of how gaps differ; in less than a quarter nobody has stopped yet.
ENOUGH_ORDERS = 3
ENOUGH_DAYS = 90
TOLD, FEW_ORDERS, TOO_NEW, FEW_CUSTOMERS = range(4)

# An interval needs draws of what the account may be like. Each account gets as many as bound the whole at so many
# draws, and never fewer than leave the ends of an 80 % interval within a tenth of where many draws would put them.
_CELLS = 2_000_000
_MOST_DRAWS, _FEWEST_DRAWS = 400, 32
_CHUNK = 4_096
_SEED = 1904
_WEEK = 7.0


@dataclass(frozen=True, slots=True)
class Band:
    """A number of each account and the interval that holds it with a chance of LEVEL; NaN where it is not told."""

    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Loyalty:
    """Loyalty of every account that has ordered, in the order of the rhythm; arrays of shape (accounts,).

    `reason` says why chances are not told: TOLD (they are), FEW_ORDERS, TOO_NEW, FEW_CUSTOMERS (of the whole ledger).
    `order` is the chance of an order in the next WEEKS weeks, `active` that of not having stopped for good; their
    intervals hold the account's own chance. `coming` is the number of orders expected in these weeks; its interval
    holds the number that comes. `regularity` is the mean k of the account's class (1 irregular, 12 a calendar).

    `gap` is the mean of the account's gaps in days and `cycles` the days since its last order in such gaps (NaN before
    the second order). `known` is the number of days since its first order, `at_least` true where the ledger begins too
    late to know the first one.
    """

    account: Ints
    orders: Ints
    reason: Ints
    order: Band
    active: Band
    coming: Band
    regularity: Band
    gap: Floats
    cycles: Floats
    known: Ints
    at_least: Bools


def loyalty(rhythm: Rhythm, model: Mixture | None) -> Loyalty | None:
    """Loyalty by the model that the run's ranks were made with (None: too small a ledger); None where nobody ordered.

    The same rhythm and model give the same answer. Source: docs/measures/loyalty.md.
    """
    if not rhythm.account.size:
        return None
    gap, orders = _gaps(rhythm), rhythm.orders
    reason = np.select(
        [orders < ENOUGH_ORDERS, rhythm.first_age < ENOUGH_DAYS, np.full(orders.shape, model is None)],
        [FEW_ORDERS, TOO_NEW, FEW_CUSTOMERS],
        default=TOLD,
    )
    order, active, coming, regularity = _bands(rhythm, model, reason == TOLD)
    return Loyalty(
        account=rhythm.account,
        orders=orders,
        reason=reason,
        order=order,
        active=active,
        coming=coming,
        regularity=regularity,
        gap=gap,
        cycles=rhythm.last_age / gap,
        known=rhythm.first_age,
        at_least=_may_be_older(rhythm, gap),
    )


def _gaps(rhythm: Rhythm) -> Floats:
    gaps = np.where(rhythm.orders > 1, rhythm.orders - 1, np.nan)
    return np.asarray((rhythm.first_age - rhythm.last_age) / gaps)


def _may_be_older(rhythm: Rhythm, gap: Floats) -> Bools:
    """Whether the first order stands so near the ledger's first day that an earlier one may well be missing."""
    usual = np.where(np.isnan(gap), ENOUGH_DAYS, gap)
    return np.asarray(rhythm.history_days - 1 - rhythm.first_age <= 2 * usual)


def _bands(rhythm: Rhythm, model: Mixture | None, told: Bools) -> tuple[Band, Band, Band, Band]:
    """The four numbers with their intervals of the accounts that are told."""
    found = np.full((12, told.size), np.nan)
    if model is not None and told.any():
        rows = np.flatnonzero(told)
        orders = _orders(rhythm, rows)
        found[:, rows] = np.concatenate([own_chances(model, orders), _regularity(model, orders)])
    first, second, third, fourth = (Band(*found[at : at + 3]) for at in range(0, 12, 3))
    return first, second, third, fourth


def _orders(rhythm: Rhythm, rows: Ints) -> Orders:
    """The orders of these rows as the model reads them, in weeks."""
    count, first, last = (
        values[rows].astype(np.float64) for values in (rhythm.orders, rhythm.first_age, rhythm.last_age)
    )
    log_gaps = rhythm.log_gaps[rows] - (count - 1) * np.log(_WEEK)
    return Orders(count - 1, (first - last) / _WEEK, first / _WEEK, log_gaps)


def own_chances(model: Mixture, orders: Orders) -> Floats:
    """Chance of an order, of being active, and orders to come, each with low and high, shape (9, accounts).

    What is not known is how fast the account orders, how even, and how soon it stops: these are drawn from what its
    orders leave open, exactly and not by a chain, and each draw has its own chances. The interval is that of the draws;
    it is widened to hold the value where the draws are so lopsided that their mean lies outside it.
    """
    size = orders.age.size
    draws = int(np.clip(_CELLS // size, _FEWEST_DRAWS, _MOST_DRAWS))
    rng = np.random.default_rng(_SEED)
    found = np.empty((9, size))
    for start in range(0, size, _CHUNK):
        rows = slice(start, start + _CHUNK)
        found[:, rows] = _own_chances(model, orders.at(rows), draws, rng)
    return found


def _own_chances(model: Mixture, orders: Orders, draws: int, rng: np.random.Generator) -> Floats:
    drawn = _drawn(model, orders, draws, rng)
    edges = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    # Between the draws for a chance, so that few draws cover no less than many; at one of them for a number of orders.
    chances = np.quantile(drawn[:2], edges, axis=2, method="weibull")
    ends = np.concatenate([chances, np.quantile(drawn[2:], edges, axis=2, method="inverted_cdf")], axis=1)
    means = (model.chance_of_order(orders, WEEKS), model.chance_active(orders), model.expected_orders(orders, WEEKS))
    return np.concatenate([_holding(mean, low, high) for mean, low, high in zip(means, *ends, strict=True)])


def _holding(mean: Floats, low: Floats, high: Floats) -> Floats:
    """The mean in an interval that holds it, shape (3, accounts)."""
    return np.stack([mean, np.minimum(low, mean), np.maximum(high, mean)])


def _drawn(model: Mixture, orders: Orders, draws: int, rng: np.random.Generator) -> Floats:
    """Draws of the own chance of an order, of the own chance of being active, and of orders, shape (3, accounts, draws)."""
    upto = np.cumsum(model.chance_of_class(orders), axis=0)[:-1, :, np.newaxis]
    kind = (rng.random((orders.age.size, draws)) > upto).sum(axis=0)
    found = np.empty((3, *kind.shape))
    for number, one in enumerate(model.classes):
        mine = kind == number
        found[:, mine] = _of_class(one, orders, np.nonzero(mine)[0], rng)
    return found


def _of_class(one: Regular, orders: Orders, rows: Ints, rng: np.random.Generator) -> Floats:
    """One draw for each of `rows` (an account may stand there often), shape (3, rows).

    An account that stopped shows its pace until its last order and one stop more; an active one its pace until today,
    with so many stages of the coming order done, and one stop less.
    """
    active = rng.random(rows.size) < one.chance_active(orders)[rows]
    mine, begun = orders.at(rows), one.alpha / one.k
    quiet, shape = mine.age - mine.last, one.r + one.k * mine.repeats
    stage = active * Silence(one.k, shape, begun + mine.last, quiet).draw_stage(1, rng)[:, 0]
    pace = rng.standard_gamma(shape + stage) / (begun + np.where(active, mine.age, mine.last))
    stop = rng.beta(one.a + ~active, one.b + mine.repeats + one.first_may_stop - ~active)
    now, then = (gammaincc(one.k, pace * span) for span in (quiet, quiet + WEEKS))
    silent = np.maximum((1 - stop) * now + stop, 1e-300)
    placed = np.minimum((rng.poisson(pace * WEEKS) + stage) // one.k, rng.geometric(np.maximum(stop, 1e-12)))
    return np.stack([(1 - stop) * (now - then) / silent, (1 - stop) * now / silent, active * placed])


def _regularity(model: Mixture, orders: Orders) -> Floats:
    """Mean k of each account's class and the classes between which it lies, shape (3, accounts)."""
    k = np.array([one.k for one in model.classes], dtype=np.float64)
    upto = np.cumsum(model.chance_of_class(orders), axis=0)
    low, high = (k[np.minimum((upto < edge).sum(axis=0), k.size - 1)] for edge in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return _holding(model.regularity(orders), low, high)
