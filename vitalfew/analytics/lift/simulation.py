"""Monthly revenue of a wholesaler's accounts whose lift is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitalfew.analytics.lift.cohorts import Ints
from vitalfew.analytics.lift.design import Picked
from vitalfew.analytics.lift.drawing import draw_groups
from vitalfew.analytics.lift.simplex import Floats, Mask
from vitalfew.analytics.refusals import at_least

# Spread of the accounts' sizes on the log scale: the top 20 % make about three quarters of revenue.
SIZE = 1.3
SEASON, SEASON_SPREAD = 0.35, 0.2
TREND, TREND_SPREAD = 0.005, 0.012
# Monthly swing of an account on the log scale, how much of it lasts into the next month, and the part that does not last.
SWING, LASTS, JUMP = 0.5, 0.85, 0.45
# Months in which an account buys at all: between accounts a beta distribution with these parameters.
BUYS = (6.0, 2.0)


@dataclass(frozen=True, slots=True)
class Simulated:
    """`outcome` (accounts, periods); `treated` (accounts,); `start` (accounts,), -1 for never; `lift` (accounts,) as a share."""

    outcome: Floats
    treated: Mask
    start: Ints
    lift: Floats


def simulate_lift(
    *,
    accounts: int = 300,
    periods: int = 24,
    treated: int = 20,
    start: int | tuple[int, ...] = 18,
    lift: float = 0.1,
    lift_spread: float = 0.0,
    picked: Picked = "random",
    seed: int | np.random.Generator = 0,
) -> Simulated:
    """Revenue with a season, own trends, swings that partly last, months without an order, and large differences in size.

    From its start on a treated account buys (1 + lift) times as much, lifts being normal around `lift`; several starts
    share the treated between them. Accounts are picked by lot or for growth before the (first) start. Trends and seasons
    differ between accounts, so they do not run in parallel. Raises TooFew.
    """
    at_least(accounts, treated + 1, "accounts")
    rng = np.random.default_rng(seed)
    starts = np.atleast_1d(np.asarray(start, dtype=np.int64))
    outcome = _revenue(accounts, periods, rng)
    before = int(starts.min())
    level = np.maximum(outcome[:, :before].mean(axis=1, keepdims=True), 1e-9)
    chosen = draw_groups(paths=outcome / level, before=before, count=treated, picked=picked, draws=1, rng=rng)[0]
    begins = np.full(accounts, -1, dtype=np.int64)
    begins[rng.permutation(np.flatnonzero(chosen))] = np.resize(starts, treated)
    lifts = np.where(chosen, lift + lift_spread * rng.standard_normal(accounts), 0.0)
    since = chosen[:, None] & (np.arange(periods) >= begins[:, None])
    return Simulated(outcome * np.where(since, 1 + lifts[:, None], 1.0), chosen, begins, lifts)


def _revenue(accounts: int, periods: int, rng: np.random.Generator) -> Floats:
    month = np.arange(periods)
    wave = np.cos(2 * np.pi * (month - 10) / 12)
    season = (SEASON + SEASON_SPREAD * rng.standard_normal((accounts, 1))) * wave
    trend = (TREND + TREND_SPREAD * rng.standard_normal((accounts, 1))) * month
    swing = np.empty((accounts, periods))
    swing[:, 0] = rng.standard_normal(accounts)
    for one in range(1, periods):
        swing[:, one] = LASTS * swing[:, one - 1] + np.sqrt(1 - LASTS**2) * rng.standard_normal(accounts)
    log = SIZE * rng.standard_normal((accounts, 1)) + 7 + season + trend + SWING * swing
    buys = rng.random((accounts, periods)) < rng.beta(*BUYS, (accounts, 1))
    revenue: Floats = np.where(buys, np.exp(log + JUMP * rng.standard_normal((accounts, periods))), 0.0)
    return revenue
