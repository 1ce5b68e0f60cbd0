"""Accounts that buy alike: cosine over decayed counts, in which rare items weigh more."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, diags_array, vstack

from vitalfew.analytics.frames import Ints

_SLAB = 512


def unit_rows(counts: csr_array) -> csr_array:
    """Each account's counts times log(accounts ÷ buyers of the item), brought to length one; an empty row stays empty."""
    buyers = np.bincount(counts.indices, minlength=counts.shape[1])
    weighed = counts @ diags_array(np.log(counts.shape[0] / np.maximum(buyers, 1)).astype(np.float32))
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return csr_array(diags_array((1 / np.where(length > 0, length, 1)).astype(np.float32)) @ weighed)


def nearest(units: csr_array, accounts: Ints, *, count: int) -> csr_array:
    """Similarity (0 to 1) of the `count` accounts most like each of `accounts`, shape (accounts given, all accounts).

    Fewer where fewer share an item, and never the account itself.
    """
    whole = units.T.tocsr()
    parts = [_slab(units, whole, accounts[at : at + _SLAB], count) for at in range(0, accounts.size, _SLAB)]
    return csr_array(vstack(parts)) if parts else csr_array((0, units.shape[0]), dtype=np.float32)


def _slab(units: csr_array, whole: csr_array, accounts: Ints, count: int) -> csr_array:
    alike = (units[accounts] @ whole).toarray()
    alike[np.arange(accounts.size), accounts] = 0
    chosen = np.argpartition(-alike, min(count, alike.shape[1]) - 1, axis=1)[:, :count]
    likeness = np.take_along_axis(alike, chosen, axis=1)
    some = likeness > 1e-6
    rows = np.repeat(np.arange(accounts.size), some.sum(axis=1))
    return csr_array((np.minimum(likeness[some], 1), (rows, chosen[some])), shape=alike.shape)
