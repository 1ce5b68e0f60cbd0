"""Look-alikes: who of the prospects would be among the best, learnt from the firm's own accounts (table A9).

Data: the demo firm, eight firms from the seeds 2026 to 2033 of 2,000 customers and three years each, with what each of
its 300 prospects would truly bring in a year; and a public CRM export with 85 accounts.
Cut: accounts are the firm's customers that stand in its ledger; the best are the top 20 % by net of the last twelve
months. Prospects have industry, size, country and town and no ledger at all; those in the top 20 % by true expected
revenue are to be found. In the CRM the best are the top 20 % by value won and every score is held out in five folds (mean of six deals).
Protocol: every method reads the same columns of the same accounts; the bootstrap draws the judged firms again, all
methods alike. The oracle knows how the demo world draws revenue given industry and size: nobody can do better.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from benchmarks.tables import Peer, Row, Table, keep
from tests.reference.data import folder
from vitalfew.analytics import lookalike
from vitalfew.analytics.lookalike.folds import deal
from vitalfew.analytics.lookalike.ranking import Ranked, ranked
from vitalfew.analytics.lookalike.target import families
from vitalfew.demo.cast.accounts import draw_accounts
from vitalfew.demo.cast.customers import make_customers
from vitalfew.demo.cast.prospects import make_prospects, pull
from vitalfew.demo.firm import Firm, make_firm
from vitalfew.demo.scene.segments import INDUSTRIES, SIZES

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Score = Callable[["Task"], Floats]

UNTIL = date(2026, 11, 1)
SEEDS = range(2026, 2034)
DEMO = lookalike.Columns(categories=("industry", "country", "town"), orders={"size": SIZES})
CRM = lookalike.Columns(categories=("sector", "office_location"), numbers=("year_established", "revenue", "employees"))
DRAWS = 400
DEALS = 6
LINES = {"AUC": 0.83, "lift at 20 %": 3.0, "average precision": None}
FIGURES: dict[str, Callable[[Ranked], Floats]] = {
    "AUC": Ranked.auc,
    "lift at 20 %": partial(Ranked.lift, share=0.2),
    "average precision": Ranked.precision,
}


@dataclass(frozen=True, slots=True)
class Task:
    """Accounts with their best marked, and firms to be judged whose `wanted` is held back from every method."""

    columns: lookalike.Columns
    accounts: pa.Table
    best: Bools
    judged: pa.Table
    wanted: Bools


def accounts_of(firm: Firm) -> tuple[pa.Table, Floats]:
    """The customers that stand in the ledger, and the net of each in the last twelve months, in pounds."""
    last = firm.window.last
    since = date(last.year - 1, last.month, last.day)
    named = firm.lines.filter(pc.is_valid(firm.lines["Customer"]))
    recent = pc.if_else(pc.greater(named["Invoice Date"], pa.scalar(since)), named["Net Amount"], None)
    net = named.append_column("recent", recent).group_by("Customer").aggregate([("recent", "sum")])
    joined = firm.customers.join(net, "id", "Customer", "inner").sort_by("id")
    return joined, pc.fill_null(pc.cast(joined["recent_sum"], pa.float64()), 0.0).to_numpy()


def demo_task(firm: Firm, *, few: int = 0) -> Task:
    """Accounts and prospects of a demo firm; `few` takes that many of its accounts instead of all."""
    accounts, net = accounts_of(firm)
    if few:
        some = np.sort(np.random.default_rng(few).permutation(net.size)[:few])
        accounts, net = accounts.take(some), net[some]
    worth = worth_of(firm)
    return Task(
        DEMO, accounts, lookalike.best_by_value(value=net), firm.prospects, lookalike.best_by_value(value=worth)
    )


def worth_of(firm: Firm) -> Floats:
    """What each prospect would truly bring in a year, in pounds."""
    return firm.truth.tables["prospects"]["expected_yearly_revenue"].to_numpy()


def oracle(firm: Firm, *, drawn: int = 200_000) -> Floats:
    """The true chance of each prospect's industry and size to be in the top 20 %: what nobody can know better."""
    seed = int(str(firm.truth["seed"]))
    listed = make_customers(seed=seed, buyers=int(str(firm.truth["buyers"])))
    accounts = make_prospects(seed=seed, customers=listed, window=firm.window).accounts
    ratio = np.ones(len(INDUSTRIES))
    ratio[accounts.industry] = worth_of(firm) / pull(accounts)
    rng = np.random.default_rng(seed)
    rows = rng.integers(accounts.count, size=drawn)
    many = draw_accounts(
        seed=seed, topic="oracle", industry=accounts.industry[rows], size=accounts.size[rows], window=firm.window
    )
    worth = ratio[many.industry] * pull(many)
    cell, top = many.industry * len(SIZES) + many.size, worth >= np.quantile(worth, 0.8)
    chance = np.bincount(cell, top) / np.maximum(np.bincount(cell), 1)
    # Equals stand by lot: a tie would cost it average precision that no other method pays.
    return chance[accounts.industry * len(SIZES) + accounts.size] + 1e-9 * rng.random(accounts.count)


