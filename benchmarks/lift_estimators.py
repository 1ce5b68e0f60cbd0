"""The simpler estimators beside which the lift is measured: effect and half width of its 90 % interval.

Each takes the treated accounts' mean after the start (accounts,) and paths before it (accounts, periods), and the same of
all others.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Estimator = Callable[[Floats, Floats, Floats, Floats], tuple[float, float]]
WIDTH = 1.6448536


def mean_and_reach(values: Floats) -> tuple[float, float]:
    return float(values.mean()), WIDTH * float(values.std(ddof=1)) / len(values) ** 0.5


def before_after(own: Floats, early: Floats, others: Floats, theirs: Floats) -> tuple[float, float]:
    return mean_and_reach(own - early.mean(axis=1))


def difference(own: Floats, early: Floats, others: Floats, theirs: Floats) -> tuple[float, float]:
    kept, kept_reach = mean_and_reach(own - early.mean(axis=1))
    against, against_reach = mean_and_reach(others - theirs.mean(axis=1))
    return kept - against, float(np.hypot(kept_reach, against_reach))


def matched(own: Floats, early: Floats, others: Floats, theirs: Floats) -> tuple[float, float]:
    """Each treated against its five nearest controls on the path before."""
    apart = (early**2).sum(axis=1)[:, None] - 2 * early @ theirs.T + (theirs**2).sum(axis=1)
    near = np.argpartition(apart, 4, axis=1)[:, :5]
    change = others - theirs.mean(axis=1)
    return mean_and_reach(own - early.mean(axis=1) - change[near].mean(axis=1))


def ancova(own: Floats, early: Floats, others: Floats, theirs: Floats) -> tuple[float, float]:
    """Regression on the last three and the last six months before the start, HC3."""
    past = np.vstack((early, theirs))
    treated = np.arange(len(past)) < len(early)
    design = np.column_stack((np.ones(len(past)), treated, past[:, -3:].mean(axis=1), past[:, -6:].mean(axis=1)))
    inverse = np.linalg.inv(design.T @ design)
    outcome = np.concatenate((own, others))
    coefficient = inverse @ (design.T @ outcome)
    room = 1 - np.einsum("ij,jk,ik->i", design, inverse, design)
    pull = (design @ inverse)[:, 1]
    error = np.sqrt((pull**2 * ((outcome - design @ coefficient) / room) ** 2).sum())
    return float(coefficient[1]), WIDTH * float(error)


PEERS: dict[str, Estimator] = {
    "before/after": before_after,
    "DiD all controls": difference,
    "matched DiD 5-NN": matched,
    "ANCOVA HC3": ancova,
}
