"""CPU of EASE over 5,000 items of 6,000 invented accounts in one thread, beside implicit's ALS on the same purchases.

A process of its own, because the number of BLAS threads is read once: python -m benchmarks.next_basket.ease_speed
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from vitalfew.analytics.recommend import Purchases, fit_ease

ACCOUNTS, ITEMS, EACH = 6_000, 5_000, 90


def invented() -> Purchases:
    """Purchases on one day, items drawn from a Zipf law, each pair told once."""
    rng = np.random.default_rng(0)
    popular = rng.zipf(1.3, size=(ACCOUNTS, EACH)) % ITEMS
    pair = np.unique(np.repeat(np.arange(ACCOUNTS), EACH) * ITEMS + popular.ravel())
    names = pa.array(np.arange(ACCOUNTS)), pa.array(np.arange(ITEMS))
    return Purchases(pair // ITEMS, pair % ITEMS, np.zeros(pair.size, dtype=np.int64), *names, 0, 0)


def fastest(run: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds of the best of three runs."""
    spent = []
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        spent.append((time.process_time() - cpu, time.perf_counter() - wall))
    return min(spent)


def measured() -> dict[str, float]:
    """Runs this module with one BLAS thread, so that no waiting is counted; seconds of ours and, where installed, of ALS."""
    env = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    told = subprocess.run([sys.executable, "-m", __spec__.name], env=env, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Print one line of JSON."""
    made = invented()
    cpu, wall = fastest(lambda: fit_ease(purchases=made, half_life=None))
    found = {"pairs": made.day.size, "cpu": cpu, "wall": wall}
    try:
        from benchmarks.next_basket import item_models  # a peer

        found["als"], _ = fastest(lambda: item_models.als(made, np.arange(1), settings=item_models.Factors()))
    except ImportError:
        pass
    print(json.dumps(found))


if __name__ == "__main__":
    main()
