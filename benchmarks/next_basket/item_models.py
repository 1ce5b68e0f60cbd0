"""Peers that rank what is new: popularity, the nearest accounts, plain EASE, and the models of `implicit`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from vitalfew.analytics.recommend import Purchases, fit_ease
from vitalfew.analytics.recommend.neighbours import nearest, unit_rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def popularity(known: Purchases, who: Ints) -> Floats:
    """Accounts that ever bought each item."""
    return np.tile(known.owners()[1].astype(float), (who.size, 1))


def popularity_lately(known: Purchases, who: Ints) -> Floats:
    """Accounts that bought each item in the last 28 days."""
    return np.tile(known.where(known.age < 28).owners()[1].astype(float), (who.size, 1))


def plain_ease(known: Purchases, who: Ints, *, ridge: float = 300.0) -> Floats:
    """EASE as its paper has it: bought or not, all purchases equal."""
    scores: Floats = fit_ease(purchases=known, half_life=None, regularisation=ridge).scores(
        known.counts(at_most=1)[who]
    )
    return scores


def user_knn(known: Purchases, who: Ints, *, half_life: float = 120.0, count: int = 50) -> Floats:
    """What the most similar accounts bought, the latest weighing most."""
    counts = known.counts(half_life=half_life, at_most=1)
    scores: Floats = (nearest(unit_rows(counts), who, count=count) @ counts).toarray()
    return scores


def blended(known: Purchases, who: Ints, *, share: float) -> Floats:
    """Plain EASE and the nearest accounts, each on the scale of its account's best item."""
    parts = plain_ease(known, who), user_knn(known, who)
    ease, peers = (part / np.maximum(part.max(axis=1, keepdims=True), 1e-9) for part in parts)
    return (1 - share) * ease + share * peers


@dataclass(frozen=True, slots=True)
class Factors:
    """Settings of implicit's alternating least squares."""

    factors: int = 64
    regularisation: float = 0.01
    confidence: float = 1.0


ALS_GRID = tuple(Factors(f, r, c) for f in (32, 64) for r in (0.01, 1.0) for c in (1.0, 10.0))


def als(known: Purchases, who: Ints, *, settings: Factors) -> Ints:
    from implicit.als import AlternatingLeastSquares  # a peer

    model = AlternatingLeastSquares(
        factors=settings.factors,
        regularization=settings.regularisation,
        alpha=settings.confidence,
        iterations=15,
        num_threads=1,
        random_state=0,
    )
    return _lists(model, known, who)


def bm25(known: Purchases, who: Ints) -> Ints:
    from implicit.nearest_neighbours import BM25Recommender  # a peer

    return _lists(BM25Recommender(K=100, num_threads=1), known, who)


def cosine(known: Purchases, who: Ints) -> Ints:
    from implicit.nearest_neighbours import CosineRecommender  # a peer

    return _lists(CosineRecommender(K=100, num_threads=1), known, who)


def _lists(model: Any, known: Purchases, who: Ints) -> Ints:
    """The model's own ten best items that the account does not own, shape (who, 10), -1 where it finds fewer."""
    counts = csr_matrix(known.counts())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on a conversion inside the peer's own code
        model.fit(counts, show_progress=False)
    found, scores = model.recommend(who, counts[who], N=10, filter_already_liked_items=True)
    lists: Ints = np.where(scores > -1e30, found, -1).astype(np.int64)
    return lists


def installed() -> dict[str, Callable[[Purchases, Ints], Ints]]:
    """The models of implicit, or none of them with a sentence."""
    try:
        import implicit.als  # noqa: F401  # a peer
    except ImportError:
        print("implicit is not installed: its columns are left out")
        return {}
    return {
        "ALS": lambda known, who: als(known, who, settings=Factors()),
        "BM25 item-kNN": bm25,
        "cosine item-kNN": cosine,
    }
