"""Import of 1 M and 10 M lines of CSV: lines per second of CPU and wall, and peak memory, which must not grow with the file."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv

ROOT = Path(__file__).parent.parent
SIZES = (1_000_000, 10_000_000)
_BLOCK = 500_000


def write_ledger(path: Path, lines: int, *, seed: int = 7) -> None:
    """A sales file in date order: about twenty lines an invoice, 6,000 customers, 4,000 items, two years."""
    draw = np.random.default_rng(seed)
    prices = (draw.lognormal(1.0, 0.8, 4000) * 100).round() / 100 + 0.01
    with pv.CSVWriter(path, _schema()) as writer:
        for start in range(0, lines, _BLOCK):
            n = min(_BLOCK, lines - start)
            invoice = (np.arange(start, start + n) // 20).astype(np.int64)
            customer = (invoice * 2654435761 % 2**32 % 6000).astype(np.int64)
            item = (4000 * draw.random(n) ** 2).astype(np.int64)
            day = np.datetime64("2024-01-01") + (invoice * 730 // (lines // 20 + 1)).astype("timedelta64[D]")
            quantity = np.where(draw.random(n) < 0.02, -1, 1) * (1 + draw.poisson(6, n))
            writer.write_table(_table(invoice, customer, item, day, quantity, prices[item]))


def _schema() -> pa.Schema:
    names = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
    kinds = (pa.string(), pa.string(), pa.string(), pa.int64(), pa.string(), pa.float64(), pa.string(), pa.string())
    return pa.schema(list(zip(names, kinds, strict=True)))


def _table(  # noqa: PLR0917
    invoice: np.ndarray,
    customer: np.ndarray,
    item: np.ndarray,
    day: np.ndarray,
    quantity: np.ndarray,
    price: np.ndarray,
) -> pa.Table:
    words = np.array([f"ARTICLE NUMBER {number} IN A BOX" for number in range(4000)])
    countries = np.array(["United Kingdom", "France", "Germany", "Netherlands"])
    columns = [
        pa.array((invoice + 500_000).astype(str)),
        pa.array(np.char.add("2", (10_000 + item).astype(str))),
        pa.array(words[item]),
        pa.array(quantity),
        pa.array(day.astype(str)),
        pa.array(price),
        pa.array((12_000 + customer).astype(str)),
        pa.array(countries[customer % 4]),
    ]
    return pa.table(columns, schema=_schema())


def measure(path: Path, home: Path) -> dict[str, float]:
    """One import in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    words = [sys.executable, "-m", "vitalfew", "import", str(path), "--json"]
    environment = {**os.environ, "VITALFEW_HOME": str(home), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, cwd=ROOT)
    told, _ = process.communicate()
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = json.loads(told)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    lines = report["lines"]["file"]
    return {
        "lines": lines,
        "wall_s": wall,
        "cpu_s": cpu,
        "lines_per_s": lines / wall,
        "peak_mib": after.ru_maxrss / 1024,
    }


def main() -> None:
    """Print a row for each size, and how memory compares."""
    found = []
    with TemporaryDirectory() as folder:
        for size in SIZES[: 1 if "--small" in sys.argv else None]:
            path = Path(folder) / f"{size}.csv"
            write_ledger(path, size)
            found.append(measure(path, Path(folder) / f"home-{size}"))
            path.unlink()
            print(" ".join(f"{name} {value:,.1f}" for name, value in found[-1].items()), flush=True)
    if len(found) > 1:
        print(
            f"peak memory of 10 M lines / 1 M lines: {found[1]['peak_mib'] / found[0]['peak_mib']:.2f} (budget 1.3); budget 500,000 lines/s"
        )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
