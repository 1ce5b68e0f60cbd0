"""The ledgers of the whole chain as one Parquet file each: account, item, day, quantity, amount."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.reference.data import folder

ACCOUNTS, ITEMS, MONTHS, TASTES = 3_000, 3_000, 36, 30
BLOCK, INVOICE = 1_000_000, 20
FIRST_DAY = np.datetime64("2023-01-01")
SCHEMA = pa.schema(
    [("account", pa.string()), ("item", pa.string()), ("day", pa.timestamp("ms")), ("quantity", pa.float64()), ("amount", pa.float64())]
)  # fmt: skip


def write_retail(path: Path) -> Path | None:
    """The two years of Online Retail in pence; the file it comes from, None where that is absent."""
    found = folder("online_retail_two_years")
    if found is None:
        return None
    source = found / "online_retail_2009_2011.parquet"
    table = pq.read_table(source)
    amount = np.rint(table["Quantity"].to_numpy() * table["UnitPrice"].to_numpy() * 100)
    columns = [
        table["CustomerID"].cast(pa.string()),
        table["StockCode"].cast(pa.string()),
        table["InvoiceDate"].cast(pa.timestamp("s")).cast(pa.timestamp("ms")),
        table["Quantity"].cast(pa.float64()),
        pa.array(amount),
    ]
    pq.write_table(pa.table(columns, schema=SCHEMA), path)
    return source


def write_invented(path: Path, *, lines: int, seed: int = 7) -> None:
    """Lines by day over three years: few accounts buy much, prices move by month and are answered, 2 % are credits.

    Accounts share thirty tastes and buy some 230 of the items each, again and again.
    """
    rng = np.random.default_rng(seed)
    weights = rng.pareto(1.2, ACCOUNTS) + 0.05
    reach = np.cumsum(weights / weights.sum())
    price = np.rint(
        rng.lognormal(6.0, 0.9, (ITEMS, 1)) * np.exp(np.cumsum(rng.normal(0, 0.02, (ITEMS, MONTHS)), axis=1)) + 10
    )
    answer = (price / price[:, :1]) ** -1.2
    order = rng.permuted(np.tile(np.arange(ITEMS), (TASTES, 1)), axis=1)
    range_of = np.minimum(rng.lognormal(5.2, 0.7, ACCOUNTS), ITEMS)
    names = [pa.array([f"{letter}{one:05}" for one in range(size)]) for letter, size in (("C", ACCOUNTS), ("I", ITEMS))]
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for start in range(0, lines, BLOCK):
            row = np.arange(start, min(start + BLOCK, lines))
            day = row // INVOICE * INVOICE * (MONTHS * 30) // lines
            buyers = np.minimum(np.searchsorted(reach, rng.random(BLOCK // INVOICE + 1)), ACCOUNTS - 1)
            account = buyers[(row - start) // INVOICE]
            item = order[account % TASTES, (range_of[account] * rng.random(row.size) ** 2).astype(np.int64)]
            month = day // 30
            quantity = (1 + rng.poisson(6 * answer[item, month])).astype(np.float64)
            quantity *= np.where(rng.random(row.size) < 0.02, -1, 1)
            paid = np.rint(price[item, month] * np.exp(rng.normal(0, 0.02, row.size)))
            when = (FIRST_DAY + day).astype("datetime64[ms]")
            codes = [
                pa.DictionaryArray.from_arrays(code.astype(np.int32), name).cast(pa.string())
                for code, name in zip((account, item), names, strict=True)
            ]
            writer.write_table(
                pa.table([*codes, pa.array(when), pa.array(quantity), pa.array(quantity * paid)], schema=SCHEMA)
            )
