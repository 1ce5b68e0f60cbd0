"""A firm whose truth is known: customers that order and stop as the repeat model says, with lognormal order values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.repeat import Orders, Regular
from vitalfew.analytics.standing.outlook import Features

TRUTH = Regular(k=1, r=0.8, alpha=9.0, a=0.5, b=3.0)
MEAN_LOG, BETWEEN, WITHIN = 10.0, 0.5, 0.5


@dataclass(frozen=True, slots=True)
class Firm:
    features: Features
    orders: Orders
    future_orders: NDArray[np.int64]
    future: NDArray[np.float64]


def firm(*, customers: int, seed: int, history_days: int = 728, days: int = 182, truth: Regular = TRUTH) -> Firm:
    """Days are whole; a day holds one order at most."""
    rng = np.random.default_rng(seed)
    born = rng.integers(0, history_days - 1, customers)
    level = rng.normal(MEAN_LOG, np.sqrt(BETWEEN), customers)
    rows, day, log_value = _orders(rng, truth, born, level, history_days + days)
    past = day < history_days
    recent = past & (day >= history_days - 365)
    value = np.rint(np.exp(log_value)).astype(np.int64)

    def total(mask: NDArray[np.bool_], what: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(rows[mask], what[mask], minlength=customers)

    last = np.zeros(customers, dtype=np.int64)
    np.maximum.at(last, rows[past], day[past])
    count = np.bincount(rows[past], minlength=customers)
    net = total(past, value.astype(np.float64)).astype(np.int64)
    again = np.flatnonzero(past[1:] & (rows[1:] == rows[:-1])) + 1
    gaps = np.bincount(rows[again], np.log(day[again] - day[again - 1]), minlength=customers)
    features = Features(
        orders=count,
        first_age=history_days - 1 - born,
        last_age=history_days - 1 - last,
        log_gaps=gaps,
        sum_log=total(past, np.log(value)),
        sum_log_squared=total(past, np.log(value) ** 2),
        sale=net,
        net=net,
        net_recent=total(recent, value.astype(np.float64)).astype(np.int64),
        history_days=history_days,
    )
    known = Orders(count - 1.0, (last - born) / 7, (history_days - 1 - born) / 7, gaps - (count - 1) * np.log(7))
    future = np.bincount(rows[~past], minlength=customers)
    return Firm(features, known, future, total(~past, value.astype(np.float64)))


def _orders(
    rng: np.random.Generator, truth: Regular, born: NDArray[np.int64], level: NDArray[np.float64], end: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    pace = rng.gamma(truth.r, 1 / truth.alpha, born.size) / 7
    stop = rng.beta(truth.a, truth.b, born.size)
    rows, days = [np.arange(born.size)], [born]
    now, still = born.astype(np.float64), np.arange(born.size)
    while still.size:
        still = still[rng.random(still.size) >= stop[still]]
        now[still] += rng.standard_gamma(truth.k, still.size) / (truth.k * pace[still])
        still = still[now[still] < end]
        rows.append(still)
        days.append(now[still].astype(np.int64))
    pairs = np.unique(np.column_stack((np.concatenate(rows), np.concatenate(days))), axis=0)
    values = rng.normal(level[pairs[:, 0]], np.sqrt(WITHIN))
    return pairs[:, 0], pairs[:, 1], values
