"""What a bigger line saves: quantity breaks, learnt from each account's own small and large lines, and taken out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.price.lines import Lines
from vitalfew.analytics.price.others import medians

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Quantities at which breaks are customary: dozens, tens and their multiples.
EDGES = np.array(
    [2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 24, 30, 36, 40, 48, 50, 60, 72, 96, 100, 144, 200, 250, 500, 1000]
)
BINS = EDGES.size + 1
ROUNDS = 10
# A price further from its month's middle than this is a slip or another unit, and teaches nothing about sizes.
FURTHEST = 0.5


def size_effects(lines: Lines) -> Floats:
    """The part of each line's log price that its size explains, beside the item's usual size; shape (lines,).

    Item and month, account, and item and size are fitted in turn; the effect of size may only fall as lines grow.
    What an account gets on all it buys therefore stays in the account, though it buys large.
    """
    price = np.log(lines.price)
    season = _codes(lines.item * (int(np.ptp(lines.month)) + 1) + lines.month - int(lines.month.min()))
    middle = medians(group=season, value=price)[1][season]
    taught = np.abs(price - middle) <= FURTHEST
    bins = lines.item * BINS + np.searchsorted(EDGES, lines.quantity, side="right")
    base, own, effect = middle, np.zeros(price.size), np.zeros(price.size)
    curve = np.zeros((int(lines.item.max()) + 1) * BINS)
    for _ in range(ROUNDS):
        own = _means(lines.account, price - base - effect, taught)[lines.account]
        curve = _falling(bins[taught], (price - base - own)[taught], curve.size)
        effect = curve[bins]
        base = _means(season, price - own - effect, taught)[season]
    return np.asarray(effect)


def _codes(keys: Ints) -> Ints:
    return np.unique(keys, return_inverse=True)[1]


def _means(code: Ints, value: Floats, taught: NDArray[np.bool_]) -> Floats:
    count = np.bincount(code, taught, minlength=int(code.max()) + 1)
    total = np.bincount(code, np.where(taught, value, 0.0), minlength=count.size)
    return np.asarray(total / np.maximum(count, 1))


def _falling(bins: Ints, value: Floats, size: int) -> Floats:
    """Means by item and bin that fall with the bin within each item, centred on the item's lines, drawn in by their noise."""
    count = np.bincount(bins, minlength=size).reshape(-1, BINS)
    lines = np.maximum(count.sum(axis=1, keepdims=True), 1)
    total: Floats = np.bincount(bins, value, minlength=size).reshape(-1, BINS)
    mean = total.sum(axis=1, keepdims=True) / lines
    total -= count * mean
    fitted = _fall(total, (count + 1e-9).astype(np.float64))
    fitted -= (count * fitted).sum(axis=1, keepdims=True) / lines
    squares = np.bincount(bins // BINS, value**2, minlength=len(count))[:, np.newaxis] - lines * mean**2
    return np.asarray((fitted * _trust(count, fitted, squares)).ravel())


def _fall(total: Floats, weight: Floats) -> Floats:
    """The falling fit of each row: the smallest over the starts of the largest over the ends of the mean between."""
    sums, weights = np.cumsum(total, axis=1), np.cumsum(weight, axis=1)
    fitted = np.full_like(sums, np.inf)
    for first in range(sums.shape[1]):
        mean = (sums[:, first:] - sums[:, [first]] + total[:, [first]]) / (
            weights[:, first:] - weights[:, [first]] + weight[:, [first]]
        )
        highest = np.maximum.accumulate(mean[:, ::-1], axis=1)[:, ::-1]
        fitted[:, first:] = np.minimum(fitted[:, first:], highest)
    return fitted


def _trust(count: Ints, fitted: Floats, squares: Floats) -> Floats:
    """How much of an item's fit is more than noise, 0 to 1: James and Stein's factor on its steps."""
    lines = count.sum(axis=1, keepdims=True)
    steps = (np.abs(np.diff(fitted, axis=1)) > 1e-12).sum(axis=1, keepdims=True)
    explained = (count * fitted**2).sum(axis=1, keepdims=True)
    noise = np.maximum(squares - explained, 0.0) / np.maximum(lines - steps - 1, 1)
    known = (lines > steps + 1) & (explained > 0)
    return np.where(known, np.clip(1 - steps * noise / np.maximum(explained, 1e-12), 0.0, 1.0), 0.0)
