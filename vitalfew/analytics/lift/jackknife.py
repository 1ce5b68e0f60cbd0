"""How far an estimate would move if an account, or a group of accounts, had not been there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from vitalfew.analytics.lift.simplex import Floats
from vitalfew.analytics.lift.synthetic import Synthetic

Values = Floats | np.float64 | float
# A chance of 80 % to see the effect that is called detectable.
POWER = 0.8
# Degrees of freedom as good as infinitely many.
MANY = 1e6


def left_out(*, weights: Floats, products: Floats) -> Floats:
    """Weighted means without each member: `weights` and `products` (weight × value), shape (…, members).

    Where a member holds all the weight the mean with it is given, because nothing is left without it.
    """
    total = products.sum(axis=-1, keepdims=True)
    rest = 1.0 - weights
    nothing = rest < 1e-12
    return np.where(nothing, total, (total - products) / np.where(nothing, 1.0, rest))


def variance(left: Floats) -> tuple[Floats, Floats]:
    """Jackknife variance over the last axis, and each member's part in it."""
    members = left.shape[-1]
    parts = (members - 1) / members * (left - left.mean(axis=-1, keepdims=True)) ** 2
    return parts.sum(axis=-1), parts


def freedom(*, treated: Values, controls: Values, heads: Values, others: Values) -> Floats:
    """Degrees of freedom (Satterthwaite) of the sum of two variances, from `heads` treated and `others` controls."""
    within = treated**2 / np.maximum(heads - 1, 1) + controls**2 / np.maximum(others - 1, 1)
    free: Floats = np.where(within > 0, (treated + controls) ** 2 / np.where(within > 0, within, 1.0), MANY)
    return free


def spread(found: Synthetic) -> tuple[Floats, Floats]:
    """Standard error and degrees of freedom of each comparison, weights held fixed and every account left out once."""
    error, free = spread_with_lifts(found, late=np.zeros(found.treated.shape[1]), lifts=[0.0])
    return error[0], free[0]


def spread_with_lifts(found: Synthetic, *, late: Floats, lifts: Sequence[float]) -> tuple[Floats, Floats]:
    """The same as each of `lifts` were planted on the treated, whose means after the start are in `late` (accounts,).

    Shapes (lifts, comparisons). The weights hang on the past of the treated and on the controls alone, so a lift moves the
    treated's change and nothing else, and the variance is a square in it.
    """
    kept = left_out(weights=found.treated, products=found.treated * found.change)
    against = left_out(weights=found.units, products=found.units * found.change)
    left, added = kept - against, left_out(weights=found.treated, products=found.treated * late)
    members = left.shape[1]
    left, added = left - left.mean(axis=1, keepdims=True), added - added.mean(axis=1, keepdims=True)
    squares = [(members - 1) / members * one for one in (left * left, 2 * left * added, added * added)]
    powers = np.array(lifts)[:, None] ** np.arange(3)
    whole = np.maximum(powers @ np.array([one.sum(axis=1) for one in squares]), 0.0)
    inside = powers @ np.array([np.where(found.treated > 0, one, 0.0).sum(axis=1) for one in squares])
    inside = np.clip(inside, 0.0, whole)
    heads, others = 1 / (found.treated**2).sum(axis=1), 1 / (found.units**2).sum(axis=1)
    return np.sqrt(whole), freedom(treated=inside, controls=whole - inside, heads=heads, others=others)


def half_width(*, level: float, freedom: Values) -> Floats:
    """Standard errors on either side of an interval that is to cover `level`."""
    width: Floats = np.asarray(student.ppf((1 + level) / 2, freedom))
    return width


def detectable(*, level: float, freedom: Values) -> Floats:
    """Standard errors an effect must have to be seen with POWER: 2.49 for many accounts at a level of .9."""
    return half_width(level=level, freedom=freedom) + np.asarray(student.ppf(POWER, freedom))


def by_cluster(values: Floats, cluster: NDArray[np.int64], count: int) -> Floats:
    """Sums of the last axis over the accounts of one cluster, shape (…, count)."""
    flat = values.reshape(-1, values.shape[-1])
    sums = np.stack([np.bincount(cluster, weights=row, minlength=count) for row in flat])
    return sums.reshape(*values.shape[:-1], count)
