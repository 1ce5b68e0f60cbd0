"""What must not be offered: discontinued or out of stock for all, barred by contract for some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from vitalfew.analytics.frames import Ints, table
from vitalfew.analytics.recommend.history import Bools, Purchases
from vitalfew.analytics.refusals import NotAColumn


@dataclass(frozen=True, slots=True)
class Excluded:
    """`items`, shape (items,), for all accounts; `pairs`, shape (accounts, items), for some of them.

    `unknown` are names that stand nowhere in the ledger, so that a slip of the pen is seen.
    """

    items: Bools
    pairs: csr_array
    unknown: tuple[Any, ...]

    def hits(self, account: Ints, item: Ints) -> Bools:
        """Whether each pair of codes is excluded, shape (rows,)."""
        barred = np.unique(self._keys(*self.pairs.nonzero()))
        hit: Bools = self.items[item] | np.isin(self._keys(account, item), barred)
        return hit

    def _keys(self, account: Ints, item: Ints) -> Ints:
        return account.astype(np.int64) * self.items.size + item

    def mask(self, accounts: Ints) -> Bools:
        """The same for whole rows, shape (accounts given, items)."""
        barred: Bools = self.items | (self.pairs[accounts].toarray() > 0)
        return barred


def excluded(*, purchases: Purchases, items: Sequence[Any] = (), pairs: Any = None) -> Excluded:
    """Exclusions by name: `items` for all; `pairs`, a frame with the columns account and item, for some.

    Raises NotAColumn where `pairs` lacks a column.
    """
    code = purchases.items_named(list(items))
    unknown = [name for name, found in zip(items, code.tolist(), strict=True) if found < 0]
    barred = np.zeros(purchases.shape[1], dtype=np.bool_)
    barred[code[code >= 0]] = True
    empty = np.zeros(0, dtype=np.int64)
    who, what = (empty, empty) if pairs is None else _pairs(purchases, pairs, unknown)
    marked = csr_array((np.ones(who.size, dtype=np.float32), (who, what)), shape=purchases.shape)
    return Excluded(barred, marked, tuple(dict.fromkeys(unknown)))


def _pairs(known: Purchases, frame: Any, unknown: list[Any]) -> tuple[Ints, Ints]:
    source = table(frame)
    missing = [name for name in ("account", "item") if name not in source.column_names]
    if missing:
        raise NotAColumn(f"The pairs to exclude have no column {' and '.join(missing)}: give account and item.")
    accounts, items = source.column("account").to_pylist(), source.column("item").to_pylist()
    who, what = known.accounts_named(accounts), known.items_named(items)
    unknown += [name for name, found in zip(accounts, who.tolist(), strict=True) if found < 0]
    unknown += [name for name, found in zip(items, what.tolist(), strict=True) if found < 0]
    fit = (who >= 0) & (what >= 0)
    return who[fit], what[fit]
