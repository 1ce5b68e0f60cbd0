"""UP-CF@r, written from Faggioli, Polato and Aiolli, Recency Aware Collaborative Filtering for Next Basket Recommendation,
UMAP 2020: a peer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from vitalfew.analytics.recommend import Purchases

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Settings:
    """The paper's names: the last r baskets count (0: all), asymmetry α of the cosine, locality q."""

    recent: int = 10
    asymmetry: float = 0.75
    locality: float = 10.0


GRID = tuple(
    Settings(recent=r, asymmetry=a, locality=q) for r in (0, 10, 25) for a in (0.25, 0.75) for q in (5.0, 10.0)
)


def popularity(known: Purchases, settings: Settings) -> csr_array:
    """Share of each account's last r baskets (account days) that hold the item, shape (accounts, items)."""
    span = known.history + 1
    basket, of = np.unique(known.account * span + (known.day - known.since), return_inverse=True)
    account = basket // span
    number = np.bincount(account, minlength=known.shape[0])
    latest = np.cumsum(number)[account] - 1 - np.arange(basket.size)
    counted = number if settings.recent == 0 else np.minimum(number, settings.recent)
    weight = np.where(latest < counted[account], 1 / counted[account], 0.0)
    return csr_array((weight[of], (known.account, known.item)), shape=known.shape)


def scores(known: Purchases, who: Ints, settings: Settings) -> Floats:
    """Popularity over all accounts, weighted by the asymmetric cosine of what they own to the power q; own weight one."""
    owns = known.counts(at_most=1).astype(np.float64)
    items = np.diff(owns.indptr).astype(np.float64)
    mine, theirs = items[who] ** -settings.asymmetry, items ** -(1 - settings.asymmetry)
    alike = csr_array(diags_array(mine) @ (owns[who] @ owns.T) @ diags_array(theirs))
    alike.data **= settings.locality
    weight = alike.toarray()
    weight[np.arange(who.size), who] = 1
    mixed: Floats = weight @ popularity(known, settings)
    return mixed
