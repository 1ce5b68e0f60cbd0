"""Ranked lists against what was bought: recall, NDCG and hits among the first ten, and their error over customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

TEN = 10
DRAWS = 1000
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Quality:
    """Of each account asked for, shape (accounts,): hits ÷ min(10, wanted), NDCG of the first ten, any hit."""

    recall: Floats
    ndcg: Floats
    hit: Floats


def best(scores: Floats) -> Ints:
    """The ten best items of each row in order, shape (rows, 10); -1 for a score of minus infinity. Equals: lower code first."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :TEN]
    return np.where(np.take_along_axis(scores, order, axis=1) > -np.inf, order, -1)


def listed(account: Ints, item: Ints, rank: Ints, who: Ints) -> Ints:
    """Rows of ranked items as lists of ten, shape (who, 10); -1 where a list is shorter."""
    lists = np.full((who.size, TEN), -1)
    lists[np.searchsorted(who, account), rank - 1] = item
    return lists


def quality(lists: Ints, wanted: csr_array) -> Quality:
    """`lists`, shape (accounts, 10), against what they bought, shape (accounts, items)."""
    bought = wanted.toarray() > 0
    hits = np.take_along_axis(bought, np.maximum(lists, 0), axis=1) & (lists >= 0)
    most = np.minimum(TEN, bought.sum(axis=1))
    discount = 1 / np.log2(np.arange(2, TEN + 2))
    return Quality(
        hits.sum(axis=1) / most, hits @ discount / np.cumsum(discount)[most - 1], hits.any(axis=1).astype(float)
    )


@dataclass(frozen=True, slots=True)
class Means:
    """The mean over origins of the mean over accounts, and one for each bootstrap draw of customers."""

    value: float
    drawn: Floats

    @property
    def se(self) -> float:
        return float(self.drawn.std())

    def se_against(self, other: Means) -> float:
        return float((self.drawn - other.drawn).std())


def means(values: Sequence[Floats], customers: Sequence[Ints], *, seed: int = 0) -> Means:
    """`values` of each origin, for the `customers` numbered alike at all of them; a draw takes customers whole."""
    size = 1 + max(int(some.max()) for some in customers)
    rng = np.random.default_rng(seed)
    weight = rng.multinomial(size, np.full(size, 1 / size), size=DRAWS).astype(np.float32)
    drawn = [weight[:, who] @ value / weight[:, who].sum(axis=1) for value, who in zip(values, customers, strict=True)]
    return Means(float(np.mean([value.mean() for value in values])), np.mean(drawn, axis=0))


def coverage(lists: Sequence[Ints], items: Sequence[int]) -> float:
    """Share of the items that stand in at least one list, mean over origins."""
    shares = [np.unique(some[some >= 0]).size / size for some, size in zip(lists, items, strict=True)]
    return float(np.mean(shares))


def in_order(columns: Mapping[str, Means]) -> list[str]:
    """Names of methods, the best first."""
    return sorted(columns, key=lambda name: -columns[name].value)
