"""Changes of unit: an item sold by the dozen from one month on, or to one account only, has another price, not a rise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.analytics.price.cells import Cells
from vitalfew.analytics.price.others import medians

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Pairs, half-dozens, tens and dozens: what a price is multiplied by when the unit behind an item code changes.
FACTORS = (2.0, 6.0, 10.0, 12.0)
NEAR = 0.06


def near_a_factor(gap: Floats, *, factors: Sequence[float] = FACTORS, near: float = NEAR) -> Bools:
    """Where a difference of log prices is close to the logarithm of a unit factor, up or down."""
    found = np.zeros(gap.shape, dtype=np.bool_)
    for factor in factors:
        found |= np.abs(np.abs(gap) - np.log(factor)) <= near
    return found


def with_changed_units_apart(cells: Cells, *, factors: Sequence[float] = FACTORS) -> tuple[Cells, int]:
    """The cells with a new item from each lasting jump of an item's price by a unit factor, and how many jumps.

    A jump lasts when the middle of up to three months before it and of up to three from it on are as far apart.
    """
    season = cells.season
    key, middle = medians(group=season, value=cells.log_price, weight=cells.lines)
    item = key // cells.months
    before, after = _past(item, middle), _coming(item, middle)
    same = np.concatenate(([False], item[1:] == item[:-1]))
    step = np.diff(middle, prepend=middle[:1])
    jumps = same & near_a_factor(step, factors=factors) & near_a_factor(after - before, factors=factors)
    # Items are numbered on: one more at each item and at each jump, so cells stay in order.
    code = np.zeros(len(cells.items) * cells.months, dtype=np.int64)
    code[key] = np.cumsum(~same | jumps) - 1
    name = item[~same | jumps]
    group = None if cells.group is None else cells.group[name]
    return replace(cells, item=code[season], items=cells.items.take(pa.array(name)), group=group), int(jumps.sum())


def _coming(item: Ints, middle: Floats) -> Floats:
    """The median of this month and the next two of the same item."""
    rows = np.arange(middle.size)[:, np.newaxis] + np.arange(3)
    inside = rows < middle.size
    rows = np.minimum(rows, middle.size - 1)
    values = np.where(inside & (item[rows] == item[:, np.newaxis]), middle[rows], np.nan)
    return np.asarray(np.nanmedian(values, axis=1))


def _past(item: Ints, middle: Floats) -> Floats:
    """The median of the three months before of the same item; where it has none, this month."""
    back = _coming(item[::-1], middle[::-1])[::-1]
    previous = np.concatenate((middle[:1], back[:-1]))
    same = np.concatenate(([False], item[1:] == item[:-1]))
    return np.where(same, previous, middle)
