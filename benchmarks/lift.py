"""A11, proof: how often each estimator tells the truth where nothing was done, and where a lift was planted.

Data: the two-year ledger, monthly net revenue of each customer over its own mean before the start, 24 whole months
(December 2009 to November 2011); customers that bought in at least half of the months before. Cut: 12 + 6 months at each
of the seven starts that fit, 18 + 6 months at the one. Groups of 5, 10, 20 and 40 by lot, and picked for growth (the six
months before the start against those before them, as normal scores, twice as weighty as chance). 800 draws for each
cell, the same for every estimator; intervals of 90 %. A lift is planted by multiplying the treated from the start on.
Standard errors are those of the draws: accounts are drawn again each time, so the draws take the place of a bootstrap.
Prop 99: California, 1970 to 2000, 12 years after the start.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from benchmarks.lift_diff_diff import SEED, california, lift_error, peer_rows, prop99_rows
from benchmarks.lift_estimators import PEERS, Estimator
from benchmarks.tables import Peer, Row, Table, keep
from tests.reference.data import folder
from vitalfew.analytics import lift
from vitalfew.analytics.lift.design import Picked, refuse
from vitalfew.analytics.lift.drawing import Origin, compare_drawn, draw_groups, origins
from vitalfew.analytics.lift.synthetic import alone, synthetic

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
DRAWS, LEVEL = 800, 0.9
SIZES: tuple[int, ...] = (5, 10, 20, 40)
WINDOWS = ((12, 6), (18, 6))
PLANTED = (0.0, 0.1, 0.4)
MONTHLY = """SELECT CAST(CustomerID AS BIGINT) AS customer,
  date_diff('month', DATE '2009-12-01', CAST(CAST(InvoiceDate AS TIMESTAMP) AS DATE)) AS month,
  sum(Quantity * UnitPrice) AS net
  FROM read_parquet('{}') WHERE CustomerID IS NOT NULL AND CAST(InvoiceDate AS TIMESTAMP) < TIMESTAMP '2011-12-01' GROUP BY ALL ORDER BY ALL"""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one estimator says in one cell: effect, half width and truth, arrays (planted lifts, draws)."""

    effect: Floats
    reach: Floats
    truth: Floats

    def cover(self, lift: int = 0) -> Floats:
        return (np.abs(self.effect[lift] - self.truth[lift]) <= self.reach[lift]).astype(np.float64)

    @property
    def wrong(self) -> Floats:
        return self.effect[0] - self.truth[0]

    def raised(self, lift: int) -> Floats:
        return (self.effect[lift] > self.reach[lift]).astype(np.float64)


def retail() -> tuple[Floats, Path] | None:
    """Net revenue, shape (customers, 24 months), and the file it comes from."""
    found = folder("online_retail_two_years")
    if found is None:
        return None
    path = found / "online_retail_2009_2011.parquet"
    with duckdb.connect() as connection:
        rows = connection.sql(MONTHLY.format(path)).fetchnumpy()
    customer = np.unique(rows["customer"], return_inverse=True)[1]
    outcome = np.zeros((customer.max() + 1, 24))
    outcome[customer, rows["month"].astype(np.int64)] = rows["net"].astype(np.float64)
    return outcome, path


