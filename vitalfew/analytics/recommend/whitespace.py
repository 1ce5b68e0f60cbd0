"""Categories that the accounts most alike buy and this account does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array
from scipy.special import betaincinv

from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.recommend.ease import HALF_LIFE
from vitalfew.analytics.recommend.history import Bools, Purchases
from vitalfew.analytics.recommend.neighbours import nearest, unit_rows
from vitalfew.analytics.recommend.view import PEERS
from vitalfew.analytics.refusals import NotAlike, OutOfOrder, finite

SHARE = 0.6
RECENT = 365
# With fewer peers than these a share of them says too little.
ENOUGH_PEERS = 20


@dataclass(frozen=True, slots=True)
class Whitespace:
    """Accounts × categories, for the accounts asked for: the heat map, and the gaps in it.

    `account` codes, shape (accounts given,); `category_name` of each column. `peers` how many of the `nearest`
    accounts most alike buy from the category, `share` the same as a share, `buys` whether the account does, `gap`
    where the share reaches the line and the account does not buy; all shape (accounts given, categories).
    `enough`, shape (accounts given,), is False where too few accounts are alike; such an account has no gap.
    """

    account: Ints
    category_name: pa.Array
    peers: Ints
    nearest: Ints
    share: Floats
    buys: Bools
    gap: Bools
    enough: Bools

    def gaps(self, *, level: float = 0.9) -> Gaps:
        """The gaps as rows, the largest share first for each account; `low` to `high` hold the share with `level`."""
        row, column = np.nonzero(self.gap)
        order = np.lexsort((column, -self.share[row, column], row))
        row, column = row[order], column[order]
        some, of, tail = self.peers[row, column], self.nearest[row], (1 - level) / 2
        low = betaincinv(some + 0.5, of - some + 0.5, tail)
        high = betaincinv(some + 0.5, of - some + 0.5, 1 - tail)
        return Gaps(self.account[row], column, some, of, self.share[row, column], low, high)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Rows of a whitespace: `account` and `category` codes, peers that buy of all peers, their share and its interval."""

    account: Ints
    category: Ints
    peers: Ints
    nearest: Ints
    share: Floats
    low: Floats
    high: Floats


def measure_whitespace(
    *,
    purchases: Purchases,
    category: Mapping[Any, Any] | Sequence[Any],
    accounts: Ints | None = None,
    share: float = SHARE,
    recent: int = RECENT,
) -> Whitespace:
    """Categories bought within `recent` days by at least `share` of the 50 accounts most alike, and not by the account.

    `category` of each item: a mapping from item names, or one for each of `item_name` in its order; an item without
    one (None, or not in the mapping) belongs to none. Accounts are alike by the items they buy, rare ones counting more.
    Raises NotAlike where the sequence has another length, OutOfOrder where `share` is no share above 0.
    """
    finite(share=np.array([share]))
    if not 0 < share <= 1:
        raise OutOfOrder(f"A share of peers lies above 0 and at most 1, and {share} was asked for: ask for 0.6, say.")
    member, names = _categories(purchases, category)
    asked = purchases.chosen(accounts)
    units = unit_rows(purchases.counts(half_life=HALF_LIFE, at_most=1))
    bought = purchases.where(purchases.age < recent).counts() @ member
    bought.data[:] = 1
    alike = nearest(units, asked, count=PEERS)
    alike.data[:] = 1
    peers, size = np.rint((alike @ bought).toarray()).astype(np.int64), np.diff(alike.indptr).astype(np.int64)
    part = peers / np.maximum(size, 1)[:, None]
    buys, enough = bought[asked].toarray() > 0, size >= ENOUGH_PEERS
    gap = (part >= share) & ~buys & enough[:, None]
    return Whitespace(asked, names, peers, size, part, buys, gap, enough)


def _categories(known: Purchases, category: Mapping[Any, Any] | Sequence[Any]) -> tuple[csr_array, pa.Array]:
    """Which category each item belongs to, shape (items, categories), and their names in alphabetical order."""
    if isinstance(category, Mapping):
        given = [category.get(item) for item in known.item_name.to_pylist()]
    else:
        given = list(category)
    if len(given) != known.shape[1]:
        raise NotAlike(f"There are {known.shape[1]} items and {len(given)} categories: give one for each item.")
    names = sorted({name for name in given if name is not None})
    place = {name: code for code, name in enumerate(names)}
    item = np.array([row for row, name in enumerate(given) if name is not None], dtype=np.int64)
    column = np.array([place[name] for name in given if name is not None], dtype=np.int64)
    shape = (known.shape[1], max(len(names), 1))
    return csr_array((np.ones(item.size, dtype=np.float32), (item, column)), shape=shape), pa.array(names)
