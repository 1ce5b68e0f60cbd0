"""Measures over the ledger: lines per second and CPU of each SQL file, cold and warm, beside hand-written polars where it is installed.

python -m benchmarks.ledger_features 1000000 10000000 25000000
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from django.conf import settings

from benchmarks import synthetic
from vitalfew.ledger import measuring
from vitalfew.ledger.engines import dialect
from vitalfew.ledger.engines.scope import Scope

RESULTS = Path(__file__).parent / "results"
SIZES = (1_000_000, 10_000_000, 25_000_000)
SINCE = date(2025, 1, 1)
FEATURES = ("account_totals", "account_rhythm")
BUDGET = 15.0  # million lines a second, both features together, warm, at 25 M lines on two cores
_WARM = 3


@dataclass(frozen=True, slots=True)
class Timing:
    """One measure by one engine: the first run, and of the warm runs the fastest with its CPU. Seconds."""

    engine: str
    measure: str
    rows: int
    cold_s: float
    wall_s: float
    cpu_s: float


def timed(engine: str, measure: str, run: Callable[[], int]) -> Timing:
    """Run once cold and then warm; `run` gives the number of rows."""
    runs = []
    for _ in range(1 + _WARM):
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        rows = run()
        runs.append((time.perf_counter() - wall, time.process_time() - cpu))
    best = min(runs[1:])
    return Timing(engine, measure, rows, runs[0][0], *best)


def of_session(parts: tuple[Path, ...]) -> list[Timing]:
    """Every measure through `measuring.session`, as a refresh asks them."""
    days = {"as_of": synthetic.AS_OF, "since": SINCE}
    with measuring.session(Scope(parts[0].parent, parts)) as opened:
        return [
            timed(opened.name, name, lambda name=name: measuring.measured(opened, name, **days).num_rows)
            for name in dialect.names()
        ]


def of_polars(parts: tuple[Path, ...]) -> list[Timing]:
    """The two account features as somebody would write them in polars, lazily over the same files."""
    try:
        import polars as pl  # a peer: installed from requirements/bench.lock only
    except ImportError:
        return []
    lines = pl.scan_parquet([str(part) for part in parts]).filter(
        pl.col("customer") > 0, pl.col("day") <= synthetic.AS_OF
    )
    recent, margin, costed = pl.col("day") >= SINCE, pl.col("amount") - pl.col("cost"), pl.col("cost").is_not_null()
    totals = lines.group_by("customer").agg(
        pl.len().alias("lines"),
        pl.col("amount").sum().alias("net"),
        pl.col("amount").filter(recent).sum().alias("net_since"),
        pl.col("amount").filter(pl.col("amount") < 0).sum().alias("credits"),
        (pl.col("amount") < 0).sum().alias("credit_lines"),
        margin.sum().alias("margin"),
        margin.filter(recent).sum().alias("margin_since"),
        costed.sum().alias("costed_lines"),
        pl.col("day").min().alias("first_day"),
        pl.col("day").max().alias("last_day"),
    )
    orders = (
        lines.filter(pl.col("kind") == 1, pl.col("amount") > 0)
        .group_by("customer", "day")
        .agg(pl.col("amount").sum().alias("value"))
    )
    log, gap = (
        pl.col("value").cast(pl.Float64).log(),
        pl.col("day").diff().over("customer", order_by="day").dt.total_days(),
    )
    spaced = orders.with_columns(log.alias("log"), gap.cast(pl.Float64).log().alias("log_gap"))
    rhythm = spaced.group_by("customer").agg(
        pl.len().alias("orders"),
        recent.sum().alias("orders_since"),
        pl.col("day").min().alias("first_order"),
        pl.col("day").max().alias("last_order"),
        pl.col("log").sum().alias("sum_log"),
        (pl.col("log") ** 2).sum().alias("sum_log_squared"),
        pl.col("value").sum().alias("sale"),
        pl.col("log_gap").sum().alias("sum_log_gap"),
    )
    plans = zip(FEATURES, (totals, rhythm), strict=True)
    return [timed("polars", name, lambda plan=plan: plan.collect(engine="streaming").height) for name, plan in plans]


def measure(lines: int, folder: Path) -> dict[str, object]:
    """All timings of one size."""
    parts = synthetic.write_parts(folder / "parts", lines=lines)
    timings = of_session(parts) + of_polars(parts)
    for row in timings:
        speed = lines / row.wall_s / 1e6
        print(
            f"{lines:>11,} {row.engine:8} {row.measure:15} cold {row.cold_s:6.2f} s  warm {row.wall_s:6.2f} s  CPU {row.cpu_s:6.2f} s  {speed:7.1f} M lines/s"
        )
    speeds = {engine: _together(timings, engine, lines) for engine in dict.fromkeys(row.engine for row in timings)}
    for engine, speed in speeds.items():
        print(
            f"{lines:>11,} {engine:8} {' + '.join(FEATURES)}: {speed:.1f} M lines/s warm (budget {BUDGET:.0f} at 25 M)"
        )
    return {
        "lines": lines,
        "data_sha256": synthetic.digest(parts),
        "features_m_lines_per_s": speeds,
        "timings": [asdict(row) for row in timings],
    }


def _together(timings: list[Timing], engine: str, lines: int) -> float:
    return lines / sum(row.wall_s for row in timings if row.engine == engine and row.measure in FEATURES) / 1e6


def main() -> None:
    """Print a table and keep the figures under benchmarks/results/."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="LINES")
    sizes = asked.parse_args().sizes
    settings.configure(VITALFEW_LEDGER="")
    found = []
    for size in sizes:
        with TemporaryDirectory(prefix="vitalfew-bench-") as folder:
            found.append(measure(size, Path(folder)))
    machine = {
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "ledger_features.json").write_text(json.dumps({"machine": machine, "sizes": found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