def ours(task: Task) -> Floats:
    model = lookalike.fit_lookalike(frame=task.accounts, columns=task.columns, best=task.best)
    return model.score(frame=task.judged).chance


def gower(task: Task) -> Floats:
    """Share of the best among the 20 nearest accounts, all columns alike: the usual neighbours."""
    encoder = lookalike.fit_encoder(frame=task.accounts, columns=task.columns)
    return lookalike.share_of_best(
        encoder=encoder, accounts=task.accounts, best=task.best, prospects=task.judged, count=20
    )


def centroid(task: Task) -> Floats:
    """Cosine with the mean of the best: the look-alike score of many tools."""
    learn, judge = _plain(task)
    middle = learn[task.best].mean(axis=0)
    return judge @ middle / np.maximum(np.linalg.norm(judge, axis=1) * np.linalg.norm(middle), 1e-12)


def logistic(task: Task) -> Floats:
    """scikit-learn's ridge logistic regression, the penalty chosen by log loss in five folds."""
    from sklearn.linear_model import LogisticRegressionCV  # a peer

    learn, judge = _plain(task)
    model = LogisticRegressionCV(
        Cs=10, cv=5, scoring="neg_log_loss", max_iter=2000, l1_ratios=(0,), use_legacy_attributes=False
    )
    return model.fit(learn, task.best).predict_proba(judge)[:, 1]


def trees(task: Task) -> Floats:
    """LightGBM: 200 small trees, words as categories, steps of an order as numbers; made to work on small books too."""
    from lightgbm import LGBMClassifier  # a peer

    learn, judge = _coded(task)
    model = LGBMClassifier(
        n_estimators=200,
        learning_rate=0.03,
        num_leaves=8,
        min_child_samples=10,
        min_data_per_group=10,
        verbosity=-1,
        n_jobs=1,
        seed=1,
    )
    model.fit(learn, task.best, categorical_feature=list(range(len(task.columns.categories))))
    return model.booster_.predict(judge)


PEERS: dict[str, Score] = {"centroid cosine": centroid, "kNN (Gower, 20)": gower}
BOUGHT: dict[str, Score] = {"scikit-learn logistic": logistic, "LightGBM": trees}


def peers() -> dict[str, Score]:
    """The peers that are installed."""
    found = dict(PEERS)
    for (name, score), package in zip(BOUGHT.items(), ("sklearn", "lightgbm"), strict=True):
        if find_spec(package):
            found[name] = score
        else:
            print(f"{name} is not installed: its column is left out.")
    return found


def _coded(task: Task) -> tuple[Floats, Floats]:
    """Words as numbers (-1: no account has it), those with an order by their order, and quantities as they are."""
    words, learn, judge = (*task.columns.categories, *task.columns.orders), [], []
    for name in words:
        known = task.columns.orders.get(name) or sorted(set(task.accounts[name].to_pylist()) - {None})
        place = {word: number for number, word in enumerate(known)}
        for table, columns in ((task.accounts, learn), (task.judged, judge)):
            columns.append([place.get(word, -1) for word in table[name].to_pylist()])
    for name in task.columns.numbers:
        for table, columns in ((task.accounts, learn), (task.judged, judge)):
            columns.append(table[name].to_numpy())
    return np.array(learn, dtype=np.float64).T, np.array(judge, dtype=np.float64).T


