"""The two-year ledger at four days, what was known then and what was bought in the twelve weeks after.

Positive quantities, item codes that begin with five digits, items with at least 10 buyers before the cut, customers with
at least 3 of these items who buy any of them in the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tests.reference.data import folder
from vitalfew.analytics.recommend import Purchases, purchases

ORIGINS = (date(2010, 12, 31), date(2011, 3, 25), date(2011, 6, 24), date(2011, 9, 16))
WINDOW = 84
LEAST_BUYERS, LEAST_ITEMS = 10, 3
FILE = "online_retail_2009_2011.parquet"


@dataclass(frozen=True, slots=True)
class Origin:
    """One cut: `known` purchases up to it; what each account then bought, shape (accounts, items): `due` of items it had
    bought before, `new` of others; `who_due` and `who_new` are the accounts that count for each. `number` each
    account's number in the whole ledger.
    """

    day: date
    known: Purchases
    due: csr_array
    new: csr_array
    who_due: NDArray[np.int64]
    who_new: NDArray[np.int64]
    number: NDArray[np.int64]

    @property
    def who(self) -> NDArray[np.int64]:
        return np.union1d(self.who_due, self.who_new)


def path() -> Path | None:
    """The ledger's file, None where the data is not here."""
    found = folder("online_retail_two_years")
    return None if found is None else found / FILE


def ledger() -> Purchases:
    """All purchases of both years."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        lines = (
            connection.sql(
                f"""SELECT CAST(CustomerID AS BIGINT) AS account, StockCode AS item, Quantity AS quantity,
                  CAST(CAST(InvoiceDate AS TIMESTAMP) AS DATE) AS day
                FROM read_parquet('{path()}') WHERE CustomerID IS NOT NULL ORDER BY account, item, day, quantity"""
            )
            .arrow()
            .read_all()
        )
    return purchases(frame=lines, quantity="quantity", products=r"^[0-9]{5}")


def origin(whole: Purchases, day: date) -> Origin:
    """The cut at the end of `day`; codes are those of the accounts and items that count at it."""
    cut = (day - date(1970, 1, 1)).days
    items = np.flatnonzero(whole.until(cut).owners()[1] >= LEAST_BUYERS)
    past, window = _of_items(whole.until(cut), items), _of_items(whole.after(cut).until(cut + WINDOW), items)
    accounts = np.unique(past.account)
    known, came = _of_accounts(past, accounts), _of_accounts(window, accounts).counts(at_most=1)
    held = known.counts(at_most=1)
    due = csr_array(came.multiply(held))
    due.eliminate_zeros()
    new = csr_array(came - due)
    new.eliminate_zeros()
    enough = np.diff(held.indptr) >= LEAST_ITEMS
    who_due, who_new = (np.flatnonzero(enough & (np.diff(wanted.indptr) > 0)) for wanted in (due, new))
    return Origin(day, known, due, new, who_due, who_new, accounts)


def _of_items(some: Purchases, items: NDArray[np.int64]) -> Purchases:
    kept = np.isin(some.item, items)
    place = np.searchsorted(items, some.item[kept])
    names = some.item_name.take(pa.array(items))
    return Purchases(some.account[kept], place, some.day[kept], some.account_name, names, some.since, some.as_of)


def _of_accounts(some: Purchases, accounts: NDArray[np.int64]) -> Purchases:
    kept = np.isin(some.account, accounts)
    place = np.searchsorted(accounts, some.account[kept])
    names = some.account_name.take(pa.array(accounts))
    return Purchases(place, some.item[kept], some.day[kept], names, some.item_name, some.since, some.as_of)
