"""Ridge logistic regression by Newton's method, its penalties learnt from the data column by column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from vitalfew.analytics.frames import Floats, Ints

# Before anything is seen the weights of a group are taken to have this variance, as if one weight had shown it.
PRIOR_VARIANCE = 0.1
PRIOR_WEIGHTS = 1.0
# What shift and slope of held-out log-odds are taken to be beforehand: 0 and 1, give or take a half and a quarter.
SCALE_PENALTY = np.array([4.0, 16.0])
# The variances are estimates themselves: for what is left open they count so many standard errors higher. Without it
# nine in ten intervals held the truth eight times in ten where accounts are few (docs/measures/lookalike.md).
CAUTION = 2.0
ROUNDS = 200
SETTLED = 1e-2


@dataclass(frozen=True, slots=True)
class Ridge:
    """Log-odds = `intercept` + features @ `weights`.

    `covariance`, shape (1 + features, 1 + features), is that of intercept and weights (Laplace's approximation), and
    `variance`, shape (groups,), what the weights of each group were drawn with.
    """

    intercept: float
    weights: Floats
    covariance: Floats
    variance: Floats

    def odds(self, matrix: Floats) -> Floats:
        """Log-odds, shape (rows,)."""
        return self.intercept + matrix @ self.weights

    def doubt(self, matrix: Floats) -> Floats:
        """Variance of the log-odds, shape (rows,)."""
        full = _with_one(matrix)
        return np.asarray(np.einsum("ij,ij->i", full @ self.covariance, full))


def fit_ridge(*, matrix: Floats, best: NDArray[np.bool_], group: Ints, start: Ridge | None = None) -> Ridge:
    """Weights of each group are normal around 0 with a variance of their own, which makes the data likeliest.

    A column that tells nothing is shrunk away and one that tells much is left alone, without trying penalties out.
    Source: MacKay 1992 (evidence for the variances), le Cessie and van Houwelingen 1992 (ridge logistic regression).
    """
    full, target = _with_one(matrix), best.astype(np.float64)
    size = np.bincount(group)
    variance = start.variance if start else np.full(size.size, PRIOR_VARIANCE)
    share = float(np.clip(target.mean(), 1e-3, 1 - 1e-3))
    beta = np.append(np.log(share / (1 - share)), np.zeros(group.size))
    if start:
        beta = np.append(start.intercept, start.weights)
    for _ in range(ROUNDS):
        # One step at a time: weights that have settled under variances that have not would be thrown away.
        beta, curve, _ = _step(full, target, np.append(0.0, 1 / variance[group]), beta)
        learnt = np.bincount(group, 1 - np.diag(_inverse(curve))[1:] / variance[group])
        before, shown = variance, np.bincount(group, beta[1:] ** 2)
        variance = (shown + PRIOR_WEIGHTS * PRIOR_VARIANCE) / (learnt + PRIOR_WEIGHTS)
        if np.abs(np.log(variance / before)).max() < SETTLED:
            break
    beta, curve = _newton(full, target, np.append(0.0, 1 / variance[group]), beta)
    high = variance * (1 + CAUTION * np.sqrt(2 / (learnt + PRIOR_WEIGHTS)))
    curve[np.diag_indices_from(curve)] += np.append(0.0, 1 / high[group] - 1 / variance[group])
    return Ridge(float(beta[0]), beta[1:], _inverse(curve), variance)


def fit_scale(*, odds: Floats, best: NDArray[np.bool_]) -> tuple[float, float]:
    """Shift and slope that set log-odds right which were told of accounts held out; little moves them off 0 and 1.

    Source: Platt 1999.
    """
    full = _with_one(odds[:, np.newaxis])
    beta, _ = _newton(full, best.astype(np.float64), SCALE_PENALTY, np.zeros(2), odds)
    return float(beta[0]), float(max(1 + beta[1], 0.0))


def boldness(*, odds: Floats, best: NDArray[np.bool_]) -> float:
    """The slope that held-out log-odds ask for: 1 where they are right, below where they are too bold."""
    full = _with_one(odds[:, np.newaxis])
    return float(_newton(full, best.astype(np.float64), np.full(2, 1e-6), np.array([0.0, 1.0]))[0][1])


def _newton(
    full: Floats, target: Floats, penalty: Floats, beta: Floats, base: Floats | float = 0.0
) -> tuple[Floats, Floats]:
    """The most likely weights under the penalty, on top of the log-odds `base`, and the curvature of the loss there."""
    gained = np.inf
    while gained > 1e-10 * target.size:
        beta, curve, gained = _step(full, target, penalty, beta, base)
    return beta, curve


def _step(
    full: Floats, target: Floats, penalty: Floats, beta: Floats, base: Floats | float = 0.0
) -> tuple[Floats, Floats, float]:
    """Weights a Newton step better (halved until it is one), the curvature before it, and what the loss gained."""
    odds = base + full @ beta
    chance = expit(odds)
    root = full * np.sqrt(chance * (1 - chance))[:, np.newaxis]
    curve = root.T @ root
    curve[np.diag_indices_from(curve)] += penalty + 1e-9
    move = cho_solve(cho_factor(curve), full.T @ (chance - target) + penalty * beta)
    value, along = _loss(odds, target, penalty, beta), full @ move
    for step in 0.5 ** np.arange(30):
        gained = value - _loss(odds - step * along, target, penalty, beta - step * move)
        if gained >= 0:
            return beta - step * move, curve, gained
    return beta, curve, 0.0


def _inverse(curve: Floats) -> Floats:
    return np.asarray(cho_solve(cho_factor(curve), np.eye(len(curve))))


def _loss(odds: Floats, target: Floats, penalty: Floats, beta: Floats) -> float:
    return float(np.logaddexp(0.0, odds).sum() - target @ odds + penalty @ beta**2 / 2)


def _with_one(matrix: Floats) -> Floats:
    return np.column_stack((np.ones(len(matrix)), matrix))
