"""Results with names in place of codes, as a table for a notebook."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from vitalfew.analytics.frames import told
from vitalfew.analytics.recommend.due import DueRanking
from vitalfew.analytics.recommend.history import Purchases
from vitalfew.analytics.recommend.new import NewItems
from vitalfew.analytics.recommend.whitespace import Gaps, Whitespace


def named_items(found: DueRanking | NewItems, *, purchases: Purchases) -> pa.Table:
    """One row for each item, names of accounts and items first; for new items `because` and `share` as lists."""
    account, item = purchases.account_name.take(pa.array(found.account)), purchases.item_name.take(pa.array(found.item))
    plain = _with_names(found, account=account, item=item)
    if isinstance(found, DueRanking):
        return plain
    some = found.because >= 0
    ends = pa.array(np.r_[0, np.cumsum(some.sum(axis=1))].astype(np.int32))
    because = pa.ListArray.from_arrays(ends, purchases.item_name.take(pa.array(found.because[some])))
    share = pa.ListArray.from_arrays(ends, pa.array(found.share[some]))
    return plain.append_column("because", because).append_column("share", share)


def named_gaps(found: Gaps, *, whitespace: Whitespace, purchases: Purchases) -> pa.Table:
    """One row for each gap, names of accounts and categories first."""
    category = whitespace.category_name.take(pa.array(found.category))
    return _with_names(found, account=purchases.account_name.take(pa.array(found.account)), category=category)


def _with_names(found: object, **names: pa.Array) -> pa.Table:
    rest = told(found).drop_columns(list(names))
    return pa.table({**names, **{name: rest.column(name) for name in rest.column_names}})
