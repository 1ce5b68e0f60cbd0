"""What an order of each customer is worth: its own orders, shrunk to customers that order as often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtr, stdtrit

from vitalfew.analytics.refusals import above_zero, at_least, finite, in_order, same_length
from vitalfew.analytics.value.spread import LEAST, MOST_FREEDOM, Spreads, spreads

Floats = NDArray[np.float64]

ROUNDS = 50
# What is kept after credit notes is shrunk as if every customer had two average orders more.
CREDIT_PRIOR_ORDERS = 2.0
# A largest order that its other orders would exceed once in a thousand times is a project, not a habit.
PROJECT = 0.999
# The variance of a log order value in a draw: four is a factor of seven either way, and no customer is wider.
WIDEST = 4.0
FEWEST = 2
# Coming orders are a whole step of the drift after the later half of the known ones, and these half a step after their middle.
AHEAD = 1.25


@dataclass(frozen=True, slots=True)
class OrderValueModel:
    """How order values differ in a firm, in logarithms.

    A customer's level lies on `intercept` + `slope` × log order rate with variance `between`; its orders scatter around
    the level with a variance of its own, distributed as `spreads` says; from one half of its orders to the next the
    level drifts with variance `drift`.
    """

    intercept: float
    slope: float
    between: float
    spreads: Spreads
    drift: float

    def level(self, *, mean_log: Floats, noise: Floats, log_rate: Floats) -> tuple[Floats, Floats]:
        """Centre and variance of the level of the coming orders of customers whose known ones have `mean_log`.

        `noise` is the variance of that mean around the customer's past level; all (customers,).
        """
        line = self.intercept + self.slope * log_rate
        variance = 1 / (1 / self.between + 1 / noise)
        # What is drawn moves by the drift and what is expected does not: half of it comes off the centre for its variance.
        centre = variance * (line / self.between + mean_log / noise) - AHEAD * self.drift / 2
        return np.asarray(centre), np.asarray(variance + AHEAD * self.drift)

    def simulate(self, count: Floats, log_rate: Floats, rng: np.random.Generator) -> SimulatedOrders:
        """Sums of invented orders, `count` for each customer, and the level of its coming orders; all (customers,)."""
        customers = count.size
        freedom = self.spreads.freedom
        spread = self.spreads.typical * freedom / rng.chisquare(freedom, customers)
        early = self.intercept + self.slope * log_rate + rng.normal(0, np.sqrt(self.between), customers)
        late, coming = early + rng.normal(0, np.sqrt(self.drift), (2, customers)).cumsum(axis=0)
        of = np.repeat(np.arange(customers), count.astype(np.int64))
        place = np.arange(of.size) - (np.cumsum(count) - count)[of]
        is_late = place >= (count - count // 2)[of]
        log = np.where(is_late, late[of], early[of]) + rng.normal(0, np.sqrt(spread[of]))

        def total(weights: Floats) -> Floats:
            return np.bincount(of, weights, minlength=customers)

        sums = (total(log), total(log**2), total(np.where(is_late, log, 0.0)), total(np.exp(log)))
        return SimulatedOrders(*sums, coming, spread)


@dataclass(frozen=True, slots=True)
class SimulatedOrders:
    """Sums over invented orders, as `fit_order_value` reads them, and the truth behind the coming ones; (customers,)."""

    sum_log: Floats
    sum_log_squared: Floats
    sum_log_late: Floats
    sale: Floats
    level: Floats
    spread: Floats


@dataclass(frozen=True, slots=True)
class OrderValue:
    """What is known of the coming orders of each customer; arrays of shape (customers,).

    `centre` and `variance` of the level of the log order values; `spread` the variance of one log value around it, with
    `freedom` degrees; `within` that variance for the whole firm; `kept` the share of sales that stays after credit
    notes, 0 to 1; `project` whether the largest order is out of all proportion to the others (False where not asked).
    """

    centre: Floats
    variance: Floats
    within: float
    kept: Floats
    spread: Floats
    freedom: Floats
    project: NDArray[np.bool_]
    model: OrderValueModel

    @property
    def mean(self) -> Floats:
        """Expected net value of one order, in the unit of the values."""
        return np.asarray(self.kept * np.exp(self.centre + (self.spread + self.variance) / 2))

    def draw(self, count: NDArray[np.int64], rng: np.random.Generator, rows: slice = slice(None)) -> Floats:
        """Draws of the net value of `count` orders, shape (customers, draws), for the customers of `rows`.

        The sum of lognormal orders is drawn as one lognormal of the same mean and variance (Fenton 1960).
        """
        free = self.freedom[rows, np.newaxis]
        own = np.minimum(free * self.spread[rows, np.newaxis] / rng.chisquare(free, count.shape), WIDEST)
        some = np.maximum(count, 1)
        width = np.log1p(np.expm1(own) / some)
        level = self.centre[rows, np.newaxis] + own / 2 - width / 2 + np.log(some)
        level += np.sqrt(self.variance[rows, np.newaxis] + width) * rng.standard_normal(count.shape)
        return np.asarray(np.where(count > 0, self.kept[rows, np.newaxis] * np.exp(level), 0.0))


def fit_order_value(
    *,
    count: Floats,
    sum_log: Floats,
    sum_log_squared: Floats,
    sale: Floats,
    net: Floats,
    log_rate: Floats,
    sum_log_late: Floats | None = None,
    largest: Floats | None = None,
    own_spread: bool = True,
) -> OrderValue:
    """Order values shrunk to a line through the log order rate, so that large buyers may order often.

    All arrays (customers,): `count` orders, at least one; sum of the log order values and of their squares; `sale`
    value of the orders; `net` the same after credit notes; `log_rate` log of the expected order rate. With
    `sum_log_late`, the sum of the log values of the later half of the orders (the smaller half of an odd number), the
    drift of levels is measured and widens what is promised; with `largest` projects are marked. With `own_spread` every
    customer's orders scatter with a variance of their own, shrunk to the typical one, which comes nearer the truth on
    real ledgers; without it all share one.
    Assumes lognormal orders and a level that drifts without direction.
    Raises NotAlike, NothingThere, TooFew, NotFinite, BelowZero, OutOfOrder.
    Source: two-level normal model, marginal likelihood by iteration (Morris 1983), variances shrunk as Smyth 2004;
    value may depend on frequency, which Gamma-Gamma models exclude (Fader and Hardie 2013).
    """
    columns = {"count": count, "sum_log": sum_log, "sum_log_squared": sum_log_squared, "sale": sale, "net": net}
    _check(columns | {"log_rate": log_rate})
    mean = sum_log / count
    squares = np.maximum(sum_log_squared - count * mean**2, 0.0)
    within = _within(count, mean, squares)
    firm = spreads(count - 1, squares) if own_spread else Spreads(within, MOST_FREEDOM)
    spread, freedom, noise = _scatter(firm, count, squares) if own_spread else _alike(within, count)
    drift = 0.0 if sum_log_late is None else _drift(firm, count, sum_log, squares, sum_log_late)
    design = np.column_stack((np.ones_like(log_rate), log_rate))
    line, between = _between(design, mean, noise)
    model = OrderValueModel(float(line[0]), float(line[1]), between, firm, drift)
    centre, variance = model.level(mean_log=mean, noise=noise, log_rate=log_rate)
    project = _project(firm, count, sum_log, sum_log_squared, largest)
    return OrderValue(centre, variance, within, _kept(count, sale, net), spread, freedom, project, model)


def _scatter(firm: Spreads, count: Floats, squares: Floats) -> tuple[Floats, Floats, Floats]:
    """Variance of one log value, its degrees of freedom, and the variance of the mean of `count` of them.

    The last is widened to the 80 % band of Student's distribution, for the variance itself is only estimated.
    """
    spread, freedom = firm.shrunk(count - 1, squares)
    return spread, freedom, spread * (stdtrit(freedom, 0.9) / ndtri(0.9)) ** 2 / count


def _alike(within: float, count: Floats) -> tuple[Floats, Floats, Floats]:
    """The same where all customers share one variance."""
    return np.full(count.size, within), np.full(count.size, MOST_FREEDOM), within / count


def _check(columns: dict[str, Floats]) -> None:
    at_least(same_length(**columns), FEWEST, "customers with an order")
    finite(**columns)
    above_zero(count=columns["count"], sale=columns["sale"])
    least = columns["sum_log"] ** 2 / columns["count"]
    in_order(
        columns["sum_log_squared"] < least - 1e-9 * np.maximum(least, 1.0),
        "A sum of squared logs is never below the squared sum ÷ count",
    )


def _within(count: Floats, mean: Floats, squares: Floats) -> float:
    free = (count - 1).sum()
    return max(float(squares.sum() / free), LEAST) if free > 0 else float(max(np.var(mean) / 2, LEAST))


def _drift(firm: Spreads, count: Floats, sum_log: Floats, squares: Floats, sum_log_late: Floats) -> float:
    """Variance by which levels differ between the halves of the orders beyond chance, not below zero."""
    some = count >= 4
    if not some.any():
        return 0.0
    count, sum_log, squares, sum_log_late = count[some], sum_log[some], squares[some], sum_log_late[some]
    late = count // 2
    early = count - late
    moved = sum_log_late / late - (sum_log - sum_log_late) / early
    each = 1 / early + 1 / late
    # Chance is judged by the scatter within the halves, which does not know how far they lie apart.
    spread, freedom = firm.shrunk(count - 2, np.maximum(squares - moved**2 / each, 0.0))
    chance = spread * freedom / (freedom - 2) * each
    drift = 0.0
    for _ in range(ROUNDS):
        step = max(float(np.average(moved**2 - chance, weights=(chance + drift) ** -2.0)), 0.0)
        if abs(step - drift) < 1e-6:
            break
        drift = step
    return drift


def _between(design: Floats, mean: Floats, noise: Floats) -> tuple[Floats, float]:
    between = max(float(mean.var() - noise.mean()), LEAST)
    line = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        weight = 1 / (noise + between)
        weighted = design * weight[:, np.newaxis]
        # lstsq, because every customer may order at the same rate and the line is then only a mean.
        line = np.linalg.lstsq(design.T @ weighted, weighted.T @ mean, rcond=None)[0]
        left = (mean - design @ line) ** 2 - noise
        step = max(float((weight**2 * left).sum() / (weight**2).sum()), LEAST)
        if abs(step - between) < 1e-6 * between:
            break
        between = step
    return line, between


def _project(
    firm: Spreads, count: Floats, sum_log: Floats, sum_log_squared: Floats, largest: Floats | None
) -> NDArray[np.bool_]:
    """Where the largest of three or more orders stands beyond what the others lead to expect."""
    if largest is None:
        return np.zeros(count.size, dtype=np.bool_)
    others, log = np.maximum(count - 1, 1), np.log(largest)
    mean = (sum_log - log) / others
    squares = np.maximum(sum_log_squared - log**2 - others * mean**2, 0.0)
    spread, freedom = firm.shrunk(others - 1, squares)
    beyond = stdtr(freedom, (log - mean) / np.sqrt(spread * (1 + 1 / others)))
    return np.asarray((count >= 3) & (beyond > PROJECT))


def _kept(count: Floats, sale: Floats, net: Floats) -> Floats:
    typical = CREDIT_PRIOR_ORDERS * sale.sum() / count.sum()
    whole = min(max(net.sum() / sale.sum(), 0.0), 1.0)
    return np.clip((net + typical * whole) / (sale + typical), 0.0, 1.0)
