"""Synthetic ledgers as an import would store them: Parquet parts in order of days, the same lines for the same size."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vitalfew.ledger.importing.kinds import CHARGE, CREDIT, SALE
from vitalfew.ledger.importing.lines import SCHEMA

FIRST_DAY, DAYS = date(2023, 1, 1), 1_096  # three years
AS_OF = date(2025, 12, 31)
ITEMS = 4_000
_PART = 5_000_000  # lines: what one import brings
_BLOCK = 500_000


def write_parts(folder: Path, *, lines: int, accounts: int = 3_000, seed: int = 7) -> tuple[Path, ...]:
    """Write `lines` sales lines into parts under `folder`: few customers buy much, 2 % credits, 1 % charges, 3 % nobody."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(seed)
    prices = (draw.lognormal(6.0, 0.9, ITEMS) + 10).astype(np.int64)  # minor units
    weights = draw.pareto(1.2, accounts) + 0.05
    reach = np.cumsum(weights / weights.sum())
    parts, start = [], 0
    while start < lines:
        path, until = folder / f"part-{len(parts):03}.parquet", min(lines, start + _PART)
        with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
            while start < until:
                rows = min(_BLOCK, until - start)
                block = _block(
                    draw, start=start, rows=rows, lines=lines, prices=prices, reach=reach, batch=len(parts) + 1
                )
                writer.write_table(block)
                start += rows
        parts.append(path)
    return tuple(parts)


def digest(parts: tuple[Path, ...]) -> str:
    """What the data is known by in a result."""
    told = hashlib.sha256()
    for part in parts:
        with part.open("rb") as file:
            told.update(hashlib.file_digest(file, "sha256").digest())
    return told.hexdigest()


def _block(
    draw: np.random.Generator, *, start: int, rows: int, lines: int, prices: np.ndarray, reach: np.ndarray, batch: int
) -> pa.Table:
    """Lines `start` to `start + rows` of a ledger of `lines`."""
    invoice = np.arange(start, start + rows) // 20
    dealt = np.random.default_rng(invoice[0])  # an invoice has one customer, also where a block cuts it
    buyers = np.minimum(np.searchsorted(reach, dealt.random(invoice[-1] - invoice[0] + 1)), len(reach) - 1) + 1
    buyers[dealt.random(len(buyers)) < 0.03] = 0
    customer = buyers[invoice - invoice[0]]
    item = (ITEMS * draw.random(rows) ** 2).astype(np.int64)
    quantity = 1 + draw.poisson(6, rows)
    luck = draw.random(rows)
    kind = np.where(luck < 0.02, CREDIT, np.where(luck < 0.03, CHARGE, SALE))
    amount = np.where(kind == CREDIT, -1, 1) * quantity * prices[item]
    day = np.datetime64(FIRST_DAY) + (invoice * DAYS // (lines // 20 + 1)).astype("timedelta64[D]")
    numbers, places = np.unique(invoice, return_inverse=True)
    columns = {
        "batch": np.full(rows, batch),
        "row": np.arange(start, start + rows),
        "invoice": pa.DictionaryArray.from_arrays(
            pa.array(places, pa.int32()), pa.array(np.char.add("I", numbers.astype(str)))
        ),
        "customer": customer,
        "item": item + 1,
        "day": day.astype("datetime64[D]"),
        "kind": kind,
        "quantity_e6": quantity * 1_000_000,
        "unit_price_e6": prices[item] * 10_000,
        "list_price_e6": pa.nulls(rows, pa.int64()),
        "amount": amount,
        "cost": (amount * 0.7).astype(np.int64),
        "currency": pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows), pa.int32()), pa.array(["GBP"])),
    }
    return pa.table([pa.array(column).cast(SCHEMA.field(name).type) for name, column in columns.items()], schema=SCHEMA)
