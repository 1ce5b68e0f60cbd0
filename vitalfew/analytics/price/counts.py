"""The response of counts to price, zeros included: a Poisson score in which account × item and months are swept out.

The mean of a count is exp(effects + slope × log price), which is all that is assumed: the counts need not be Poisson,
and a month without a purchase is a zero like any other number. Effects drop out because each of their totals is
matched exactly; at the book's common slope every account's own slope is one Newton step away.
Sources: Gourieroux, Monfort and Trognon 1984; Santos Silva and Tenreyro 2006; Correia, Guimarães and Zylkin 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.price.effects import Effect, swept

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEPS = 12
# Scaling may end early: what is left of an effect in the counts meets a price that has none of it, and so matters to
# second order only. Both go on until a round moves an effect by no more than these, on average.
ROUNDS, CLOSE = 5, 0.01
SWEEPS, NEAR = 30, 2e-3
# Steps end at this part of the standard error of the common slope: what is left is the square of it.
ENOUGH = 0.1


@dataclass(frozen=True, slots=True)
class Fit:
    """Counts fitted at the common slope; arrays of shape (rows,).

    `mean` of each count, `price` with the effects swept out, `score` and `information` of each row for the slope.
    """

    slope: float
    mean: Floats
    price: Floats
    score: Floats
    information: Floats


def fitted(*, count: Floats, exposure: Floats | None, price: Floats, effects: Sequence[Effect]) -> Fit:
    """The common slope and all effects; every effect must have a total above zero."""
    totals = [one.total(count) for one in effects]
    mean = np.full(count.size, count.mean()) if exposure is None else exposure * (count.sum() / exposure.sum())
    left = price - price.mean()
    slope = 0.0
    for _ in range(STEPS):
        _match(mean, effects, totals)
        left = swept(left, effects, weight=mean, near=NEAR, sweeps=SWEEPS)
        whole = float(np.dot(mean, left**2))
        if whole <= 0:
            break
        step = float(np.dot(count - mean, left)) / whole
        slope += step
        mean *= np.exp(step * left)
        if abs(step) < ENOUGH * whole**-0.5:
            break
    return Fit(slope, mean, left, (count - mean) * left, mean * left**2)


def _match(mean: Floats, effects: Sequence[Effect], totals: Sequence[Floats]) -> None:
    """Scale the means, in place, until every effect's total is the counted one (iterative proportional fitting)."""
    whole, room = float(totals[0].sum()), np.empty_like(mean)
    for _ in range(ROUNDS):
        moved = 0.0
        for one, total in zip(effects, totals, strict=True):
            factor = total / np.maximum(one.total(mean), 1e-300)
            mean *= one.spread(factor, room)
            moved = max(moved, float((total * (factor - 1) ** 2).sum()))
        if moved <= CLOSE**2 * whole:
            break


def resplit(fit: Fit, *, count: Floats, effects: Sequence[Effect]) -> tuple[Floats, Floats]:
    """Score and information of each row at the same slope under finer effects, for halves that share none."""
    mean = fit.mean.copy()
    _match(mean, effects, [one.total(count) for one in effects])
    left = swept(fit.price, effects, weight=mean, near=NEAR, sweeps=SWEEPS)
    return (count - mean) * left, mean * left**2
