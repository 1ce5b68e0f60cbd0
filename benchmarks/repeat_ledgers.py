"""The real ledgers of the repeat-purchase tables as order days: what they hold, where they are cut, how they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from tests.reference.data import folder
from vitalfew.analytics.features import OrderDays

EPOCH = date(1970, 1, 1)
# A credit note, a correction and a gift are no order.
RETAIL = """SELECT CAST(CustomerID AS BIGINT) AS account, CAST(CAST(InvoiceDate AS TIMESTAMP) AS DATE) AS day,
  sum(Quantity * UnitPrice) AS value FROM read_parquet('{path}')
  WHERE CustomerID IS NOT NULL AND NOT starts_with(InvoiceNo, 'C') AND Quantity > 0 AND UnitPrice > 0 GROUP BY ALL"""
CDNOW = """SELECT CAST(words[2] AS BIGINT) AS account, strptime(words[3], '%Y%m%d')::DATE AS day,
  sum(CAST(words[5] AS DOUBLE)) AS value
  FROM (SELECT regexp_split_to_array(trim(line), ' +') AS words
    FROM read_csv('{path}', columns = {{'line': 'VARCHAR'}}, header = false, delim = '\\n')) GROUP BY ALL"""
GROCERY = "SELECT CAST(cust AS BIGINT) AS account, CAST(date AS DATE) AS day, 1.0 AS value FROM read_parquet('{path}') GROUP BY ALL"
APPAREL = "SELECT CAST(Id AS BIGINT) AS account, CAST(Date AS DATE) AS day, sum(Price) AS value FROM read_parquet('{path}') GROUP BY ALL"
FILES = {
    "retail": ("online_retail_two_years", "online_retail_2009_2011.parquet", RETAIL),
    "cdnow": ("cdnow", "CDNOW_sample.txt", CDNOW),
    "grocery": ("grocery", "grocery.parquet", GROCERY),
    "apparel": ("apparel", "apparel.parquet", APPAREL),
}


@dataclass(frozen=True, slots=True)
class Ledger:
    """The order days of one ledger; `path` is the file they come from."""

    name: str
    days: OrderDays
    path: Path


def ledger(name: str) -> Ledger | None:
    """One of FILES, or None where its folder is absent."""
    place, file, query = FILES[name]
    found = folder(place)
    if found is None:
        return None
    with duckdb.connect() as connection:
        rows = connection.sql(f"{query.format(path=found / file)} ORDER BY account, day").fetchnumpy()
    count = np.unique(rows["account"], return_counts=True)[1]
    start = np.concatenate(([0], np.cumsum(count)))
    day = rows["day"].astype("datetime64[D]").astype(np.int64)
    return Ledger(name, OrderDays(start, day, rows["value"].astype(np.float64)), found / file)


def since_epoch(*cuts: str) -> Sequence[int]:
    """Dates as days since 1970-01-01."""
    return [(date.fromisoformat(cut) - EPOCH).days for cut in cuts]
