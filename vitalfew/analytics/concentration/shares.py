"""How concentrated revenue is on few customers: the curve, Gini, top 20 % share, share that makes 80 %."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri

from vitalfew.analytics import frames, refusals
from vitalfew.analytics.concentration.lorenz import (
    Floats,
    Lorenz,
    along,
    cells,
    gini,
    lorenz,
    share_of_customers,
    top_share,
)

TOP = 0.2
MOST = 0.8
POINTS = 101
# Below this the resampled interval says more about the resampling than about the firm.
ENOUGH_FOR_INTERVAL = 30
EDGE = 1e-9


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its interval; None where it is not defined or where there are too few customers."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """Share of revenue made by the largest share of customers; four arrays of 101 points, or of none.

    `low` and `high` are None where there are too few customers for an interval.
    """

    customers: Floats
    revenue: Floats
    low: Floats | None
    high: Floats | None


@dataclass(frozen=True, slots=True)
class Concentration:
    """Concentration of one ledger or period.

    `customers` counts all, `positive` those whose net sum is above zero. `net` sums all, `total` the positive ones,
    in the unit of the values. `level` is the coverage the intervals aim at.
    """

    customers: int
    positive: int
    net: float
    total: float
    level: float
    gini: Estimate
    top_20_share: Estimate
    share_for_80: Estimate
    curve: Curve

    @property
    def distance(self) -> Estimate:
        """How far the firm is from 80/20: its top 20 % share less 0.8, below zero where revenue is spread wider."""
        share = self.top_20_share
        return Estimate(*(None if one is None else one - MOST for one in (share.value, share.low, share.high)))


def measure_concentration(*, values: Any, draws: int = 200, seed: int = 0, level: float = 0.9) -> Concentration:
    """Concentration of net revenue over customers.

    `values`: shape (customers,), net sum of each customer in one currency, minor units (int64) or any unit (float64);
    an array, a list or the column of any frame.
    Customers at or below zero are counted but left out of every share. The top 20 % is rounded up to whole customers.
    Intervals resample customers (`draws` times, multinomial); the values themselves always use every customer exactly.
    Raises NotFinite for NaN, infinite or missing values, NotAlike for a table and NotAColumn for anything but numbers.
    Source: Lorenz 1905; Gini 1912; Efron 1979 for the resampling.
    """
    values = _numbers(values)
    positive = np.sort(values[values > 0])[::-1].astype(np.float64)
    head = (values.size, positive.size, _sum(values), _sum(values[values > 0]), level)
    if not positive.size:
        nothing = Estimate(None, None, None)
        empty = np.empty(0)
        return Concentration(*head, nothing, nothing, nothing, Curve(empty, empty, None, None))
    whole = lorenz(value=positive, count=np.ones((1, positive.size), dtype=np.int8))
    again = _resampled(positive, draws, seed) if positive.size >= ENOUGH_FOR_INTERVAL else None
    return Concentration(*head, *_shares(whole, again, level), _curve(whole, again, level))


def _numbers(values: Any) -> NDArray[Any]:
    """One number for each customer. Whole numbers stay whole, so that sums of minor units are exact."""
    array = values if isinstance(values, np.ndarray) and values.dtype.kind in "iuf" else _column(values)
    if array.ndim != 1:
        raise refusals.NotAlike(
            f"Values of shape {array.shape} are no column: give one net sum for each customer, shape (customers,)."
        )
    refusals.finite(**{"The net of customers": array})
    return array


def _column(values: Any) -> NDArray[Any]:
    """The column of a frame, or a list, as an array."""
    held = frames.table({"net": pa.chunked_array(values) if hasattr(values, "__arrow_c_stream__") else values})
    whole = pa.types.is_integer(held["net"].type) and not held["net"].null_count
    array: NDArray[Any] = held["net"].to_numpy() if whole else frames.numbers(held, "net")
    return array


def _sum(values: NDArray[Any]) -> float:
    # Minor units stay whole: an int64 sum is exact, and a float holds it exactly up to 2**53.
    return values.sum().item() if values.size else 0


def _resampled(descending: Floats, draws: int, seed: int) -> Lorenz:
    few = cells(descending=descending)
    chances = few.count / few.count.sum()
    count = np.random.default_rng(seed).multinomial(descending.size, chances, size=draws)
    return lorenz(value=few.value, count=count)


def _shares(whole: Lorenz, again: Lorenz | None, level: float) -> tuple[Estimate, Estimate, Estimate]:
    return (
        _estimate(gini(curves=whole), None if again is None else gini(curves=again), level),
        _estimate(
            top_share(curves=whole, share=TOP), None if again is None else top_share(curves=again, share=TOP), level
        ),
        _estimate(
            share_of_customers(curves=whole, revenue=MOST),
            None if again is None else share_of_customers(curves=again, revenue=MOST),
            level,
        ),
    )


def _estimate(whole: Floats, again: Floats | None, level: float) -> Estimate:
    if again is None:
        return Estimate(float(whole[0]), None, None)
    low, high = _band(whole, again[:, np.newaxis], level)
    return Estimate(float(whole[0]), float(low[0]), float(high[0]))


def _curve(whole: Lorenz, again: Lorenz | None, level: float) -> Curve:
    shares = np.linspace(0, 1, POINTS)
    revenue = along(curves=whole, shares=shares)[0]
    if again is None:
        return Curve(shares, revenue, None, None)
    return Curve(shares, revenue, *_band(revenue, along(curves=again, shares=shares), level))


def _band(value: Floats, again: Floats, level: float) -> tuple[Floats, Floats]:
    """Interval of shares from resamples, shape (draws, shares), on the log-odds scale and cleared of their bias.

    Resamples miss the largest customers now and then, so they lie below the value; shifting by as much the other way
    and a normal width covered best where customers are few (docs/measures/top_20_share.md has the figures).
    """
    odds, centre = logit(np.clip(again, EDGE, 1 - EDGE)), logit(np.clip(value, EDGE, 1 - EDGE))
    centre, reach = 2 * centre - odds.mean(axis=0), ndtri((1 + level) / 2) * odds.std(axis=0)
    return np.minimum(expit(centre - reach), value), np.maximum(expit(centre + reach), value)
