"""Synthetic difference-in-differences for many comparisons of the same accounts at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.lift.simplex import Floats, Mask, period_weights, unit_weights
from vitalfew.analytics.refusals import NothingVaries

# Ridge on the weights of periods, in units of the monthly noise: small enough not to be seen in the estimate (Prop 99
# moves by a millionth), large enough that fewer controls than periods still have one solution.
PERIOD_RIDGE = 1e-3
# Cells (problems × accounts) worked on at once, which bounds the memory.
CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Synthetic:
    """One row for each comparison; accounts stand in columns.

    `treated` and `units` (comparisons, accounts) are the weights of the treated and of the controls, each adding up to
    one; `periods` (comparisons, periods before) the weights of the periods; `change` (comparisons, accounts) each
    account's mean after the start less its weighted mean before.
    """

    treated: Floats
    units: Floats
    periods: Floats
    change: Floats

    @property
    def effect(self) -> Floats:
        """Change of the treated less change of their controls, shape (comparisons,)."""
        effect: Floats = ((self.treated - self.units) * self.change).sum(axis=1)
        return effect


def synthetic(*, paths: Floats, before: int, treated: Floats, allowed: Mask) -> Synthetic:
    """Weights and changes of Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), for each row of `treated`.

    `paths` shape (accounts, periods), of which the first `before` precede the start; `treated` (comparisons, accounts)
    weights that add up to one; `allowed` (comparisons, accounts) the accounts a comparison may use as controls.
    Raises NothingVaries where controls never change before the start.
    """
    size = max(1, CELLS // paths.shape[0])
    parts = [
        _synthetic(paths, before, treated[first : first + size], allowed[first : first + size])
        for first in range(0, treated.shape[0], size)
    ]
    if len(parts) == 1:
        return parts[0]
    return Synthetic(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("treated", "units", "periods", "change"))
    )


def _synthetic(paths: Floats, before: int, treated: Floats, allowed: Mask) -> Synthetic:
    early, late = paths[:, :before], paths[:, before:].mean(axis=1)
    used = allowed.astype(np.float64)
    noise = _noise(early, used)
    if not (noise > 0).all():
        raise NothingVaries("The controls never change before the start: nothing can be learnt from how they moved.")
    heads = 1 / (treated**2).sum(axis=1)
    ridge = np.sqrt(heads * (paths.shape[1] - before)) * noise**2 * before
    units = unit_weights(paths=early, target=treated @ early, ridge=ridge, allowed=allowed)
    periods = _periods(early, late, used, PERIOD_RIDGE * noise)
    return Synthetic(treated, units, periods, late - periods @ early.T)


def _noise(early: Floats, used: Floats) -> Floats:
    """Standard deviation of the controls' changes from one period to the next, one for each comparison."""
    steps = np.diff(early, axis=1)
    count = used.sum(axis=1) * steps.shape[1]
    mean = used @ steps.sum(axis=1) / count
    noise: Floats = np.sqrt(np.maximum(used @ (steps**2).sum(axis=1) - count * mean**2, 0.0) / np.maximum(count - 1, 1))
    return noise


def _periods(early: Floats, late: Floats, used: Floats, ridge: Floats) -> Floats:
    """Weights of the periods before with which the controls' own path comes nearest to what they did after."""
    before = early.shape[1]
    both = np.column_stack((early, late))
    upper = np.triu_indices(before + 1)
    sums = np.empty((used.shape[0], before + 1, before + 1))
    sums[:, upper[0], upper[1]] = sums[:, upper[1], upper[0]] = used @ (both[:, upper[0]] * both[:, upper[1]])
    count = used.sum(axis=1)
    mean = used @ both / count[:, None]
    sums -= count[:, None, None] * mean[:, :, None] * mean[:, None, :]
    gram, slope = sums[:, :before, :before], sums[:, :before, before]
    gram[:, range(before), range(before)] += (ridge**2 * count)[:, None]
    return period_weights(gram=gram, slope=slope)


def alone(mask: NDArray[np.bool_]) -> Floats:
    """Equal weights that add up to one over the marked accounts of each row."""
    share: Floats = mask / mask.sum(axis=-1, keepdims=True)
    return share
