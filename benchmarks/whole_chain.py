"""S1, the whole chain: every score of a ledger by the usual notebook and by vitalfew.analytics, CPU, wall and memory.

Both read the same Parquet file of lines (account, item, day, quantity, amount; names as texts) and write the same list
of results to Parquet: chance to be active, orders of the next 12 weeks and value of the next year of each account; its
ten most bought items; ten new ones; its price elasticity; the ten best accounts it is most like. The notebook: pandas,
lifetimes (BG/NBD, Gamma-Gamma), counts, implicit (ALS, 64 factors, 15 rounds), least squares by account, scikit-learn
(nearest neighbours). Ours: features, the regular-buyer model with its k searched, order values with a spread of their
own, values, counts, EASE over the items that one account in a hundred has bought, elasticities drawn in
with bands, Gower's likeness. Each runs alone in a process of its own that counts everything, imports too, with one
thread for linear algebra; three times each in turn, and the run with the least CPU counts, since a virtual machine
may charge a process for memory that another one left; the range of all runs stands beside it. The product installs no
pandas, so ours runs without it: where pandas is installed, Arrow loads it by itself and that takes .4 s more. Data: the
two years of UCI Online Retail (1.04 M lines), and 25 M invented lines of 3,000 accounts and 3,000 items over three
years. Peak memory is that of the process.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.tables import Peer, Row, Table, keep

# What a chain loads before it works.
LOADS = {
    "notebook": (
        "pandas",
        "lifetimes",
        "lifetimes.utils",
        "implicit.als",
        "sklearn.neighbors",
        "sklearn.preprocessing",
    ),
    "ours": ("benchmarks.chain_ours",),
}
LARGE = 25_000_000
RESULTS = ("accounts", "due", "new", "elasticity", "alike")
FIFTH, HALF = 0.2, 0.5
TIMES = 3
GIB = 2.0**20  # of the kibibytes in which Linux tells the peak


class NoPandas:
    """A finder that knows no pandas, for a process that is to run as where the product alone is installed."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("The product runs without pandas.", name=name)


def child(chain: str, lines: Path, results: Path) -> None:
    """Run one chain here and tell its times and peak; what was imported before is nothing but this module."""
    started = time.perf_counter()
    if chain == "ours":
        sys.meta_path.insert(0, NoPandas)
    for name in LOADS[chain]:
        import_module(name)
    loaded = time.process_time()
    import_module(f"benchmarks.chain_{chain}").run(lines, results)
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu, wall = used.ru_utime + used.ru_stime, time.perf_counter() - started
    print(json.dumps({"cpu": cpu, "work": cpu - loaded, "wall": wall, "gib": used.ru_maxrss / GIB}))


def measured(chain: str, lines: Path, folder: Path) -> dict[str, float]:
    """Times and peak of one chain in a process of its own, and how many rows each of its results has."""
    results = folder / chain
    results.mkdir(parents=True, exist_ok=True)
    alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "benchmarks.whole_chain", chain, str(lines), str(results)]
    done = subprocess.run(command, env=os.environ | alone, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The chain {chain} ended with {done.stderr.strip().splitlines()[-1]}")
    rows = {name: _rows(results / f"{name}.parquet") for name in RESULTS}
    print(f"{chain}: {done.stdout.strip()} {rows}", flush=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def _rows(path: Path) -> int:
    import pyarrow.parquet as pq  # not above: what the parent loads would count as memory of its children

    return int(pq.read_metadata(path).num_rows)


def of_ledger(case: str, lines: Path, folder: Path) -> list[Row]:
    """The rows of one ledger; lines of ours are shares of the notebook's."""
    turns = [[measured(chain, lines, folder) for chain in ("ours", "notebook")] for _ in range(TIMES)]
    runs = list(zip(*turns, strict=True))
    ours, notebook = (min(runs_of, key=itemgetter("cpu")) for runs_of in runs)
    lines_of = {"cpu": FIFTH * notebook["cpu"], "gib": HALF * notebook["gib"] if case.startswith("25 M") else None}
    figures = {"cpu": "CPU s", "work": "CPU s after imports", "wall": "wall s", "gib": "peak GiB"}
    return [
        Row(
            case,
            told,
            ours[name],
            "low",
            lines_of.get(name),
            peers={"notebook": Peer(notebook[name])},
            note=f"{ours[name] / notebook[name]:.2f} of the notebook's; {_range(runs[0], name)} beside {_range(runs[1], name)}",
        )
        for name, told in figures.items()
    ]


def _range(runs: Sequence[dict[str, float]], name: str) -> str:
    found = [one[name] for one in runs]
    return f"{min(found):.3g} to {max(found):.3g}"


def main() -> None:
    if len(sys.argv) == 4:
        child(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
        return
    # Not above: what the parent loads would count as memory of its children.
    from benchmarks.chain_ledgers import write_invented, write_retail

    rows, data = [], []
    with TemporaryDirectory(prefix="vitalfew-bench-") as made:
        folder = Path(made)
        lines = folder / "lines.parquet"
        if (source := write_retail(lines)) is None:
            print("The two years of Online Retail are not here and left out.")
        else:
            data.append(source)
            rows += of_ledger("two years, 1.04 M lines", lines, folder / "retail")
        write_invented(lines, lines=LARGE)
        rows += of_ledger("25 M lines", lines, folder / "invented")
    about = (__doc__ or "").split("\n\n", 1)[1].strip()
    packages = ("pandas", "lifetimes", "implicit", "scikit-learn")
    keep(Table("whole_chain", "The whole chain", about, rows), data=data, packages=packages, seed=7)


if __name__ == "__main__":
    main()
