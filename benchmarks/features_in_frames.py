"""A notebook's ledger to features: lines for each CPU second, beside hand-written polars and the summary function of lifetimes.

Data: synthetic ledgers of 1 M and 10 M lines in order of days (3,000 accounts, 4,000 items, three years, 20 lines to an
invoice, 2 % credits, 1 % charges), in memory as Arrow with names as dictionaries; also as plain texts, and with the lines
shuffled. Each function runs three times and the run with the least CPU counts; polars works with its own threads on a
frame made beforehand. Both are checked to give the same features; lifetimes gives four columns only.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks import synthetic
from benchmarks.tables import Peer, Row, Table, keep
from vitalfew.analytics.features import measure_features, measure_pairs

SIZES = (1_000_000, 10_000_000)
AS_OF = synthetic.AS_OF
LINE, PAIR_LINE = 15.0, 4.0  # million lines a CPU second
COLUMNS = ("customer", "item", "day", "kind", "quantity_e6", "amount")
RUNS = 3
Times = tuple[float, float]  # CPU and wall seconds


def lines(size: int, folder: Path) -> pa.Table:
    """The ledger with names as dictionaries, null where nobody is named."""
    parts = synthetic.write_parts(folder, lines=size)
    table = pa.concat_tables([pq.read_table(part, columns=list(COLUMNS)) for part in parts]).combine_chunks()
    customer = table["customer"].to_numpy()
    accounts = pa.array([f"C{code:05}" for code in range(int(customer.max()) + 1)])
    items = pa.array([f"I{code:05}" for code in range(synthetic.ITEMS + 1)])
    return pa.table(
        {
            "account": pa.DictionaryArray.from_arrays(pa.array(customer, pa.int32(), mask=customer == 0), accounts),
            "item": pa.DictionaryArray.from_arrays(table["item"].combine_chunks(), items),
            "day": table["day"],
            "kind": table["kind"],
            "amount": table["amount"],
            "quantity": pc.cast(pc.divide(table["quantity_e6"], 1_000_000), pa.float64()),
        }
    )


def least(run: Callable[[], Any], runs: int = RUNS) -> tuple[Any, Times]:
    """The answer, and CPU and wall seconds of the run with the least CPU."""
    found, times = None, []
    for _ in range(runs):
        found = None
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        found = run()
        times.append((time.process_time() - cpu, time.perf_counter() - wall))
    return found, min(times)


def in_polars(frame: Any) -> Any:
    """Account features as somebody would write them in polars."""
    import polars as pl  # a peer

    known = frame.lazy().filter(pl.col("account").is_not_null(), pl.col("day") <= AS_OF)
    recent = (pl.lit(AS_OF) - pl.col("day")).dt.total_days() < 365
    totals = known.group_by("account").agg(
        pl.len().alias("lines"),
        pl.col("amount").sum().alias("net"),
        pl.col("amount").filter(recent).sum().alias("net_recent"),
        pl.col("amount").filter(pl.col("amount") < 0).sum().alias("credits"),
    )
    orders = (
        known.filter(pl.col("kind") == 1, pl.col("amount") > 0)
        .group_by("account", "day")
        .agg(pl.col("amount").sum().alias("value"))
        .sort("account", "day")
        .with_columns(_log_gap(pl, "account").alias("log_gap"))
    )
    log = pl.col("value").cast(pl.Float64).log()
    rhythm = orders.group_by("account").agg(
        pl.len().alias("orders"),
        pl.col("day").min().alias("first"),
        pl.col("day").max().alias("last"),
        log.sum().alias("sum_log"),
        (log**2).sum().alias("sum_log_squared"),
        pl.col("value").sum().alias("sale"),
        pl.col("log_gap").sum().alias("sum_log_gap"),
    )
    return totals.join(rhythm, on="account", how="left").collect()


def pairs_in_polars(frame: Any) -> Any:
    """Days, first and last of each account and item as somebody would write them in polars."""
    import polars as pl  # a peer

    sold = frame.lazy().filter(pl.col("account").is_not_null(), pl.col("kind") == 1, pl.col("amount") > 0)
    days = sold.group_by("account", "item", "day").agg(pl.col("amount").sum(), pl.col("quantity").sum())
    days = days.sort("account", "item", "day").with_columns(_log_gap(pl, "account", "item").alias("log_gap"))
    return (
        days.group_by("account", "item")
        .agg(
            pl.len().alias("orders"),
            pl.col("day").min().alias("first"),
            pl.col("day").max().alias("last"),
            pl.col("amount").sum(),
            pl.col("quantity").sum(),
            pl.col("log_gap").sum().alias("sum_log_gap"),
        )
        .collect()
    )


def _log_gap(pl: Any, *keys: str) -> Any:
    """Log of the days since the row before, where that is of the same keys: faster than a diff within each group."""
    same = pl.all_horizontal(pl.col(key) == pl.col(key).shift(1) for key in keys)
    return pl.when(same).then(pl.col("day").diff().dt.total_days().cast(pl.Float64).log()).otherwise(0.0)


def in_lifetimes(frame: Any) -> Any:
    """Frequency, recency, age and mean value of each account by the summary function of lifetimes."""
    from lifetimes.utils import summary_data_from_transaction_data  # a peer

    return summary_data_from_transaction_data(
        frame, "account", "day", monetary_value_col="amount", observation_period_end=AS_OF
    )


def agree(ours: Any, theirs: Any) -> None:
    """Orders and money are equal, logs to 1e-9."""
    rows = theirs.cast({"account": str}).sort("account")
    for name in ("lines", "net", "net_recent", "credits"):
        assert (getattr(ours, name) == rows[name].to_numpy()).all(), name
    buyers = rows.filter(rows["orders"].is_not_null())
    for name in ("orders", "sale", "sum_log", "sum_log_squared", "sum_log_gap"):
        assert np.allclose(getattr(ours, name)[ours.buyers], buyers[name].to_numpy(), rtol=1e-9, atol=1e-7), name


def measure(size: int, folder: Path) -> list[Row]:
    """The rows of one size."""
    table = lines(size, folder)
    plain = table.set_column(0, "account", table["account"].combine_chunks().dictionary_decode())
    mixed = table.take(pa.array(np.random.default_rng(0).permutation(size)))
    frames = {"names as dictionaries": table, "names as texts": plain, "lines shuffled": mixed}
    rows = []
    for name, frame in frames.items():
        found, times = least(lambda frame=frame: measure_features(frame=frame, kind="kind", as_of=AS_OF))
        peers = _polars(frame, in_polars, found)
        lifetimes = _lifetimes(frame) if size == SIZES[0] and name == "names as texts" else {}
        line = LINE if name == "names as dictionaries" else None
        rows += _rows(f"features, {size // 10**6} M lines, {name}", size, times, peers | lifetimes, line=line)
    found, times = least(lambda: measure_pairs(frame=table, kind="kind", quantity="quantity", as_of=AS_OF))
    case = f"pairs, {size // 10**6} M lines"
    rows += _rows(case, size, times, _polars(table, pairs_in_polars, None), line=PAIR_LINE)
    return rows


def _rows(case: str, size: int, ours: Times, peers: dict[str, Times], *, line: float | None) -> list[Row]:
    millions = size / 1e6
    by_cpu = {name: Peer(millions / theirs[0]) for name, theirs in peers.items()}
    by_wall = {name: Peer(millions / theirs[1]) for name, theirs in peers.items()}
    return [
        Row(case, "M lines a CPU second", millions / ours[0], "high", line, peers=by_cpu),
        Row(case, "M lines a second of wall", millions / ours[1], "high", peers=by_wall),
    ]


def _polars(table: pa.Table, run: Callable[[Any], Any], ours: Any) -> dict[str, Times]:
    try:
        import polars as pl  # a peer
    except ImportError:
        print("polars is not installed and left out.")
        return {}
    frame = pl.from_arrow(table)
    found, times = least(lambda: run(frame))
    if ours is not None:
        agree(ours, found)
    return {"polars": times}


def _lifetimes(table: pa.Table) -> dict[str, Times]:
    try:
        import lifetimes  # noqa: F401  a peer
    except ImportError:
        print("lifetimes is not installed and left out.")
        return {}
    frame = table.filter(pc.and_(table["account"].is_valid(), pc.greater(table["amount"], 0))).to_pandas()
    _, times = least(lambda: in_lifetimes(frame), runs=1)
    return {"lifetimes (four columns)": times}


def main() -> None:
    rows = []
    for size in SIZES:
        with TemporaryDirectory(prefix="vitalfew-bench-") as folder:
            rows += measure(size, Path(folder))
    keep(
        Table(
            "features_in_frames", "Ledger to features in a notebook", (__doc__ or "").split("\n\n", 1)[1].strip(), rows
        ),
        packages=("polars", "lifetimes", "pandas"),
        seed=7,
    )


if __name__ == "__main__":
    main()
