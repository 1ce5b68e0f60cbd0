"""Runs every benchmark, or those named, one process each, and writes the tables into the documentation."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks import page
from benchmarks.order import PRODUCT, TABLES


def main() -> int:
    """Exit 0 when every benchmark ran to its end; a pass line that is not met is told, and is no failure to run."""
    wanted = sys.argv[1:] or [*PRODUCT, *TABLES]
    unknown = sorted(set(wanted) - {*PRODUCT, *TABLES})
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join((*PRODUCT, *TABLES))}.")
        return 2
    # One thread for small products, for the peers as for us: idle threads spin, and would be counted as CPU.
    alone = {"OPENBLAS_NUM_THREADS": "1"} | os.environ
    failed = [
        name
        for name in wanted
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], env=alone, check=False).returncode
    ]
    page.PAGE.write_text(page.page(page.PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    for kept in page.results():
        missed = [f"{row['case']}, {row['metric']}" for row in kept["rows"] if row["met"] is False]
        print(f"{kept['title']}: {'every line met' if not missed else 'NOT MET: ' + '; '.join(missed)}")
    print(f"Did not run: {', '.join(failed)}." if failed else "All benchmarks ran.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