def _plain(task: Task) -> tuple[Floats, Floats]:
    """What a notebook does: a column of 0 and 1 for each word, quantities less their mean over their deviation."""
    learn, judge = _coded(task)
    words, parts = len(task.columns.categories) + len(task.columns.orders), []
    for place in range(learn.shape[1]):
        values = np.arange(learn[:, place].max() + 1) if place < words else None
        centre, scale = learn[:, place].mean(), learn[:, place].std()
        parts.append(
            [
                (side[:, place] - centre)[:, np.newaxis] / scale
                if values is None
                else (side[:, [place]] == values).astype(np.float64)
                for side in (learn, judge)
            ]
        )
    return np.hstack([part[0] for part in parts]), np.hstack([part[1] for part in parts])


def rows(
    case: str, judged: Sequence[tuple[Mapping[str, Floats], Bools]], note: str, *, lines: bool, same: bool = False
) -> list[Row]:
    """A row for each figure, the mean over the books `judged`: scores by method, "ours" first, and what was wanted.

    The bootstrap draws the firms of each book by themselves, or with `same` alike in all of them.
    """
    drawn = [
        np.random.default_rng(0 if same else number).multinomial(
            wanted.size, np.full(wanted.size, 1 / wanted.size), size=DRAWS
        )
        for number, (_, wanted) in enumerate(judged)
    ]
    found = []
    for metric, figure in FIGURES.items():
        value, spread = {}, {}
        for name in judged[0][0]:
            pairs = [
                [
                    figure(ranked(chance=scores[name], best=wanted, weight=weight))
                    for weight in (_once(wanted), drawn[n])
                ]
                for n, (scores, wanted) in enumerate(judged)
            ]
            value[name] = float(np.mean([pair[0][0] for pair in pairs]))
            spread[name] = np.mean([pair[1] for pair in pairs], axis=0)
        low, high = np.quantile(spread["ours"], (0.05, 0.95))
        found.append(
            Row(
                case,
                metric,
                value["ours"],
                "high",
                LINES[metric] if lines else None,
                float(spread["ours"].std()),
                peers={
                    name: Peer(value[name], float((spread["ours"] - spread[name]).std()))
                    for name in value
                    if name != "ours"
                },
                note=f"90 % interval {low:.3g} to {high:.3g}; {note}",
            )
        )
    return found


def _once(wanted: Bools) -> Floats:
    return np.ones((1, wanted.size))


def demo_rows(firms: Sequence[Firm], scores: Mapping[str, Score], case: str, note: str, *, few: int = 0) -> list[Row]:
    """Rows of the demo firms, one book each; with the oracle among the peers."""
    judged = []
    for firm in firms:
        task = demo_task(firm, few=few)
        judged.append(
            ({name: score(task) for name, score in scores.items()} | {"oracle, the ceiling": oracle(firm)}, task.wanted)
        )
    return rows(case, judged, note, lines=not few)


def held_out_rows(firms: Sequence[Firm], scores: Mapping[str, Score]) -> list[Row]:
    """Whether chances are right: accounts of the demo firms judged by a model that has not seen their fold."""
    losses: dict[str, list[Floats]] = {name: [] for name in ("ours", *BOUGHT) if name in scores}
    errors, slopes = [], []
    for firm in firms:
        accounts, net = accounts_of(firm)
        best = lookalike.best_by_value(value=net)
        chances = folded(Task(DEMO, accounts, best, accounts, best), scores, list(losses), "parent")
        for name, chance in chances.items():
            losses[name].append(-np.log(np.where(best, chance, 1 - chance)))
        tried = lookalike.estimate_lift(frame=accounts, columns=DEMO, best=best, family="parent", draws=1)
        errors.append(tried.error)
        slopes.append(tried.slope)
    flat = {name: np.concatenate(parts) for name, parts in losses.items()}
    apart = {name: (flat["ours"] - loss).std() / np.sqrt(loss.size) for name, loss in flat.items()}
    case = f"{len(firms)} demo firms, accounts held out"
    told = {name: Peer(float(loss.mean()), float(apart[name])) for name, loss in flat.items() if name != "ours"}
    return [
        Row(
            case,
            "log loss",
            float(flat["ours"].mean()),
            se=float(flat["ours"].std() / np.sqrt(flat["ours"].size)),
            peers=told,
        ),
        Row(
            case, "calibration error, five bands", float(np.mean(errors)), note="promised less happened, mean of bands"
        ),
        Row(case, "calibration slope", float(np.mean(slopes)), "near", note="1 is right, below 1 too bold"),
    ]


