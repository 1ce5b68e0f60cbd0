"""What repeat orders cost at a million customers: the BG/NBD fit beside lifetimes and pymc-marketing, then our own family.

Data: simulated customers first seen 27 to 39 weeks ago (BG/NBD, the parameters of CDNOW) and one to two years ago (k = 3
and k = 8), all times on whole days as in a ledger. CPU seconds of this process, one thread. A peer's import and the
compilation on a first small fit are reported apart and not held against it. The last rows hold what an answer costs.
Run: OMP_NUM_THREADS=1 python -m benchmarks.repeat_speed
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.repeat_likelihood import NAMES, by_lifetimes, by_pymc
from benchmarks.tables import Peer, Row, Table, keep
from vitalfew.analytics.repeat import Orders, Regular, fit_mixture, fit_orders, next_order

CUSTOMERS, SEED = 1_000_000, 3
CDNOW = Regular(1, 0.243, 4.414, 0.793, 2.426, first_may_stop=False)
EVEN = Regular(3, 1.2, 5.0, 0.45, 1.0)
CLOCKWORK = Regular(8, 1.2, 5.0, 0.45, 4.0)
PEERS = {"lifetimes": by_lifetimes, "pymc-marketing": by_pymc}


def main() -> None:
    # Ours first: what the peers import slows everything that follows them.
    ours = [*family(EVEN, 4.0), *family(CLOCKWORK, None), *answers()]
    rows = [*against_peers(), *ours]
    about = "CPU seconds, one thread, numpy alone; a peer's import and compilation are not counted."
    table = Table("repeat_speed", "Repeat orders at a million customers", about, rows)
    keep(table, packages=tuple(PEERS), seed=SEED)


def made(model: Regular, youngest: float, oldest: float) -> Orders:
    """A million customers on whole days."""
    rng = np.random.default_rng(SEED)
    orders = model.simulate(rng.integers(round(youngest * 7), round(oldest * 7), CUSTOMERS) / 7, rng)
    return replace(orders, last=np.minimum(np.ceil(orders.last * 7) / 7, orders.age))


def cost[T](work: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def against_peers() -> list[Row]:
    orders, case = made(CDNOW, 27, 39), "BG/NBD fit, 1 M"
    few = orders.at(slice(0, 1_000))
    fit_orders(orders=few, k=1, first_may_stop=False)
    ours, fitted = cost(lambda: fit_orders(orders=orders, k=1, first_may_stop=False, prior=None))
    seconds, models = {}, {}
    for name, fit in PEERS.items():
        try:
            before, _ = cost(lambda fit=fit: fit(few, False))
        except ImportError as absent:
            print(f"{name} is left out: {absent}.")
            continue
        seconds[name], found = cost(lambda fit=fit: fit(orders, False))
        models[name] = Regular(1, *(float(found[one]) for one in NAMES), first_may_stop=False)
        print(
            f"{name}: import, compilation and a fit of 1,000 {before:.1f} s, then 1 M {seconds[name]:.1f} s", flush=True
        )
    rows = [Row(case, "CPU s", ours, peers={name: Peer(value) for name, value in seconds.items()})]
    rows += [Row(case, f"{name} ÷ ours", value / ours, "high", 20.0) for name, value in seconds.items()]
    for one in NAMES:
        theirs = {name: Peer(getattr(model, one)) for name, model in models.items()}
        rows.append(Row(case, one, getattr(fitted.model, one), "near", peers=theirs))
    theirs = {name: Peer(float(model.log_likelihood(orders).sum()), 0.1) for name, model in models.items()}
    return [*rows, Row(case, "log likelihood", fitted.log_likelihood, "high", peers=theirs)]


def family(truth: Regular, line: float | None) -> list[Row]:
    """Fit with k searched, then the three scores of every customer."""
    orders, case = made(truth, 52, 104), f"MBG/CNBD-k, k = {truth.k}, 1 M"
    fit, fitted = cost(lambda: fit_orders(orders=orders))
    model = fitted.model
    score, _ = cost(
        lambda: (model.chance_active(orders), model.expected_orders(orders, 52.0), model.chance_of_order(orders, 12.0))
    )
    return [
        Row(case, "k found", model.k, "near", truth.k),
        Row(case, "fit, k searched, CPU s", fit, note=f"alpha {model.alpha:.3f} of {truth.alpha}"),
        Row(case, "P(active), E(52), P(order), CPU s", score),
        Row(case, "fit and scores, CPU s", fit + score, line=line),
    ]


def answers() -> list[Row]:
    """What each question to a model costs for a million customers, and a fit of classes."""
    orders, rng = made(EVEN, 52, 104), np.random.default_rng(SEED)
    asked: dict[str, Callable[[], object]] = {
        "log_likelihood": lambda: EVEN.log_likelihood(orders),
        "chance_active": lambda: EVEN.chance_active(orders),
        "chance_of_order": lambda: EVEN.chance_of_order(orders, 12.0),
        "expected_orders, 12 weeks": lambda: EVEN.expected_orders(orders, 12.0),
        "expected_orders, 52 weeks": lambda: EVEN.expected_orders(orders, 52.0),
        "draw, 10 each": lambda: EVEN.draw(orders, 12.0, 10, rng),
        "simulate": lambda: EVEN.simulate(orders.age, rng),
        "next_order, six dates": lambda: next_order(model=EVEN, orders=orders),
    }
    rows = [Row("k = 3, 1 M customers", f"{name}, CPU s", cost(work)[0]) for name, work in asked.items()]
    fit_mixture(orders=orders.at(slice(0, 100)))
    for customers in (5_000, 100_000):
        seconds, mixture = cost(lambda customers=customers: fit_mixture(orders=orders.at(slice(0, customers))))
        rows.append(
            Row(
                f"classes, {customers:,} customers",
                "fit_mixture, CPU s",
                seconds,
                line=3.0 if customers == 5_000 else None,
            )
        )
    few = orders.at(slice(0, 100_000))
    rows.append(
        Row("classes, 100,000 customers", "expected_orders, CPU s", cost(lambda: mixture.expected_orders(few, 52.0))[0])
    )
    return rows


if __name__ == "__main__":
    main()
