"""Both margins of every account drawn in by their noise and added up to the response of its volume."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.price.halves import Drawn, Slopes, common_spread, drawn_in
from vitalfew.analytics.price.shrink import LEAST_VARIANCE, Belief, shrunk

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Before the data: who takes less at a time may as well order less often, or more often. The sd of that tie.
TIE = 0.3


@dataclass(frozen=True, slots=True)
class Sum:
    """The response of volume, arrays of shape (accounts,).

    `centre` and `sd` of each account by its own data; `plain` and `plain_sd` those of an account of its segment of
    which nothing more is known. `tie` is by how much the ordering of an account is off the mean for each unit by which
    its order sizes are. `offset` and `doubt`, shape (segments,), are how far segments are off the firm, and its error.
    """

    orders: Drawn
    size: Drawn
    tie: float
    centre: Floats
    sd: Floats
    plain: Floats
    plain_sd: Floats
    offset: Floats
    doubt: Floats

    @property
    def mean(self) -> float:
        return self.orders.shrunk.common.mean + self.size.shrunk.common.mean

    @property
    def error(self) -> float:
        """Standard error of the mean."""
        return float(np.hypot(self.orders.shrunk.common.error, self.size.shrunk.common.error))

    @property
    def spread(self) -> float:
        """The sd of the differences between accounts."""
        return float(np.hypot((1 + self.tie) * self.size.shrunk.common.spread, self.orders.shrunk.common.spread))

    @property
    def learnt(self) -> Floats:
        """The share of the doubt about each account that its own data took away."""
        return np.clip(1 - (self.sd / np.maximum(self.plain_sd, LEAST_VARIANCE)) ** 2, 0.0, 1.0)

    @property
    def real(self) -> bool:
        return self.orders.agreed.real or self.size.agreed.real

    @property
    def reliability(self) -> float:
        """Of both margins, weighed by how much of the lasting differences each holds."""
        held = [max(one.agreed.covariance, 0.0) for one in (self.orders, self.size)]
        shares = [one.agreed.reliability for one in (self.orders, self.size)]
        return float(np.dot(held, shares) / sum(held)) if sum(held) > 0 else 0.0


def summed(orders: Slopes, size: Slopes, segment: Ints | None, belief: Belief) -> Sum:
    """The margins drawn in one after the other: what sizes tell of an account also tells of its ordering."""
    half = Belief(belief.mean / 2, belief.sd / float(np.sqrt(2)))
    where = np.zeros(size.slope.size, dtype=np.int64) if segment is None else segment
    offsets, doubts = zip(*(_segments(one, segment, half) for one in (orders, size)), strict=True)
    offset, doubt = sum(offsets), np.hypot(*doubts)
    sizes = drawn_in(size.less(offsets[1][where]), half)
    tie, tie_variance = _tie(orders.less(offsets[0][where]), sizes)
    ordering = drawn_in(orders.less(offsets[0][where] + tie * sizes.apart), half)
    square = (1 + tie) ** 2 + tie_variance
    alone = square * sizes.shrunk.nobody**2 + ordering.shrunk.nobody**2
    own = square * sizes.shrunk.sd**2 + ordering.shrunk.sd**2 + tie_variance * sizes.apart**2
    # An account leans on its segment by as much as its own data leave open.
    leaning = np.minimum(own / alone, 1.0) * doubt[where]
    return Sum(
        ordering,
        sizes,
        tie,
        centre=offset[where] + sizes.shrunk.centre + ordering.shrunk.centre + tie * sizes.apart,
        sd=np.sqrt(own + leaning**2),
        plain=offset[where] + sizes.shrunk.common.mean + ordering.shrunk.common.mean,
        plain_sd=np.sqrt(alone + doubt[where] ** 2),
        offset=offset,
        doubt=doubt,
    )


def _tie(orders: Slopes, sizes: Drawn) -> tuple[float, float]:
    """The slope of ordering on what is believed of order sizes, drawn to 0, and its variance."""
    weight = 1 / (orders.variance + sizes.shrunk.common.spread**2 + LEAST_VARIANCE)
    if weight.sum() == 0:
        return 0.0, TIE**2
    off = sizes.apart - np.average(sizes.apart, weights=weight)
    precision = float((weight * off**2).sum()) + TIE**-2
    return float((weight * off * orders.slope).sum()) / precision, 1 / precision


def _segments(slopes: Slopes, segment: Ints | None, belief: Belief) -> tuple[Floats, Floats]:
    """How far each segment's mean is off the firm's, drawn in, and its standard error; shape (segments,)."""
    if segment is None or not np.isfinite(slopes.variance).any():
        count = 1 if segment is None else int(segment.max()) + 1
        return np.zeros(count), np.zeros(count)
    weight = 1 / (slopes.variance + common_spread(slopes, belief) ** 2 + LEAST_VARIANCE)
    total = np.bincount(segment, weight)
    safe = np.where(total > 0, total, 1.0)
    mean = np.bincount(segment, weight * slopes.slope) / safe
    drawn = shrunk(estimate=mean, variance=np.where(total > 0, 1 / safe, np.inf), belief=belief)
    return drawn.centre - drawn.common.mean, drawn.sd
