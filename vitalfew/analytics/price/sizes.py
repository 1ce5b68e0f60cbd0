"""What a bigger line saves: quantity breaks, learnt from each account's own small and large lines, and taken out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.price.cells import BINS, Cells
from vitalfew.analytics.price.effects import effect
from vitalfew.analytics.price.others import medians

Floats = NDArray[np.float64]

ROUNDS = 10
# A price further from its month's middle than this is a slip or another unit, and teaches nothing about sizes.
FURTHEST = 0.5


def size_effects(cells: Cells) -> Floats:
    """The part of each cell's log price that the size of its lines explains, beside the item's usual size; shape (cells,).

    Item and month, account, and item and size are fitted in turn; the effect of size may only fall as lines grow.
    What an account gets on all it buys therefore stays in the account, though it buys large.
    """
    season, account, bins = effect(cells.season), effect(cells.account), cells.item * BINS + cells.size
    left = cells.log_price - medians(group=season.code, value=cells.log_price, weight=cells.lines)[1][season.code]
    weight = np.where(np.abs(left) <= FURTHEST, cells.lines, 0.0)
    by_season, by_account = (np.maximum(one.total(weight), 1.0) for one in (season, account))
    items, room = int(cells.item.max()) + 1, np.empty_like(left)
    scatter = np.bincount(cells.item, np.where(weight > 0, cells.scatter, 0.0), minlength=items)
    count = np.bincount(bins, weight, minlength=items * BINS).reshape(-1, BINS)
    curve = np.zeros(count.size)
    for _ in range(ROUNDS):
        left -= account.spread(account.total(weight * left) / by_account, room)
        left += np.take(curve, bins, out=room, mode="clip")
        told = weight * left
        total = np.bincount(bins, told, minlength=count.size).reshape(-1, BINS)
        curve = _falling(count, total, scatter + np.bincount(cells.item, told * left, minlength=items)).ravel()
        left -= np.take(curve, bins, out=room, mode="clip")
        left -= season.spread(season.total(weight * left) / by_season, room)
    return np.asarray(curve[bins])


def _falling(count: Floats, total: Floats, squares: Floats) -> Floats:
    """Means by item and bin, shape (items, bins), that fall with the bin, centred on the item's lines, drawn in by their noise.

    `squares`, shape (items,), are summed over the lines of each item.
    """
    lines = np.maximum(count.sum(axis=1, keepdims=True), 1)
    mean = total.sum(axis=1, keepdims=True) / lines
    fitted = _fall(total - count * mean, count + 1e-9)
    fitted -= (count * fitted).sum(axis=1, keepdims=True) / lines
    return np.asarray(fitted * _trust(count, fitted, squares[:, np.newaxis] - lines * mean**2))


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


def _trust(count: Floats, fitted: Floats, squares: Floats) -> Floats:
    """How much of an item's fit is more than noise, 0 to 1: James and Stein's factor on its steps."""
    lines = count.sum(axis=1, keepdims=True)
    steps = (np.abs(np.diff(fitted, axis=1)) > 1e-12).sum(axis=1, keepdims=True)
    explained = (count * fitted**2).sum(axis=1, keepdims=True)
    noise = np.maximum(squares - explained, 0.0) / np.maximum(lines - steps - 1, 1)
    known = (lines > steps + 1) & (explained > 0)
    return np.where(known, np.clip(1 - steps * noise / np.maximum(explained, 1e-12), 0.0, 1.0), 0.0)
