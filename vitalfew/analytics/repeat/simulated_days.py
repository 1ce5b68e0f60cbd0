"""Order days of made-up customers whose pace drifts and follows a season: the world that season and half-life are for."""

from __future__ import annotations

import numpy as np

from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.refusals import at_least
from vitalfew.analytics.repeat.regular import Regular

YEAR = 52
WEEK = 7


def simulate_days(
    *,
    model: Regular,
    customers: int,
    weeks: int,
    rng: np.random.Generator,
    season: Floats | None = None,
    drift: float = 0.0,
    joining: float = 0.5,
) -> OrderDays:
    """Order days of `customers` over `weeks` from day 0 on; the first orders fall evenly into the first part `joining`.

    Each customer has a pace and a chance to stop as the `model` says. `season` (52,) multiplies all paces in each week
    of the year; the logarithm of a customer's own pace wanders with standard deviation `drift` a year. Orders of one
    customer on one day are one.
    """
    at_least(customers, 1, "customers")
    begun = rng.uniform(0, joining * weeks, customers)
    spent = _spent(begun, weeks, season, drift, rng)
    pace = rng.gamma(model.r, 1 / model.alpha, customers)
    stop = rng.beta(model.a, model.b, customers)
    who, when = [np.arange(customers)], [begun]
    still, used = np.arange(customers), np.zeros(customers)
    may_stop = model.first_may_stop
    while still.size:
        if may_stop:
            still = still[rng.random(still.size) >= stop[still]]
        may_stop = True
        used[still] += rng.standard_gamma(model.k, still.size) / (model.k * np.maximum(pace[still], 1e-300))
        still = still[used[still] < spent[still, -1]]
        who.append(still)
        when.append(_moment(spent, still, used[still]))
    return _days(np.concatenate(who), np.concatenate(when), customers)


def _spent(begun: Floats, weeks: int, season: Floats | None, drift: float, rng: np.random.Generator) -> Floats:
    """Time on each customer's own clock by the end of each week, shape (customers, weeks + 1), 0 until it begins."""
    here = np.clip(np.arange(1, weeks + 1) - begun[:, np.newaxis], 0, 1)
    steps = rng.normal(0.0, drift / np.sqrt(YEAR), here.shape) * (here > 0)
    speed = np.exp(np.cumsum(steps, axis=1))
    if season is not None:
        speed *= np.resize(season, weeks)
    return np.concatenate((np.zeros((begun.size, 1)), np.cumsum(speed * here, axis=1)), axis=1)


def _moment(spent: Floats, rows: Ints, used: Floats) -> Floats:
    """When in calendar weeks the customers' own clocks show `used`, straight within a week."""
    week = (spent[rows] <= used[:, np.newaxis]).sum(axis=1) - 1
    low, high = spent[rows, week], spent[rows, week + 1]
    return np.asarray(week + (used - low) / (high - low))


def _days(who: Ints, when: Floats, customers: int) -> OrderDays:
    pairs = np.unique(np.stack((who, (when * WEEK).astype(np.int64))), axis=1)
    start = np.concatenate(([0], np.cumsum(np.bincount(pairs[0], minlength=customers))))
    return OrderDays(start, pairs[1], np.ones(pairs.shape[1]))
