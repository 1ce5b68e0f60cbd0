"""EASE (Steck 2019): which items go with which, in closed form; over items or over accounts, whichever are fewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.sparse import csr_array

from vitalfew.analytics.frames import Ints
from vitalfew.analytics.recommend.history import Purchases
from vitalfew.analytics.refusals import NotFinite, NothingThere, above_zero, finite, not_below_zero

Singles = NDArray[np.float32]

HALF_LIFE = 180.0
# The largest square matrix: 4 bytes a cell, so 0.9 GB; beyond it only the accounts with most items are learnt from.
MOST = 15_000
# The ridge, in what an item's counts squared add up to where a typical purchase meets it.
_RIDGE = 3.0
_SLAB = 512
# A row or column of counts with more than one in so many filled is multiplied faster with its zeros than without.
_SPARSE = 50
# How far the inverse may be off in single precision before it is made again in double.
_OFF = 1e-3


class Ease(Protocol):
    """Weights W, items × items, diagonal zero: how much having item i speaks for item j."""

    @property
    def regularisation(self) -> float:
        """The ridge it was fitted under."""

    def scores(self, counts: csr_array) -> Singles:
        """counts × W, shape (accounts given, items)."""

    def columns(self, items: Ints) -> Singles:
        """The columns of W for some items, shape (items, items given)."""


@dataclass(frozen=True, slots=True)
class EaseByItems:
    """All weights, kept: `weight`, shape (items, items)."""

    weight: Singles
    regularisation: float

    def scores(self, counts: csr_array) -> Singles:
        scores, width = np.empty((counts.shape[0], len(self.weight)), dtype=np.float32), _SLAB
        if counts.nnz < 8 * len(self.weight):
            width = len(self.weight)
        # Slab by slab of columns, so that the weights stay in the processor's cache while all accounts read them.
        for start in range(0, len(self.weight), width):
            some = slice(start, start + width)
            scores[:, some] = counts @ np.ascontiguousarray(self.weight[:, some])
        return scores

    def columns(self, items: Ints) -> Singles:
        return self.weight[:, items]


@dataclass(frozen=True, slots=True)
class EaseByAccounts:
    """The same weights through the accounts: W[i, j] = xᵢ' K xⱼ ÷ (1 - qⱼ) with K = (X X' + λ)⁻¹ and qⱼ = xⱼ' K xⱼ.

    `counts` X, shape (accounts learnt from, items); `inverse` K; `own` q, shape (items,).
    """

    counts: csr_array
    inverse: Singles
    own: Singles
    regularisation: float

    def scores(self, counts: csr_array) -> Singles:
        pull = (counts @ self.counts.T).toarray() @ self.inverse @ self.counts
        pull -= (counts * self.own).toarray()
        pull /= 1 - self.own
        scores: Singles = pull
        return scores

    def columns(self, items: Ints) -> Singles:
        part = self.counts[:, items]
        weight: Singles = self.counts.T @ (self.inverse @ part)
        weight /= 1 - self.own[items]
        weight[items, np.arange(items.size)] = 0
        return weight


def fit_ease(
    *,
    purchases: Purchases | csr_array,
    half_life: float | None = HALF_LIFE,
    regularisation: float | None = None,
    most: int = MOST,
) -> Ease:
    """The weights that best tell each account's item from its other items, under a ridge of `regularisation`.

    What an account has of an item is its count of purchase days, decayed by `half_life` days and at most one; counts
    already made, shape (accounts, items), are taken as they are (`AccountItems.counts` makes them of a ledger's pairs).
    None takes a ridge that grows with the book: three times what a typical purchase's item holds of squared counts.
    The inverse is taken over items or over accounts, whichever are fewer, with the same answer; where both exceed
    `most`, over the `most` accounts with most items. Memory 4 × min(items, accounts, most)² bytes and the sparse
    counts. Raises NothingThere without purchases, BelowZero or NotFinite for counts, a ridge or a half-life that are none.
    Source: Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019; over accounts by Woodbury's identity.
    """
    if half_life is not None:
        _above_zero(half_life=half_life)
    counts = _given(purchases) if isinstance(purchases, csr_array) else purchases.counts(half_life=half_life, at_most=1)
    ridge = _usual_ridge(counts) if regularisation is None else regularisation
    _above_zero(regularisation=ridge)
    accounts, items = counts.shape
    if items <= min(accounts, most):
        return _by_items(counts, ridge)
    if accounts > most:
        counts = counts[np.sort(np.argsort(-np.diff(counts.indptr), kind="stable")[:most])]
    return _by_accounts(counts, ridge)


def _given(counts: csr_array) -> csr_array:
    finite(counts=counts.data)
    not_below_zero(counts=counts.data)
    return counts.astype(np.float32)


def _above_zero(**numbers: float) -> None:
    columns = {name: np.array([number]) for name, number in numbers.items()}
    finite(**columns)
    above_zero(**columns)


def _usual_ridge(counts: csr_array) -> float:
    if counts.nnz == 0:
        raise NothingThere("There is not a single purchase: no item can be learnt to go with another.")
    squares = np.bincount(counts.indices, counts.data.astype(np.float64) ** 2, minlength=counts.shape[1])
    return float(_RIDGE * (squares @ squares) / squares.sum())


def _by_items(counts: csr_array, ridge: float) -> EaseByItems:
    weight = _inverse(counts.T.tocsr(), ridge)
    weight /= -weight.diagonal()
    np.fill_diagonal(weight, 0)
    return EaseByItems(weight, ridge)


def _by_accounts(counts: csr_array, ridge: float) -> EaseByAccounts:
    inverse, by_item = _inverse(counts, ridge), counts.T.tocsr()
    own = np.empty(by_item.shape[0], dtype=np.float32)
    for start in range(0, own.size, _SLAB):
        part = by_item[start : start + _SLAB]
        own[start : start + _SLAB] = np.asarray((part * (part @ inverse)).sum(axis=1)).ravel()
    return EaseByAccounts(counts, inverse, own, ridge)


def _inverse(rows: csr_array, ridge: float) -> Singles:
    """(rows rows' + ridge)⁻¹ by Cholesky in single precision, or in double where a check of the product fails."""
    for number in (np.float32, np.float64):
        found = _cholesky(_gram(rows, ridge, number))
        if found is not None and _off(rows, ridge, found) < _OFF:
            return found.astype(np.float32, copy=False)
    raise NotFinite("The item weights cannot be computed: the ridge is too small or too large beside the counts.")


def _gram(rows: csr_array, ridge: float, number: Any) -> NDArray[Any]:
    """The lower half of rows × rows' + ridge, made slab by slab, so that nothing but the answer is ever whole."""
    gram = np.zeros((rows.shape[0], rows.shape[0]), dtype=number)
    many = np.bincount(rows.indices, minlength=rows.shape[1]) > rows.shape[0] / _SPARSE
    few, full = rows[:, ~many], rows[:, many]
    for start in range(0, rows.shape[0], _SLAB):
        stop = start + _SLAB
        gram[start:, start:stop] = (few[start:] @ few[start:stop].T.tocsr()).toarray()
        gram[start:, start:stop] += full[start:] @ np.ascontiguousarray(full[start:stop].toarray().T)
    gram.flat[:: gram.shape[0] + 1] += ridge
    return gram


def _cholesky(gram: NDArray[Any]) -> NDArray[Any] | None:
    """The inverse in place of a matrix of which the lower half is known; None where it is not positive definite."""
    single = gram.dtype == np.float32
    factor, invert = (lapack.spotrf, lapack.spotri) if single else (lapack.dpotrf, lapack.dpotri)
    upper, failed = factor(gram.T, lower=0, overwrite_a=1, clean=0)
    if not failed:
        upper, failed = invert(upper, lower=0, overwrite_c=1)
    return None if failed else _mirrored(upper.T)


def _mirrored(lower: NDArray[Any]) -> NDArray[Any]:
    """A symmetric matrix of which the lower half is known, in place."""
    for start in range(0, lower.shape[0], _SLAB):
        stop = start + _SLAB
        square = np.tril(lower[start:stop, start:stop])
        lower[start:stop, start:stop] = square + np.tril(square, -1).T
        lower[start:stop, stop:] = lower[stop:, start:stop].T
    return lower


def _off(rows: csr_array, ridge: float, inverse: NDArray[Any]) -> float:
    """The largest error of (rows rows' + ridge) × inverse in a few columns spread over it, computed in double."""
    chosen = np.unique(np.linspace(0, rows.shape[0] - 1, 8).astype(int))
    some, wide = inverse[:, chosen].astype(np.float64), rows.astype(np.float64)
    made = wide @ (wide.T @ some) + ridge * some
    made[chosen, np.arange(chosen.size)] -= 1
    return float(np.abs(made).max()) if np.isfinite(made).all() else np.inf