def cells(history: Floats, before: int, after: int, count: int, picked: Picked) -> tuple[dict[str, Cell], Mask, float]:
    """Every estimator on the same draws, which of them our rule gives a verdict, and our CPU seconds for each draw."""
    places = list(origins(history=history, before=before, after=after))
    rng = np.random.default_rng(SEED)
    found: dict[str, list[Cell]] = {name: [] for name in ("ours", *PEERS)}
    given, spent = [], 0.0
    for place, part in zip(places, np.array_split(np.arange(DRAWS), len(places)), strict=True):
        treated = draw_groups(paths=place.paths, before=before, count=count, picked=picked, draws=part.size, rng=rng)
        start = time.process_time()
        told = compare_drawn(origin=place, treated=treated, level=LEVEL, picked=picked, lifts=PLANTED[:1], rng=rng)
        spent += time.process_time() - start
        told += compare_drawn(origin=place, treated=treated, level=LEVEL, picked=picked, lifts=PLANTED[1:], rng=rng)
        truth = np.outer(PLANTED, told[0].base)
        found["ours"].append(Cell(np.array([o.effect for o in told]), np.array([o.reach for o in told]), truth))
        given += [refuse(design) is None for design in told[0].designs]
        for name, estimator in PEERS.items():
            found[name].append(peer_cell(place, treated, estimator, truth))
    names = ("effect", "reach", "truth")
    whole = {
        name: Cell(*(np.concatenate([getattr(one, field) for one in parts], axis=1) for field in names))
        for name, parts in found.items()
    }
    return whole, np.array(given), spent / DRAWS


def peer_cell(place: Origin, treated: Mask, estimator: Estimator, truth: Floats) -> Cell:
    early, late = place.paths[:, : place.before], place.paths[:, place.before :].mean(axis=1)
    said = np.array(
        [
            [estimator(late[row] * (1 + planted), early[row], late[~row], early[~row]) for row in treated]
            for planted in PLANTED
        ]
    )
    return Cell(said[:, :, 0], said[:, :, 1], truth)


def spread(values: Floats) -> float:
    return float(values.std(ddof=1) / len(values) ** 0.5) if len(values) > 1 else 0.0


def against(whole: dict[str, Cell], given: Mask, figure: Callable[[Cell], Floats]) -> dict[str, Peer]:
    ours = figure(whole["ours"])[given]
    return {
        name: Peer(float(figure(whole[name])[given].mean()), spread(ours - figure(whole[name])[given]))
        for name in PEERS
    }


def bias(whole: dict[str, Cell], given: Mask) -> tuple[float, str, None, float, float, dict[str, Peer]]:
    """Size of the mean error of ours and the peers', as the rest of a row."""
    size = {name: abs(float(cell.wrong[given].mean())) for name, cell in whole.items()}
    own = whole["ours"].wrong[given]
    peers = {name: Peer(size[name], spread(own - whole[name].wrong[given])) for name in PEERS}
    return size["ours"], "low", None, spread(own), 0.0, peers


def rmse(whole: dict[str, Cell], given: Mask) -> tuple[float, float, dict[str, Peer]]:
    """Root mean squared error of ours with its bootstrap error, and the peers'."""
    squares = {name: cell.wrong[given] ** 2 for name, cell in whole.items()}
    rng = np.random.default_rng(SEED)
    rows = rng.integers(0, int(given.sum()), (400, int(given.sum())))
    again = {name: np.sqrt(square[rows].mean(axis=1)) for name, square in squares.items()}
    value = {name: float(np.sqrt(square.mean())) for name, square in squares.items()}
    peers = {name: Peer(value[name], float((again["ours"] - again[name]).std())) for name in PEERS}
    return value["ours"], float(again["ours"].std()), peers


