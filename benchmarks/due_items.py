"""A5, what is due: items bought before, ranked for the coming twelve weeks, beside the baselines of next-basket papers.

Data: the two-year ledger of a gift wholesaler at four cuts (benchmarks/next_basket/origins.py). Nothing after a cut is
used for it: our weights are learnt from the twelve weeks before it; TIFU-KNN, UP-CF and the neighbour term take the
best of a grid on those same twelve weeks. Due: recall@10 = hits ÷ min(10, wanted) among items bought before. Whole
basket: the same over all items, ours being due and new items merged by their chance. CPU of the four origins together,
fit and ranking, single thread; without the search for parameters. Rhythm of each pair:
`repeat.estimate_due`. Errors: 1,000 bootstrap draws of whole customers. The form of
our ranking (features, half-lives) was settled on three other cuts of this ledger and looked at on these four.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.next_basket import frequency, tifu_knn, up_cf
from benchmarks.next_basket.origins import ORIGINS, WINDOW, Origin, ledger, origin, path
from benchmarks.next_basket.scores import Means, best, listed, means, quality
from benchmarks.tables import Peer, Row, Table, keep
from vitalfew.analytics.recommend import Purchases, fit_due, fit_ease, fit_new, rank_due, recommend_new
from vitalfew.analytics.recommend.chance import fit_chance
from vitalfew.analytics.recommend.due import pairs_of
from vitalfew.analytics.repeat import estimate_due

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Scorer = Callable[[Purchases, Ints], Floats]
LINE, SLACK = 0.50, 0.005
RHYTHM = "rhythm of each pair"


@dataclass(slots=True)
class Found:
    """What one method reached at the origins so far: per account, in the order of the origins."""

    recall: list[Floats] = field(default_factory=list)
    ndcg: list[Floats] = field(default_factory=list)
    basket: list[Floats] = field(default_factory=list)
    cpu: float = 0.0


def with_neighbours(known: Purchases, who: Ints, *, share: float) -> Floats:
    """Decayed counts and a small term of what goes with the account's items: the plan before demand was looked at."""
    ease = fit_ease(purchases=known).scores(known.counts(half_life=180, at_most=1)[who])
    return frequency.decayed(known, who) + share * ease


def chosen(grid: tuple[object, ...], scorer: Callable[[Purchases, Ints, object], Floats], at: Origin) -> object:
    """The setting of the grid that did best in the twelve weeks before the cut."""
    reached = [_due(scorer(at.known, at.who_due, setting), at)[0].mean() for setting in grid]
    return grid[int(np.argmax(reached))]


def _due(scores: Floats, at: Origin) -> tuple[Floats, Floats]:
    """Recall and NDCG of the items bought before."""
    owned = at.known.counts()[at.who_due].toarray() > 0
    found = quality(best(np.where(owned, scores, -np.inf)), at.due[at.who_due])
    return found.recall, found.ndcg


def peers(at: Origin, before: Origin) -> dict[str, Scorer]:
    """Every peer as a function of what is known and whom to score, tuned on the twelve weeks before."""
    tifu = chosen(tifu_knn.GRID, tifu_knn.scores, before)
    upcf = chosen(up_cf.GRID, up_cf.scores, before)
    share = chosen((0.1, 0.3, 1.0), lambda known, who, some: with_neighbours(known, who, share=some), before)
    print(f"{at.day}: {tifu}, {upcf}, neighbour term × {share}")
    return {
        "P-Top (plain counts)": frequency.p_top,
        "P-Top, ties by latest": frequency.p_top_latest,
        "GP-Top": frequency.gp_top,
        "TIFU-KNN": lambda known, who: tifu_knn.scores(known, who, tifu),
        "TIFU-KNN (paper's settings)": lambda known, who: tifu_knn.scores(known, who, tifu_knn.Settings()),
        "UP-CF": lambda known, who: up_cf.scores(known, who, upcf),
        "decayed counts": frequency.decayed,
        "decayed + neighbour term": lambda known, who: with_neighbours(known, who, share=share),
    }