def folded(
    task: Task, scores: Mapping[str, Score], names: Sequence[str], family: str, *, seed: int = 0
) -> dict[str, Floats]:
    """Scores of the accounts, each by methods that have not seen its fold; sisters stand in one fold."""
    kin = families(source=task.accounts, family=family)
    fold = deal(matrix=np.arange(kin.size)[:, np.newaxis], best=task.best, family=kin, seed=seed)
    found = {name: np.empty(fold.size) for name in names}
    for one in range(5):
        out = fold == one
        part = Task(
            task.columns, task.accounts.filter(~out), task.best[~out], task.accounts.filter(out), task.best[out]
        )
        for name in names:
            found[name][out] = scores[name](part)
    return found


def crm_rows(path: Path, scores: Mapping[str, Score]) -> list[Row]:
    """The CRM export: 85 accounts, best by value won, each held out once in each of six deals."""
    accounts = csv.read_csv(path / "accounts.csv").sort_by("account")
    deals = csv.read_csv(path / "sales_pipeline.csv")
    won = deals.filter(pc.equal(deals["deal_stage"], "Won")).group_by("account").aggregate([("close_value", "sum")])
    joined = accounts.join(won, "account", join_type="left outer").sort_by("account")
    best = lookalike.best_by_value(value=pc.fill_null(joined["close_value_sum"], 0))
    family = pc.if_else(pc.equal(joined["subsidiary_of"], ""), joined["account"], joined["subsidiary_of"])
    task = Task(CRM, joined.append_column("family", family), best, joined, best)
    judged = [(folded(task, scores, list(scores), "family", seed=seed), best) for seed in range(DEALS)]
    return rows("CRM export, 85 accounts", judged, "far too few to tell", lines=False, same=True)


def cost_row(firms: Sequence[Firm], scores: Mapping[str, Score]) -> Row:
    """CPU seconds to learn from one firm's accounts and to score its prospects, the middle of the firms."""
    seconds: dict[str, list[float]] = {name: [] for name in scores}
    for firm in firms:
        task = demo_task(firm)
        for name, score in scores.items():
            start = time.process_time()
            score(task)
            seconds[name].append(time.process_time() - start)
    middle = {name: float(np.median(values)) for name, values in seconds.items()}
    told = {name: Peer(value) for name, value in middle.items() if name != "ours"}
    return Row("2,000 accounts, 300 prospects", "CPU s, fit and score", middle["ours"], peers=told)


def main() -> None:
    """Print the table and keep it."""
    scores = {"ours": ours, **peers()}
    firms = [make_firm(seed=seed, customers=2000, until=UNTIL) for seed in SEEDS]
    found = [
        *demo_rows(firms[:1], scores, "demo firm, 300 prospects", "the line was drawn on another ledger"),
        *demo_rows(firms, scores, "8 demo firms, 2,400 prospects", "the line was drawn on another ledger"),
        *demo_rows(firms, scores, "the same, 150 accounts known", "30 of them best", few=150),
        *held_out_rows(firms, scores),
        cost_row(firms, scores),
    ]
    crm = folder("maven_crm")
    if crm is None:
        print("The CRM export is not here: its rows are left out.")
    else:
        found += crm_rows(crm, scores)
    about = " ".join((__doc__ or "").split("\n\n", 1)[1].split())
    keep(
        Table("lookalike", "A9 Look-alikes: prospects like the best accounts", about, found),
        data=[] if crm is None else [crm / "accounts.csv", crm / "sales_pipeline.csv"],
        packages=("scikit-learn", "lightgbm"),
        seed=SEEDS[0],
    )


if __name__ == "__main__":
    main()
