"""Fixed effects swept out of columns: means of one group after another are taken off until nothing moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_SWEEPS = 200


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect of rows: `code` shape (rows,) from 0 to `size` - 1; `starts` of its runs where the rows lie sorted by it.

    An effect is a level for each code, or a slope for each code on the column `along`.
    """

    code: Ints
    size: int
    starts: Ints | None
    along: Floats | None = None

    def spread(self, value: Floats, room: Floats) -> Floats:
        """The value of each row's code, written into `room` of shape (rows,): new memory costs more than the work."""
        return value.take(self.code, out=room, mode="clip")

    def total(self, value: Floats) -> Floats:
        """Sums of `value` by code, shape (size,)."""
        if self.starts is not None:
            return np.asarray(np.add.reduceat(value, self.starts))
        return np.bincount(self.code, value, minlength=self.size)


def effect(key: Ints) -> Effect:
    """An effect for each value of `key`; keys that never fall are summed run by run, several times faster."""
    step = np.diff(key)
    if (step >= 0).all():
        fresh = np.concatenate(([True], step > 0))
        starts = np.flatnonzero(fresh)
        return Effect(np.cumsum(fresh) - 1, starts.size, starts)
    code = _numbered(key)
    return Effect(code, int(code.max()) + 1, None)


def _numbered(key: Ints) -> Ints:
    """Codes without gaps; by a table where the keys are small enough, else by sorting."""
    low, high = int(key.min()), int(key.max())
    if high - low > 8 * key.size + 1024:
        return np.unique(key, return_inverse=True)[1]
    seen = np.zeros(high - low + 1, dtype=np.bool_)
    seen[key - low] = True
    return (np.cumsum(seen) - 1)[key - low]


def swept(
    column: Floats,
    effects: Sequence[Effect],
    *,
    weight: Floats | None = None,
    near: float = 1e-9,
    sweeps: int = MOST_SWEEPS,
) -> Floats:
    """The column less all effects, least squares: sweeps until none moves it by `near` of its spread on average, or `sweeps` are done."""
    left, room = np.array(column, dtype=np.float64), np.empty(column.shape)
    sides = [_side(one, weight) for one in effects]
    totals = [_total(one, side, left.size) for one, side in zip(effects, sides, strict=True)]
    bound = near**2 * float(np.dot(left, left)) / max(left.size, 1)
    for _ in range(sweeps):
        largest = 0.0
        for one, side, total in zip(effects, sides, totals, strict=True):
            level = one.total(left if side is None else np.multiply(side, left, out=room)) / total
            moved = one.spread(level, room)
            if one.along is not None:
                moved *= one.along
            left -= moved
            largest = max(largest, float((total * level**2).sum() / total.sum()))
        if largest <= bound or len(effects) == 1:
            break
    return left


def _side(one: Effect, weight: Floats | None) -> Floats | None:
    """What a column is multiplied by before it is added up, None for one."""
    if one.along is None or weight is None:
        return weight if one.along is None else one.along
    return weight * one.along


def _total(one: Effect, side: Floats | None, rows: int) -> Floats:
    squares = np.ones(rows) if side is None else side
    return np.maximum(one.total(squares if one.along is None else squares * one.along), 1e-300)