def ours(at: Origin, found: Found, told: dict[str, list[float]]) -> None:
    start = time.process_time()
    model = fit_due(purchases=at.known)
    due = rank_due(model=model, purchases=at.known, accounts=at.who_due)
    found.cpu += time.process_time() - start
    got = quality(listed(due.account, due.item, due.rank, at.who_due), at.due[at.who_due])
    found.recall.append(got.recall)
    found.ndcg.append(got.ndcg)
    found.basket.append(_merged(at))
    every = rank_due(model=model, purchases=at.known, count=None)
    bought = np.asarray(at.due[every.account, every.item]).ravel() > 0
    for name, value in _calibration(every.chance, bought).items():
        told.setdefault(name, []).append(value)


def _merged(at: Origin) -> Floats:
    """Recall over all items of due and new items merged by chance."""
    parts = (
        rank_due(model=fit_due(purchases=at.known), purchases=at.known, accounts=at.who),
        recommend_new(model=fit_new(purchases=at.known), accounts=at.who),
    )
    scores = np.full((at.who.size, at.known.shape[1]), -np.inf)
    for part in parts:
        scores[np.searchsorted(at.who, part.account), part.item] = part.chance
    return quality(best(scores), csr_array(at.due + at.new)[at.who]).recall


def _calibration(chance: Floats, bought: NDArray[np.bool_]) -> dict[str, float]:
    """Brier score beside that of the base rate, promised ÷ bought, and the slope of log-odds (1: as promised)."""
    logit = np.log(chance / (1 - chance))[:, None]
    return {
        "brier": float(np.mean((chance - bought) ** 2)),
        "base": float(bought.mean() * (1 - bought.mean())),
        "promised": float(chance.sum() / bought.sum()),
        "slope": float(fit_chance(features=logit, bought=bought).weight[0]),
    }


def rhythm(at: Origin) -> Floats:
    """The chance from each pair's own rhythm (`repeat.estimate_due`), shape (accounts, items)."""
    known = at.known
    frame = {"account": known.account, "item": known.item, "day": known.day, "amount": np.ones(known.day.size)}
    found = estimate_due(frame=frame, as_of=known.as_of, weeks=WINDOW / 7)
    scores = np.full(known.shape, -np.inf)
    scores[found.accounts.to_numpy()[found.account], found.items.to_numpy()[found.item]] = found.chance
    return scores


def boosted(at: Origin) -> Floats | None:
    """LightGBM on the same features and the same twelve weeks; None where it is not installed."""
    try:
        import lightgbm  # a peer
    except ImportError:
        print("lightgbm is not installed: its column is left out")
        return None
    start = at.known.as_of - WINDOW
    earlier, later = pairs_of(at.known.until(start), WINDOW, 90.0), at.known.after(start).counts()
    again = np.asarray(later[earlier.account, earlier.item]).ravel() > 0
    settings = {"objective": "binary", "learning_rate": 0.05, "num_leaves": 31, "min_data_in_leaf": 100}
    quiet = {"feature_fraction": 0.7, "num_threads": 1, "verbose": -1, "seed": 0}
    model = lightgbm.train(settings | quiet, lightgbm.Dataset(earlier.features, again), 200)
    now = pairs_of(at.known, WINDOW, 90.0)
    scores = np.full(at.known.shape, -np.inf)
    scores[now.account, now.item] = model.predict(now.features)
    return scores[at.who_due]


