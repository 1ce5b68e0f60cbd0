"""TIFU-KNN, written from Hu, He, Gao and Zhang, Modeling Personalized Item Frequency Information for Next-basket
Recommendation, SIGIR 2020 (arXiv 2006.00556), on sparse rows: a peer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from vitalfew.analytics.recommend import Purchases

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Settings:
    """The paper's names: neighbours k, decay within a group r_b and between groups r_g, own share α, groups m."""

    neighbours: int = 300
    within: float = 0.9
    between: float = 0.7
    own: float = 0.7
    groups: int = 7


GRID = tuple(Settings(neighbours=k, between=r, own=a) for k in (100, 300) for r in (0.7, 0.9) for a in (0.5, 0.7, 0.9))


def frequency(known: Purchases, settings: Settings) -> csr_array:
    """Each account's decayed item frequencies: baskets (account days) in equal groups, the last group the latest."""
    span = known.history + 1
    basket, of = np.unique(known.account * span + (known.day - known.since), return_inverse=True)
    account = basket // span
    number = np.bincount(account, minlength=known.shape[0])
    place = np.arange(basket.size) - np.repeat(np.cumsum(number) - number, number)
    groups = np.minimum(number[account], settings.groups)
    group = place * groups // number[account]
    key = account * settings.groups + group
    size = np.bincount(key, minlength=known.shape[0] * settings.groups)
    first = np.full(size.size, span)
    np.minimum.at(first, key, place)
    within = settings.within ** (size[key] - 1 - (place - first[key]))
    weight = settings.between ** (groups - 1 - group) * within / size[key] / groups
    return csr_array((weight[of], (known.account, known.item)), shape=known.shape)


def scores(known: Purchases, who: Ints, settings: Settings) -> Floats:
    """Own frequencies and the mean of the k nearest by Euclidean distance, shape (who, items)."""
    rows = frequency(known, settings)
    square = np.asarray(rows.multiply(rows).sum(axis=1)).ravel()
    away = square[None, :] - 2 * (rows[who] @ rows.T).toarray()
    away[np.arange(who.size), who] = np.inf
    near = np.argpartition(away, settings.neighbours, axis=1)[:, : settings.neighbours]
    start = np.arange(0, near.size + 1, settings.neighbours)
    share = csr_array((np.full(near.size, 1 / settings.neighbours), near.ravel(), start), shape=away.shape)
    mixed: Floats = (settings.own * rows[who] + (1 - settings.own) * (share @ rows)).toarray()
    return mixed
