"""Accounts dealt into folds, so that none is judged by a model that has seen it or its sister."""

from __future__ import annotations

import numpy as np

from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.lookalike.reading import Bools

FOLDS = 5


def deal(*, matrix: Floats, best: Bools, family: Ints, seed: int, folds: int = FOLDS) -> Ints:
    """The fold of each account, shape (accounts,): whole families together, the best spread evenly.

    The folds depend on the seed and on what the accounts are, not on the order in which they come.
    """
    kin, member = np.unique(family, return_inverse=True)
    rank = np.empty(best.size, dtype=np.int64)
    rank[np.lexsort((*matrix.T, best))] = np.arange(best.size)
    first = np.full(kin.size, best.size)
    np.minimum.at(first, member, rank)
    mixed = np.random.default_rng(seed).permutation(best.size)[first]
    size, rich = np.bincount(member), np.bincount(member, best) > 0
    # Large families first, so that the small ones even out the folds.
    order = np.lexsort((mixed, -size, rich))
    fold = np.empty(kin.size, dtype=np.int64)
    fold[order] = np.arange(kin.size) % folds
    return fold[member]
