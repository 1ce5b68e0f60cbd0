"""A2: do the expected orders come? Six million made-up customers, what the model expects of each beside what they do.

Four firms of 1.5 million customers, from irregular to clockwork, each seen for 20 to 104 weeks and then for the weeks of
the row. Nothing is fitted: the parameters are those the customers were made with, so that any difference beyond chance is
an error of the formulas. The standard error is that of the difference over customers.
Run: python -m benchmarks.repeat_expectation
"""

from __future__ import annotations

import time

import numpy as np

from benchmarks.tables import Row, Table, keep
from vitalfew.analytics.repeat import Regular

FIRMS = {
    "irregular, k = 1": (Regular(1, 0.525, 6.183, 0.891, 1.614), 39.0),
    "first never stops, k = 2": (Regular(2, 0.36, 2.26, 0.52, 2.79, first_may_stop=False), 26.0),
    "even, k = 3": (Regular(3, 0.85, 1.45, 0.79, 2.42), 52.0),
    "clockwork, k = 7": (Regular(7, 1.2, 5.0, 0.45, 1.0), 52.0),
}
CUSTOMERS, AT_ONCE, SEED = 1_500_000, 250_000, 7
WITHIN = 0.002
METRICS = ("orders", "customers who order", "still active")


def main() -> None:
    rng = np.random.default_rng(SEED)
    rows, everybody, spread = [], np.zeros((2, len(METRICS))), np.zeros(len(METRICS))
    for name, (model, weeks) in FIRMS.items():
        print(f"{name} …", flush=True)
        sums, squares, seconds = firm(model, weeks, rng)
        rows += shown(name, sums, squares)
        rows.append(Row(name, "CPU s for 1 M expectations", seconds * 1e6 / CUSTOMERS, note=f"{weeks:.0f} weeks ahead"))
        everybody, spread = everybody + sums, spread + squares
    rows += shown("all 6 M", everybody, spread)
    about = "6 M simulated customers at known parameters; line: within .2 % of what happened."
    keep(Table("repeat_expectation", "A2 Expected orders against simulation", about, rows), seed=SEED)


def firm(model: Regular, weeks: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """Sums promised and happened (2, metrics), sums of squared differences (metrics,), CPU seconds of the expectation."""
    sums, squares, spent = np.zeros((2, len(METRICS))), np.zeros(len(METRICS)), 0.0
    for _ in range(CUSTOMERS // AT_ONCE):
        promised, happened, seconds = trial(model, weeks, rng)
        sums += np.stack((promised.sum(axis=1), happened.sum(axis=1)))
        squares += ((promised - happened) ** 2).sum(axis=1)
        spent += seconds
    return sums, squares, spent


def shown(name: str, sums: np.ndarray, squares: np.ndarray) -> list[Row]:
    off, error = sums[0] / sums[1] - 1, np.sqrt(squares) / sums[1]
    words = [f"{metric}, predicted ÷ actual − 1" for metric in METRICS]
    return [
        Row(name, word, float(one), "near", 0.0, float(se), WITHIN)
        for word, one, se in zip(words, off, error, strict=True)
    ]


def trial(model: Regular, weeks: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """What was promised of each customer and what happened, (3, customers), and the CPU seconds of the expectation.

    Three things: how many orders, whether it orders, and whether it is still active.
    """
    ages = rng.uniform(20, 104, AT_ONCE)
    made = model.simulate_all(ages, weeks, rng)
    start = time.process_time()
    expected = model.expected_orders(made.orders, weeks)
    seconds = time.process_time() - start
    promised = np.stack((expected, model.chance_of_order(made.orders, weeks), model.chance_active(made.orders)))
    return promised, np.stack((made.coming, made.coming > 0, made.active)), seconds


if __name__ == "__main__":
    main()