def main() -> None:
    """Run the four origins and keep the table."""
    if path() is None:
        print("The two-year ledger is not here: set VITALFEW_DATA to the folder that holds it.")
        return
    whole = ledger()
    found: dict[str, Found] = {"ours": Found()}
    told: dict[str, list[float]] = {}
    cuts = [origin(whole, day) for day in ORIGINS]
    for at in cuts:
        ours(at, found["ours"], told)
        before = origin(whole.until(at.known.as_of), at.day - timedelta(days=WINDOW))
        for name, scorer in peers(at, before).items():
            start = time.process_time()
            scores = scorer(at.known, at.who_due)
            _enter(found.setdefault(name, Found()), scores, at, time.process_time() - start)
            found[name].basket.append(_basket(scorer, at))
        start = time.process_time()
        scores = rhythm(at)
        _enter(found.setdefault(RHYTHM, Found()), scores[at.who_due], at, time.process_time() - start)
        told.setdefault("rhythm", []).append(_brier(scores, at))
        start = time.process_time()
        if (scores := boosted(at)) is not None:
            _enter(found.setdefault("LightGBM", Found()), scores, at, time.process_time() - start)
    keep(_table(cuts, found, told), data=[path()], packages=("lightgbm",), seed=0)


def _enter(found: Found, scores: Floats, at: Origin, cpu: float) -> None:
    recall, ndcg = _due(scores, at)
    found.recall.append(recall)
    found.ndcg.append(ndcg)
    found.cpu += cpu


def _brier(chance: Floats, at: Origin) -> float:
    """Of all pairs bought before."""
    account, item = np.nonzero(at.known.counts().toarray())
    bought = np.asarray(at.due[account, item]).ravel() > 0
    return float(np.mean((chance[account, item] - bought) ** 2))


def _basket(scorer: Scorer, at: Origin) -> Floats:
    return quality(best(scorer(at.known, at.who)), csr_array(at.due + at.new)[at.who]).recall


def _table(cuts: list[Origin], found: dict[str, Found], told: dict[str, list[float]]) -> Table:
    who = [at.number[at.who_due] for at in cuts]
    recall = {name: means(one.recall, who) for name, one in found.items()}
    rows = [
        _row("due, mean of four origins", "recall@10", recall, line=LINE),
        _row("due, mean of four origins", "NDCG@10", {name: means(one.ndcg, who) for name, one in found.items()}),
    ]
    for number, at in enumerate(cuts):
        one = {name: means([some.recall[number]], [who[number]]) for name, some in found.items()}
        row = _row(f"due, {at.day}", "recall@10", one, line=one["P-Top (plain counts)"].value - SLACK)
        rows.append(replace(row, note=f"{at.who_due.size} accounts; the line is plain counts less {SLACK}"))
    basket = {name: means(one.basket, [at.number[at.who] for at in cuts]) for name, one in found.items() if one.basket}
    rows.append(_row("whole basket, mean of four", "recall@10", basket))
    cpu = {name: Peer(one.cpu) for name, one in found.items() if name != "ours"}
    rows.append(Row("due, four origins", "CPU s, fit and rank", found["ours"].cpu, "low", peers=cpu))
    rows += [
        Row(
            "chance of all pairs",
            "Brier score",
            float(np.mean(told["brier"])),
            "low",
            peers={"base rate": Peer(float(np.mean(told["base"]))), RHYTHM: Peer(float(np.mean(told["rhythm"])))},
        ),
        Row(
            "chance of all pairs",
            "promised ÷ bought",
            float(np.mean(told["promised"])),
            "near",
            note=_each(told["promised"]),
        ),
        Row(
            "chance of all pairs", "slope of log-odds", float(np.mean(told["slope"])), "near", note=_each(told["slope"])
        ),
    ]
    return Table("due_items", "A5 What is due", " ".join((__doc__ or "").split("\n\n", 1)[1].split()), rows)


def _row(case: str, metric: str, columns: dict[str, Means], line: float | None = None) -> Row:
    mine = columns["ours"]
    others = {name: Peer(one.value, mine.se_against(one)) for name, one in columns.items() if name != "ours"}
    return Row(case, metric, mine.value, "high", line, mine.se, peers=others)


def _each(values: list[float]) -> str:
    return "at the origins " + ", ".join(f"{value:.2f}" for value in values)


if __name__ == "__main__":
    main()
