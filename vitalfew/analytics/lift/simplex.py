"""Exact least squares on the simplex (weights that are not negative and add up to one), for many problems at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Rounds with no fewer wrong signs before one weight at a time is moved, which cannot run in a circle.
PATIENCE = 3
# A slope of this share of its problem's scale counts as zero, or rounding alone would move weights for ever.
ROUNDING = 1e-11


def unit_weights(*, paths: Floats, target: Floats, ridge: Floats, allowed: Mask) -> Floats:
    """Weights w, shape (problems, units), that make w @ paths + constant nearest to each target.

    Minimises |target - w @ paths|² + ridge |w|², both centred over time. `paths` shape (units, periods), `target`
    (problems, periods), `ridge` (problems,) above zero, `allowed` (problems, units) says which units a problem may use.
    Solved in the dual, whose size is the number of periods, however many units there are.
    """
    a = paths - paths.mean(axis=1, keepdims=True)
    b = target - target.mean(axis=1, keepdims=True)
    periods = a.shape[1]
    upper = np.triu_indices(periods)
    products = a[:, upper[0]] * a[:, upper[1]]

    def slopes(active: Mask, rows: NDArray[np.int64]) -> Floats:
        used = active.astype(np.float64)
        system = np.empty((rows.size, periods + 1, periods + 1))
        system[:, upper[0], upper[1]] = system[:, upper[1], upper[0]] = used @ products
        system[:, range(periods), range(periods)] += ridge[rows, None]
        system[:, :periods, periods] = system[:, periods, :periods] = -(used @ a)
        system[:, periods, periods] = used.sum(axis=1)
        right = np.column_stack((ridge[rows, None] * b[rows], -ridge[rows]))
        solved = np.linalg.solve(system, right[:, :, None])[:, :, 0]
        return np.where(allowed[rows], (solved[:, :periods] @ a.T - solved[:, periods:]) / ridge[rows, None], -1.0)

    return _settled(slopes, allowed.copy())


def period_weights(*, gram: Floats, slope: Floats) -> Floats:
    """Weights v, shape (problems, periods), that minimise v'Gv / 2 - c'v with each G of `gram` positive definite.

    `gram` shape (problems, periods, periods), `slope` c shape (problems, periods).
    """
    periods = slope.shape[1]
    scale = np.abs(gram).max(axis=(1, 2))

    def slopes(active: Mask, rows: NDArray[np.int64]) -> Floats:
        system = np.zeros((rows.size, periods + 1, periods + 1))
        system[:, :periods, :periods] = gram[rows] * (active[:, :, None] & active[:, None, :])
        system[:, range(periods), range(periods)] += np.where(active, 0.0, scale[rows, None])
        system[:, :periods, periods] = system[:, periods, :periods] = active * scale[rows, None]
        right = np.column_stack((np.where(active, slope[rows], 0.0), scale[rows]))
        solved = np.linalg.solve(system, right[:, :, None])[:, :, 0]
        weights, price = solved[:, :periods], solved[:, periods:] * scale[rows, None]
        outside = slope[rows] - np.einsum("rij,rj->ri", gram[rows], weights) - price
        return np.where(active, weights, outside / scale[rows, None])

    return _settled(slopes, np.ones(slope.shape, dtype=bool))


def _settled(slopes: Callable[[Mask, NDArray[np.int64]], Floats], active: Mask) -> Floats:
    """The weights once every sign is right: positive inside `active`, no wish to enter outside.

    Block principal pivoting (Júdice and Pires 1994): all wrong signs change at once, one at a time after PATIENCE.
    """
    weights = np.zeros(active.shape)
    todo = np.arange(active.shape[0])
    best = np.full(todo.size, active.shape[1] + 1)
    patience = np.full(todo.size, PATIENCE)
    while todo.size:
        inside = active[todo]
        found = slopes(inside, todo)
        wrong = (found > np.where(inside, 0.0, ROUNDING)) != inside
        count = wrong.sum(axis=1)
        done = count == 0
        weights[todo[done]] = np.where(inside, found, 0.0)[done]
        better = count < best[todo]
        best[todo] = np.minimum(best[todo], count)
        patience[todo] = np.where(better, PATIENCE, patience[todo] - 1)
        last = np.zeros_like(wrong)
        last[np.arange(todo.size), wrong.shape[1] - 1 - wrong[:, ::-1].argmax(axis=1)] = True
        active[todo] = inside ^ np.where((patience[todo] < 0)[:, None], wrong & last, wrong)
        todo = todo[~done]
    return weights
