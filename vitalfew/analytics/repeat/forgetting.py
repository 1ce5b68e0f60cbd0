"""How fast a firm's customers change: the half-life of old orders that foretold best at earlier dates, or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.refusals import OutOfOrder
from vitalfew.analytics.repeat.orders import Floats
from vitalfew.analytics.repeat.origin import WEEK, Fit, Ints, Origin, orders_at, origin, thinned, usual

HALF_LIVES = (208.0, 104.0, 52.0, 26.0, 13.0)
# An origin before this many weeks of ledger knows too little to be asked.
FEWEST_WEEKS = 13.0
FEWEST_CUSTOMERS = 30
# More customers than this are thinned evenly: a half-life is one number.
ENOUGH = 20_000
# No forecast is taken to be surer than one order in a thousand customers.
SUREST = 1e-3


@dataclass(frozen=True, slots=True)
class Forgetting:
    """`half_life` in weeks, infinite where old orders count in full; `why` says in a sentence how it was decided.

    `tried` (half-lives,) begins with infinity; `loss` (half-lives,) is the mean Poisson deviance of each at the
    `origins` (days since 1970-01-01), the level of the forecasts set right, and empty without an origin. `gain` is the
    part of the loss without forgetting that the best half-life saved, `gain_error` its standard error over customers.
    """

    half_life: float
    gain: float
    gain_error: float
    tried: Floats
    loss: Floats
    origins: Ints
    why: str


def fit_forgetting(
    *,
    days: OrderDays,
    day: int,
    weeks: float,
    half_lives: Sequence[float] = HALF_LIVES,
    most_origins: int = 3,
    sure: float = 1.0,
    fit: Fit = usual,
) -> Forgetting:
    """The half-life that foretold the orders of `weeks` best at up to `most_origins` earlier dates, all known by `day`.

    A model is learned at each origin from all orders in full; a half-life changes only what is asked of it, through
    `orders_at(half_life=…)`. A season shifts all customers, so each forecast is first scaled to the total that came.
    Old orders are forgotten only where that gains more than `sure` standard errors. Where the ledger is shorter than
    twice `weeks`, half of it is foretold from the other half. Raises what orders_at raises, and OutOfOrder where weeks
    or a half-life is not above zero. Source: docs/measures/orders_expected.md; power discounting as in Ibrahim and Chen
    2000, chosen by rolling origin.
    """
    if not (weeks > 0 and all(one > 0 for one in half_lives)):
        raise OutOfOrder("Weeks and half-lives are above zero: give for example 12 weeks and a half-life of 52.")
    tried = np.array([np.inf, *half_lives])
    orders_at(days=days, day=day)
    days = thinned(days, ENOUGH)
    past = list(_origins(days, day, weeks, most_origins))
    if not past:
        why = "none, because the ledger is too short to have foretold anything yet"
        return Forgetting(np.inf, 0.0, 0.0, tried, np.empty(0), np.empty(0, dtype=np.int64), why)
    losses = np.zeros((tried.size, days.start.size - 1))
    for one in past:
        losses[:, one.rows] += _losses(days, one, tried, fit)
    return _told(tried, losses, past, sure)


def _told(tried: Floats, losses: Floats, past: Sequence[Origin], sure: float) -> Forgetting:
    asked = sum(one.rows.size for one in past)
    loss = losses.sum(axis=1) / asked
    best = int(np.argmin(loss))
    saved = losses[0] - losses[best]
    error = float(np.sqrt(np.square(saved - saved.mean()).sum()) / asked / loss[0])
    gain = float((loss[0] - loss[best]) / loss[0])
    helps = gain > sure * error
    if helps:
        why = f"{tried[best]:g} weeks, because it saved {gain:.1%} of the loss at {len(past)} earlier dates"
    else:
        why = f"none, because none gained more than chance at {len(past)} earlier dates"
    origins = np.array([one.day for one in past])
    return Forgetting(float(tried[best]) if helps else np.inf, gain, error, tried, loss, origins, why)


def _origins(days: OrderDays, day: int, weeks: float, most: int) -> Iterator[Origin]:
    begin = int(days.day.min())
    known = (day - begin + 1) / WEEK
    step = min(weeks, known / 2)
    for back in range(1, most + 1):
        then = day - round(back * step * WEEK)
        if (then - begin + 1) / WEEK < FEWEST_WEEKS:
            return
        found = origin(days=days, day=then, weeks=step)
        if found.rows.size < FEWEST_CUSTOMERS or not found.coming.any():
            return
        yield found


def _losses(days: OrderDays, past: Origin, tried: Floats, fit: Fit) -> Floats:
    """Poisson deviance of each customer's orders under each half-life, shape (half-lives, customers)."""
    model = fit(past.orders)
    told = [orders_at(days=days, day=past.day, half_life=float(one))[1] for one in tried]
    expected = np.stack([model.expected_orders(orders, past.weeks) for orders in told])
    expected *= past.coming.sum() / expected.sum(axis=1, keepdims=True)
    return _deviance(past.coming.astype(np.float64), np.maximum(expected, SUREST))


def _deviance(came: Floats, expected: Floats) -> Floats:
    return np.asarray(2 * (xlogy(came, came) - xlogy(came, expected) - came + expected))
