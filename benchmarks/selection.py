"""A7: which fifth of the customers to pick, so that it makes most of the coming revenue.

Data: the two-year ledger of a gift wholesaler at 2010-12-09, 2011-03-10 and 2011-06-10, 26 weeks ahead each, and the CDNOW
sample at 1997-09-30, 39 weeks ahead. At each day the best fifth of the customers known is picked by each rule, which sees
only the days before. Captured: their share of the revenue of the weeks ahead; hits: how many of them are of the fifth
that then makes most; changed: how many of the picked were not picked 13 weeks earlier (wholesaler, eight quarters).
Revenue is net of credit notes, sums below zero counted as nothing. The line of the last wholesaler day was set on sales
before credit notes, and that figure stands apart, as one credited order is 5.9 % of it.
Ours: half the share of the last 12 months, half the share of what is expected (the rank of the product). Peers: lifetime
revenue, last 12 months, and the plain lifetimes CLV (BG/NBD times Gamma-Gamma, package lifetimes).
The standard errors draw customers, each with all its figures (200 draws); the pick is made anew in each.
Run: python -m benchmarks.selection
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import Peer, Row, Table, keep
from tests.reference.data import folder
from tests.reference.ledgers import Days, cdnow_sample_days, features_at, retail_days
from vitalfew.analytics.standing import Features, estimate_standing

Floats = NDArray[np.float64]

SHARE, DRAWS, SEED, WEEK = 0.2, 200, 11, 7
QUARTERS = range(282, 647, 91)
OURS = "ours"


@dataclass(frozen=True, slots=True)
class Cut:
    """A ledger as known at the end of a day, the days ahead, and the lines of captured and hits that were set for it."""

    ledger: str
    day: int
    ahead: int
    credits_taken_off: bool = True
    captured: float | None = None
    hits: float | None = None


CASES = {
    "wholesaler, 9 Dec 2010": Cut("retail", 373, 182),
    "wholesaler, 10 Mar 2011": Cut("retail", 464, 182),
    "wholesaler, 10 Jun 2011": Cut("retail", 556, 182),
    "wholesaler, 10 Jun 2011, gross": Cut("retail", 556, 182, False, 0.738, 0.695),
    "CDNOW, 30 Sep 1997": Cut("cdnow", 272, 273, captured=0.686),
}


@cache
def ledger(name: str) -> Days:
    return retail_days() if name == "retail" else cdnow_sample_days()


def main() -> None:
    if folder("online_retail_two_years") is None or folder("cdnow") is None:
        print("The reference ledgers are not here: set VITALFEW_DATA to the folder that holds them.")
        return
    rows = [row for case, cut in CASES.items() for row in compared(case, cut)]
    rows += flapping()
    about = "Picked: a fifth of the customers known at the day. Lines as measured before this code was written."
    paths = [
        folder("online_retail_two_years") / "online_retail_2009_2011.parquet",
        folder("cdnow") / "CDNOW_sample.txt",
    ]
    keep(Table("selection", "A7 Picking the key accounts", about, rows), data=paths, packages=("lifetimes",), seed=SEED)


def compared(case: str, cut: Cut) -> list[Row]:
    days = ledger(cut.ledger)
    features, future = features_at(days, cut.day, cut.ahead)
    future = np.maximum(future if cut.credits_taken_off else gross(days, cut), 0)
    scored = {rule: score(features, cut.ahead) for rule, score in RULES.items()}
    rules = {rule: scores for rule, scores in scored.items() if scores is not None}
    rows = []
    for metric, measure, line in (("captured", captured, cut.captured), ("hits", hits, cut.hits)):
        value = {rule: measure(scores, future) for rule, scores in rules.items()}
        spread = bootstrap(measure, rules, future)
        peers = {rule: Peer(value[rule], spread[rule]) for rule in rules if rule != OURS}
        best = f"best possible {measure(future, future):.3f}"
        rows.append(Row(case, metric, value[OURS], "high", line, spread[OURS], peers=peers, note=best))
    return rows


def gross(days: Days, cut: Cut) -> Floats:
    """Sales before credit notes of the days ahead, for every customer known at the cut."""
    names = np.unique(days.customer[days.day <= cut.day])
    coming = (days.day > cut.day) & (days.day <= cut.day + cut.ahead) & np.isin(days.customer, names)
    return np.bincount(np.searchsorted(names, days.customer[coming]), days.sale[coming], minlength=names.size)


def picked(scores: Floats) -> NDArray[np.int64]:
    return np.argsort(-scores, kind="stable")[: int(np.ceil(SHARE * scores.size))]


def captured(scores: Floats, future: Floats) -> float:
    return float(future[picked(scores)].sum() / future.sum())


def hits(scores: Floats, future: Floats) -> float:
    return float(np.isin(picked(scores), picked(future)).mean())


def bootstrap(measure: Callable[[Floats, Floats], float], rules: dict[str, Floats], future: Floats) -> dict[str, float]:
    """Standard error of ours, and of the difference between ours and each peer."""
    rng = np.random.default_rng(SEED)
    drawn: dict[str, list[float]] = {rule: [] for rule in rules}
    for _ in range(DRAWS):
        sample = rng.integers(0, future.size, future.size)
        for rule, scores in rules.items():
            drawn[rule].append(measure(scores[sample], future[sample]))
    ours = np.array(drawn[OURS])
    return {rule: float(np.std(ours if rule == OURS else ours - np.array(one))) for rule, one in drawn.items()}


def flapping() -> list[Row]:
    """How many of the picked are new each quarter, on average over the quarters of the wholesaler."""
    new: dict[str, list[float]] = {rule: [] for rule in RULES}
    before: dict[str, set[int]] = {}
    for cut in QUARTERS:
        features, _ = features_at(ledger("retail"), cut)
        names = np.unique(ledger("retail").customer[ledger("retail").day <= cut])
        for rule, score in RULES.items():
            scores = score(features, 182)
            if scores is None:
                continue
            chosen = set(names[picked(scores)].tolist())
            if rule in before:
                new[rule].append(len(chosen - before[rule]) / len(chosen))
            before[rule] = chosen
    share = {rule: float(np.mean(values)) for rule, values in new.items() if values}
    peers = {rule: Peer(value, 0.01) for rule, value in share.items() if rule != OURS}
    return [Row("wholesaler, quarter to quarter", "changed", share[OURS], "low", peers=peers)]


def by_share(features: Features, ahead: int) -> Floats:
    return estimate_standing(features=features, days=ahead).share


def by_expected(features: Features, ahead: int) -> Floats:
    return estimate_standing(features=features, days=ahead, recent_weight=0.0).share


def by_lifetimes(features: Features, ahead: int) -> Floats | None:
    """The chain of the package's own documentation: BG/NBD for the orders, Gamma-Gamma for their value."""
    try:
        from lifetimes import BetaGeoFitter, GammaGammaFitter  # a peer
    except ImportError as absent:
        print(f"lifetimes is left out: {absent}.")
        return None
    some = features.orders > 0
    repeats = (features.orders - 1.0)[some]
    last, age = (features.first_age - features.last_age)[some] / WEEK, features.first_age[some] / WEEK
    mean = features.sale[some] / features.orders[some] / 100
    counts = BetaGeoFitter(penalizer_coef=1e-4).fit(repeats, last, age)
    again = repeats > 0
    values = GammaGammaFitter(penalizer_coef=1e-4).fit(repeats[again], mean[again])
    orders = counts.conditional_expected_number_of_purchases_up_to_time(ahead / WEEK, repeats, last, age)
    worth = np.zeros(features.orders.size)
    worth[some] = np.asarray(orders) * np.asarray(values.conditional_expected_average_profit(repeats, mean))
    return worth


RULES: dict[str, Callable[[Features, int], Floats | None]] = {
    OURS: by_share,
    "expected alone": by_expected,
    "last 12 months": lambda features, ahead: features.net_recent.astype(np.float64),
    "lifetime revenue": lambda features, ahead: features.net.astype(np.float64),
    "lifetimes CLV": by_lifetimes,
}

if __name__ == "__main__":
    main()
