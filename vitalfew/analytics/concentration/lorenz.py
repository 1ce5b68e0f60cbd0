"""The Lorenz curve of sorted customers and what is read off it, for one sample or for many resamples at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HEAD = 2_048
BLOCKS = 4_096


@dataclass(frozen=True, slots=True)
class Cells:
    """Customers from the largest down, neighbours of nearly equal value taken together.

    `value` is the mean of a cell, `count` how many customers stand in it; both have the shape (cells,).
    """

    value: Floats
    count: NDArray[np.int64]


def cells(*, descending: Floats) -> Cells:
    """Up to 6,144 cells for resampling: the 2,048 largest customers alone, the rest in blocks of equal count.

    Up to that number of customers every cell is one customer, so that nothing is approximated.
    """
    customers = descending.size
    if customers <= HEAD + BLOCKS:
        return Cells(descending, np.ones(customers, dtype=np.int64))
    starts = np.concatenate((np.arange(HEAD), np.linspace(HEAD, customers, BLOCKS, endpoint=False).astype(np.int64)))
    count = np.diff(np.append(starts, customers))
    return Cells(np.add.reduceat(descending, starts) / count, count)


@dataclass(frozen=True, slots=True)
class Lorenz:
    """Cumulative customers and revenue from the largest down; every array has the shape (samples, cells + 1)."""

    value: Floats
    customers: Floats
    revenue: Floats

    @property
    def size(self) -> Floats:
        return self.customers[:, -1]

    @property
    def total(self) -> Floats:
        return self.revenue[:, -1]


def lorenz(*, value: Floats, count: NDArray[Any]) -> Lorenz:
    """Curves from cells sorted from the largest down; `count` has the shape (samples, cells)."""
    start = np.zeros((count.shape[0], 1))
    customers = np.concatenate((start, np.cumsum(count, axis=1, dtype=np.float64)), axis=1)
    revenue = np.concatenate((start, np.cumsum(count * value, axis=1, dtype=np.float64)), axis=1)
    return Lorenz(value, customers, revenue)


def gini(*, curves: Lorenz) -> Floats:
    """Gini coefficient of each sample: twice the area between the curve and the line of equality."""
    step = np.diff(curves.customers, axis=1)
    area = ((curves.revenue[:, 1:] + curves.revenue[:, :-1]) * step).sum(axis=1) / 2
    return np.maximum(2 * area / (curves.size * curves.total) - 1, 0.0)


def top_share(*, curves: Lorenz, share: float) -> Floats:
    """Revenue share of the top `share` of customers, their number rounded up."""
    wanted = np.ceil(np.round(share * curves.size, 9))
    return np.array([_at(curves, row, wanted[row]) for row in range(wanted.size)]) / curves.total


def share_of_customers(*, curves: Lorenz, revenue: float) -> Floats:
    """Smallest share of customers whose revenue reaches the share `revenue` of the total."""
    return np.array([_reach(curves, row, revenue) for row in range(curves.size.size)]) / curves.size


def along(*, curves: Lorenz, shares: Floats) -> Floats:
    """Revenue share at each share of customers, shape (samples, points), straight between customers."""
    rows = range(curves.size.size)
    return np.array(
        [np.interp(shares, curves.customers[r] / curves.size[r], curves.revenue[r] / curves.total[r]) for r in rows]
    )


def _at(curves: Lorenz, row: int, wanted: float) -> float:
    return float(np.interp(wanted, curves.customers[row], curves.revenue[row]))


def _reach(curves: Lorenz, row: int, share: float) -> float:
    # A hair below the goal counts as reached: 0.1 + 0.7 is not quite 0.8 in floating point.
    goal = share * curves.total[row] * (1 - 1e-12)
    cell = int(np.searchsorted(curves.revenue[row], goal, side="left"))
    missing = goal - curves.revenue[row, cell - 1]
    return float(curves.customers[row, cell - 1] + np.ceil(missing / curves.value[cell - 1] - 1e-9))