def cell_rows(history: Floats, before: int, after: int, count: int, picked: Picked) -> list[Row]:
    whole, given, spent = cells(history, before, after, count, picked)
    refused = 1 - float(given.mean())
    case = f"{before}+{after} months, {count} {'by lot' if picked == 'random' else 'for growth'}"
    note = (
        f"{refused:.0%} of draws refused; {1000 * spent:.2f} ms CPU a draw"
        if refused
        else f"{1000 * spent:.2f} ms CPU a draw"
    )
    if not given.any():
        given, note = np.ones_like(given), "REFUSED by rule before the data are seen; what it would have said"
    barred = note.startswith("REFUSED")
    ours = whole["ours"]
    cover = ours.cover()[given]
    line = None if barred else 0.9 if picked == "random" else 0.8
    better, slack = ("near", 0.06) if picked == "random" else ("high", 0.0)
    error, error_se, error_peers = rmse(whole, given)
    rows = [
        Row(
            case,
            "90 % interval covers",
            float(cover.mean()),
            better,
            line,
            spread(cover),
            slack,
            against(whole, given, lambda cell: cell.cover()),
            note,
        ),
        Row(case, "size of bias", *bias(whole, given)),
        Row(case, "rmse", error, "low", None, error_se, 0.0, error_peers),
    ]
    alarm = (np.abs(ours.effect[0]) > ours.reach[0]).astype(np.float64)[given]
    peers = against(whole, given, lambda cell: (np.abs(cell.effect[0]) > cell.reach[0]).astype(np.float64))
    line = 0.14 if picked == "random" and not barred else None
    rows.append(Row(case, "false alarm", float(alarm.mean()), "low", line, spread(alarm), 0.0, peers))
    if picked == "random":
        rows += [
            Row(
                case,
                f"says raised at {PLANTED[lift]:+.0%}",
                float(ours.raised(lift)[given].mean()),
                "high",
                None,
                spread(ours.raised(lift)[given]),
                0.0,
                against(whole, given, lambda cell, lift=lift: cell.raised(lift)),
            )
            for lift in (1, 2)
        ]
    return rows


def power_rows(history: Floats) -> list[Row]:
    """Whether a lift of the stated size is seen 8 times of 10."""
    rows = []
    for count in (10, 20, 40):
        plan = lift.plan_detectable(history=history, count=count, before=12, after=6, seed=SEED)
        if plan.share is None:
            continue
        seen = lift.measure_coverage(history=history, count=count, planted=plan.share, draws=DRAWS, seed=SEED + 1)
        rows.append(
            Row(
                f"12+6 months, {count} by lot",
                "seen at the stated lift",
                seen.power or 0.0,
                "near",
                0.8,
                (0.16 / DRAWS) ** 0.5,
                0.05,
                note=f"the plan says a lift of {plan.share:.0%} is seen 8 times of 10",
            )
        )
    return rows


def speed_rows() -> list[Row]:
    rows = []
    for treated, controls, months, line in ((30, 420, 30, 0.010), (200, 5000, 36, 2.0)):
        made = lift.simulate_lift(
            accounts=treated + controls, periods=months, treated=treated, start=months - 6, seed=SEED
        )
        spent = []
        for _ in range(5):
            start = time.process_time()
            lift.estimate_lift(
                outcome=made.outcome,
                treated=made.treated,
                start=months - 6,
                own_level=False,
                picked="random",
                anyway=True,
            )
            spent.append(time.process_time() - start)
        case = f"{treated} treated, {controls} controls, {months} months"
        rows.append(
            Row(
                case, "CPU s of estimate_lift", min(spent), "low", None, note="with jackknife, bands, two placebo dates"
            )
        )
        one = made.treated[None]
        start = time.process_time()
        lift_error(synthetic(paths=made.outcome, before=months - 6, treated=alone(one), allowed=~one))
        rows.append(Row(case, "CPU s of estimate and jackknife", time.process_time() - start, "low", line))
    return rows


def main() -> None:
    ledger, states = retail(), california()
    if ledger is None or states is None:
        print("The two-year ledger or the Prop 99 table is not here: nothing is measured. Set VITALFEW_DATA.")
        return
    history, path = ledger
    rows = prop99_rows(*states[:3]) + speed_rows() + peer_rows(history) + power_rows(history)
    for before, after in WINDOWS:
        for picked in ("random", "growth"):
            for count in SIZES:
                rows += cell_rows(history, before, after, count, picked)
    table = Table(
        "lift", "A11 Proof: lift of treated accounts", " ".join((__doc__ or "").split("\n\n", 1)[1].split()), rows
    )
    keep(table, data=[path, states[3]], packages=["diff-diff", "pandas"], seed=SEED)


if __name__ == "__main__":
    main()
