"""The chance of a purchase from what speaks for it: a logistic curve, fitted by Newton's method to an earlier window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from vitalfew.analytics.frames import Floats
from vitalfew.analytics.recommend.history import Bools

# The pull of every standardised weight to zero, in rows: nothing beside thousands, a brake beside dozens.
_RIDGE = 1.0
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Chance:
    """log(p ÷ (1 - p)) = `start` + features × `weight`, shape (features,)."""

    start: float
    weight: Floats


@dataclass(frozen=True, slots=True)
class _Rows:
    """Standardised features with a leading one, whether it was bought, and how many rows each stands for."""

    x: Floats
    bought: Bools
    times: Floats
    ridge: Floats

    def likelihood(self, at: Floats) -> float:
        logit = self.x @ at
        return float(self.times @ (self.bought * logit - np.logaddexp(0, logit)) - self.ridge @ at**2 / 2)

    def step(self, at: Floats) -> Floats:
        p = expit(self.x @ at)
        slope = self.x.T @ (self.times * (self.bought - p)) - self.ridge * at
        curve = (self.x * (self.times * p * (1 - p))[:, None]).T @ self.x + np.diag(self.ridge)
        step: Floats = np.linalg.solve(curve, slope)
        return step


def fit_chance(*, features: Floats, bought: Bools, times: Floats | None = None) -> Chance:
    """The weights under which what was `bought`, shape (rows,), was likeliest; `times` says what each row stands for.

    `features` has the shape (rows, features). On few rows all weights stay near zero.
    """
    times = np.ones(bought.size) if times is None else times
    total = times.sum()
    mean = times @ features / total
    spread = np.sqrt(np.maximum(times @ (features - mean) ** 2 / total, 1e-12))
    x = np.column_stack([np.ones(bought.size), (features - mean) / spread])
    rows = _Rows(x, bought, times, np.r_[1e-9, np.full(features.shape[1], _RIDGE)])
    rate = (times @ bought + 0.5) / (total + 1)
    found = _climb(rows, np.r_[np.log(rate / (1 - rate)), np.zeros(features.shape[1])])
    weight = found[1:] / spread
    return Chance(float(found[0] - weight @ mean), weight)


def _climb(rows: _Rows, at: Floats) -> Floats:
    value = rows.likelihood(at)
    for _ in range(_STEPS):
        step = rows.step(at)
        while (moved := rows.likelihood(at + step)) < value and np.abs(step).max() > 1e-9:
            step /= 2
        at, gained, value = at + step, moved - value, moved
        if gained < 1e-7 * max(abs(value), 1.0):
            break
    return at
