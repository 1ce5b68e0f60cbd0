"""Whether the coming weeks are a season: the same weeks of earlier years against what was to be expected then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.refusals import OutOfOrder
from vitalfew.analytics.repeat.origin import WEEK, Fit, orders_at, origin, usual

# A year of whole weeks, so that weekdays stay what they are.
YEAR = 364
# Earlier than this many weeks into the ledger nobody can say what was to be expected; and what customers learned of in
# less than a year should have done is told so badly that such a year is asked only where there is no other.
FEWEST_WEEKS = 13.0
FEWEST_CUSTOMERS = 30
FEWEST_ORDERS = 30
# By how much (standard deviation of the logarithm) the same weeks of two years differ beyond the luck of customers.
DRIFT = 0.05


@dataclass(frozen=True, slots=True)
class Season:
    """`factor` multiplies the orders expected in the coming weeks; it is 1 where no season is shown, and `why` says why.

    `measured` is orders that came by orders expected, in the same weeks of the `years` earlier years that could be
    measured; `low` and `high` bound it with the chance asked for. They are None where nothing could be measured.
    """

    factor: float
    measured: float | None
    low: float | None
    high: float | None
    years: int
    why: str


def estimate_season(
    *,
    days: OrderDays,
    day: int,
    weeks: float,
    half_life: float = np.inf,
    level: float = 0.9,
    drift: float = DRIFT,
    fit: Fit = usual,
) -> Season:
    """How many times the orders expected in the `weeks` after `day` the season brings, from earlier years alone.

    At the same day of each earlier year a model is learned from what was known then, and the orders that came in the
    weeks after are compared with those it expected. There is a factor only where the interval of that ratio excludes 1:
    it holds the luck of customers, the `drift` between years, and what years differ by beyond both.
    Raises what orders_at raises, and OutOfOrder where weeks is not above zero or level not between 0 and 1.
    Source: docs/measures/season_factor.md; ratio estimator (Cochran 1977), years pooled by their precision.
    """
    if not (weeks > 0 and 0 < level < 1):
        raise OutOfOrder("Weeks are above zero and the level lies between 0 and 1: give for example 12 weeks and .9.")
    orders_at(days=days, day=day)
    if weeks * WEEK > YEAR:
        return _none("none, because a span longer than a year holds every season")
    ratios = list(_ratios(days, day, weeks, half_life, fit))
    if not ratios:
        return _none("none, because the ledger does not hold the same weeks of an earlier year with enough before them")
    return pooled(ratios, level, drift)


def _none(why: str) -> Season:
    return Season(1.0, None, None, None, 0, why)


def _ratios(days: OrderDays, day: int, weeks: float, half_life: float, fit: Fit) -> Iterator[tuple[float, float]]:
    """Of each earlier year, newest first: log of orders that came by orders expected, and its sampling variance."""
    begin = int(days.day.min())
    for then in range(day - YEAR, begin + round(FEWEST_WEEKS * WEEK) - 2, -YEAR):
        if then < day - YEAR and then - begin + 1 < YEAR:
            return
        past = origin(days=days, day=then, weeks=weeks)
        if past.rows.size < FEWEST_CUSTOMERS or past.coming.sum() < FEWEST_ORDERS:
            return
        told = orders_at(days=days, day=then, half_life=half_life)[1]
        expected = fit(past.orders).expected_orders(told, weeks)
        yield ratio(past.coming, expected)


def ratio(came: Ints, expected: Floats) -> tuple[float, float]:
    """Log of orders that came by orders expected of the same customers, and its sampling variance."""
    found = came.sum() / expected.sum()
    off = came - found * expected
    return float(np.log(found)), float(off @ off / came.sum() ** 2)


def pooled(ratios: list[tuple[float, float]], level: float, drift: float) -> Season:
    """The season from the logs and variances of the ratios of one or more years."""
    logs, variance = np.array(ratios).T
    weight = 1 / (variance + drift**2)
    middle = float(weight @ logs / weight.sum())
    # Where years differ by more than both reasons allow, the interval is as much wider (Birge 1932).
    spread = max(1.0, float(weight @ (logs - middle) ** 2) / max(logs.size - 1, 1))
    reach = float(ndtri((1 + level) / 2) * np.sqrt(spread / weight.sum()))
    found, low, high = (float(np.exp(one)) for one in (middle, middle - reach, middle + reach))
    years = "the year before" if logs.size == 1 else f"{logs.size} earlier years"
    told = f"{found:.2f} times the orders expected came in the same weeks of {years} ({low:.2f} to {high:.2f})"
    if low <= 1 <= high:
        return Season(1.0, found, low, high, logs.size, f"none, because {told}, which may be chance")
    return Season(found, found, low, high, logs.size, f"{told}")
