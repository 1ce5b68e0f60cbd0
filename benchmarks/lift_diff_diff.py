"""The lift beside diff-diff, the one kept package with the same estimator: on drawn groups, and on Prop 99."""

from __future__ import annotations

import csv
import time
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import Peer, Row
from tests.reference.data import folder
from vitalfew.analytics import lift
from vitalfew.analytics.lift.cohorts import comparable
from vitalfew.analytics.lift.drawing import draw_groups, origins
from vitalfew.analytics.lift.jackknife import spread as jackknife
from vitalfew.analytics.lift.synthetic import Synthetic, alone, synthetic

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
SEED = 11


def peer_rows(history: Floats) -> list[Row]:
    """The same comparisons by diff-diff, and what each costs."""
    try:
        import pandas as pd
        from diff_diff import SyntheticDiD  # a peer
    except ImportError:
        print("diff-diff is not installed: left out.")
        return []
    place = next(iter(origins(history=history, before=18, after=6)))
    rng = np.random.default_rng(SEED)
    apart, same, errors, excess, ours, theirs = [], [], [], [], 0.0, 0.0
    for row in draw_groups(paths=place.paths, before=18, count=20, picked="random", draws=8, rng=rng):
        allowed = ~row & comparable(place.paths[:, :18], row)
        rows = np.flatnonzero(row | allowed)
        start = time.process_time()
        made = synthetic(paths=place.paths, before=18, treated=alone(row[None]), allowed=allowed[None])
        error = lift_error(made)
        ours += time.process_time() - start
        frame = pd.DataFrame(
            {
                "unit": np.repeat(rows, 24),
                "time": np.tile(np.arange(24), rows.size),
                "y": place.paths[rows].ravel(),
                "treated": np.repeat(row[rows], 24).astype(int),
            }
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            start = time.process_time()
            found = SyntheticDiD(variance_method="jackknife").fit(
                frame, outcome="y", treatment="treated", unit="unit", time="time", post_periods=list(range(18, 24))
            )
            theirs += time.process_time() - start
        units = np.zeros(len(row))
        units[[int(unit) for unit in found.unit_weights]] = list(found.unit_weights.values())
        periods = np.array([found.time_weights[month] for month in range(18)])
        with_theirs = Synthetic(
            made.treated,
            units[None],
            periods[None],
            place.paths[:, 18:].mean(axis=1) - periods[None] @ place.paths[:, :18].T,
        )
        same.append(abs(found.att - float(with_theirs.effect[0])))
        apart.append(abs(found.att - float(made.effect[0])))
        errors.append(abs(found.se / error - 1))
        ridge = 18 * float(found.zeta_omega) ** 2
        excess.append(misfit(place.paths, row, units, ridge) / misfit(place.paths, row, made.units[0], ridge) - 1)
    case = f"20 treated, {place.paths.shape[0] - 20} controls, 24 months"
    note = f"8 draws, the same controls; diff-diff stops {min(excess):.1%} to {max(excess):.1%} above the least misfit, ours is exact"
    return [
        Row(case, "our estimate with diff-diff's weights, off its own", float(max(same)), "low", 1e-3),
        Row(case, "our estimate off diff-diff's, most", float(max(apart)), note=note),
        Row(case, "misfit above the least, most", 0.0, "low", None, peers={"diff-diff": Peer(float(max(excess)))}),
        Row(case, "jackknife error off diff-diff's, most", float(max(errors)), "low", 1e-2),
        Row(
            case,
            "CPU ms for estimate and error",
            1000 * ours / 8,
            "low",
            10,
            peers={"diff-diff": Peer(1000 * theirs / 8)},
            note=f"diff-diff takes {theirs / ours:.0f} times as long",
        ),
    ]


def misfit(paths: Floats, treated: Mask, units: Floats, ridge: float) -> float:
    """What the weights of the controls minimise."""
    gap = paths[treated, :18].mean(axis=0) - units @ paths[:, :18]
    return float(((gap - gap.mean()) ** 2).sum() + ridge * (units**2).sum())


def lift_error(made: Synthetic) -> float:
    return float(jackknife(made)[0][0])


def california() -> tuple[Floats, Mask, list[str], Path] | None:
    found = folder("prop99")
    if found is None:
        return None
    path = found / "california_prop99.csv"
    with path.open(encoding="utf-8") as file:
        table = list(csv.DictReader(file, delimiter=";"))
    states = sorted({row["State"] for row in table})
    outcome = np.zeros((len(states), 31))
    for row in table:
        outcome[states.index(row["State"]), int(row["Year"]) - 1970] = float(row["PacksPerCapita"])
    return outcome, np.array([state == "California" for state in states]), states, path


def prop99_rows(outcome: Floats, treated: Mask, states: list[str]) -> list[Row]:
    def ours(draws: int) -> lift.Lift:
        return lift.estimate_lift(outcome=outcome, treated=treated, start=19, own_level=False, draws=draws)

    found = ours(200)
    even = synthetic(paths=outcome, before=19, treated=alone(treated[None]), allowed=~treated[None])
    rng = np.random.default_rng(SEED)
    others = rng.choice(np.flatnonzero(~treated), 200)
    shown = np.zeros((200, len(states)), dtype=bool)
    shown[np.arange(200), others] = True
    start = time.process_time()
    for _ in range(5):
        synthetic(paths=outcome, before=19, treated=alone(shown), allowed=~treated & ~shown)
    seconds = (time.process_time() - start) / 5
    did = (outcome[treated, 19:].mean() - outcome[treated, :19].mean()) - (
        outcome[~treated, 19:].mean() - outcome[~treated, :19].mean()
    )
    peers: dict[str, dict[str, Peer]] = {"effect": {}, "error": {}, "cpu": {}}
    try:
        import pandas as pd
        from diff_diff import SyntheticDiD  # a peer

        frame = pd.DataFrame(
            {
                "state": np.repeat(states, 31),
                "year": np.tile(np.arange(1970, 2001), len(states)),
                "y": outcome.ravel(),
                "treated": np.repeat(treated, 31).astype(int),
            }
        )
        spent, errors = [], []
        for seed in range(5):
            start = time.process_time()
            theirs = SyntheticDiD(variance_method="placebo", n_bootstrap=200, seed=seed).fit(
                frame, outcome="y", treatment="treated", unit="state", time="year", post_periods=list(range(1989, 2001))
            )
            spent.append(time.process_time() - start)
            errors.append(theirs.se)
        peers = {
            "effect": {"diff-diff": Peer(theirs.att)},
            "error": {"diff-diff": Peer(float(np.mean(errors)))},
            "cpu": {"diff-diff": Peer(min(spent))},
        }
    except ImportError:
        print("diff-diff is not installed: left out.")
    told = f"; diff-diff takes {peers['cpu']['diff-diff'].value / seconds:.0f} times as long" if peers["cpu"] else ""
    return [
        Row("Prop 99", "SDID", float(even.effect[0]), "near", -15.604, 0.0, 0.01, peers["effect"]),
        Row("Prop 99", "difference-in-differences", float(did), "near", -27.349, 0.0, 0.001),
        Row(
            "Prop 99",
            "placebo standard error",
            found.error,
            "near",
            10.3,
            0.0,
            1.0,
            peers["error"],
            "every one of the 38 placebos once; 200 draws with replacement vary from 8.2 to 10.5",
        ),
        Row(
            "Prop 99",
            "CPU s for 200 placebo runs",
            seconds,
            "low",
            0.46,
            0.0,
            0.0,
            peers["cpu"],
            f"the line is diff-diff's of an earlier run{told}",
        ),
    ]
