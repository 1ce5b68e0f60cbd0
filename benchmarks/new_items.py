"""A6, what is new: items never bought before, ranked for the coming twelve weeks.

Data: the two-year ledger of a gift wholesaler at four cuts (benchmarks/next_basket/origins.py). Nothing after a cut is
used for it: our weights are learnt from the twelve weeks before it; tuned ALS, plain EASE and its blend with the nearest
accounts take the best of a grid on those same twelve weeks. Recall@10 = hits ÷ min(10, wanted) among items never bought
before; coverage: share of all items in at least one list. CPU of the four origins together, fit and lists, single
thread, without the search for parameters. Errors: 1,000 bootstrap draws of whole customers. The form of
our ranking (features, half-lives) was settled on three other cuts of this ledger and looked at on these four. Whitespace: categories are
the last word of an item's description, where at least eight items share it.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.next_basket import ease_speed, item_models
from benchmarks.next_basket.origins import ORIGINS, WINDOW, Origin, ledger, origin, path
from benchmarks.next_basket.scores import Means, best, coverage, listed, means, quality
from benchmarks.tables import Peer, Row, Table, keep
from vitalfew.analytics.recommend import (
    NewModel,
    Purchases,
    fit_ease,
    fit_new,
    measure_whitespace,
    recommend_new,
)
from vitalfew.analytics.recommend.chance import fit_chance

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Lists = Callable[[Purchases, Ints], Ints]
LINE, FASTEST = 0.10, 1.0


@dataclass(slots=True)
class Found:
    """What one method reached at the origins so far, in their order."""

    lists: list[Ints] = field(default_factory=list)
    recall: list[Floats] = field(default_factory=list)
    hit: list[Floats] = field(default_factory=list)
    cpu: float = 0.0

    def enter(self, lists: Ints, at: Origin, cpu: float) -> None:
        got = quality(lists, at.new[at.who_new])
        self.lists.append(lists)
        self.recall.append(got.recall)
        self.hit.append(got.hit)
        self.cpu += cpu


def unowned(scorer: Callable[[Purchases, Ints], Floats]) -> Lists:
    """A scorer's ten best items that the account does not own."""

    def lists(known: Purchases, who: Ints) -> Ints:
        return best(np.where(known.counts()[who].toarray() > 0, -np.inf, scorer(known, who)))

    return lists


def chosen(grid: tuple[object, ...], lists: Callable[[object], Lists], at: Origin) -> object:
    """The setting of the grid that did best in the twelve weeks before the cut."""
    reached = [quality(lists(some)(at.known, at.who_new), at.new[at.who_new]).recall.mean() for some in grid]
    return grid[int(np.argmax(reached))]


def peers(before: Origin) -> dict[str, Lists]:
    """Every peer, tuned on the twelve weeks before the cut where it has something to tune."""
    ridge = chosen((100.0, 300.0, 1000.0), _plain, before)
    share = chosen((0.1, 0.3, 0.5), _blend, before)
    found: dict[str, Lists] = {
        "popularity": unowned(item_models.popularity),
        "popularity, 28 days": unowned(item_models.popularity_lately),
        "user-kNN, recent": unowned(item_models.user_knn),
        "plain EASE": _plain(ridge),
        "plain EASE + user-kNN": _blend(share),
        "decayed EASE alone": unowned(_decayed_ease),
    }
    implicit = item_models.installed()
    if implicit:
        tuned = chosen(item_models.ALS_GRID, _als, before)
        implicit["ALS, tuned"] = _als(tuned)
        print(f"{before.day}: ridge {ridge}, share {share}, {tuned}")
    return found | implicit


def _plain(ridge: object) -> Lists:
    return unowned(lambda known, who: item_models.plain_ease(known, who, ridge=ridge))


def _blend(share: object) -> Lists:
    return unowned(lambda known, who: item_models.blended(known, who, share=share))


def _als(settings: object) -> Lists:
    return lambda known, who: item_models.als(known, who, settings=settings)


def _decayed_ease(known: Purchases, who: Ints) -> Floats:
    return fit_ease(purchases=known).scores(known.counts(half_life=180, at_most=1)[who])


def ours(at: Origin, found: Found) -> NewModel:
    start = time.process_time()
    model = fit_new(purchases=at.known)
    new = recommend_new(model=model, accounts=at.who_new)
    cpu = time.process_time() - start
    found.enter(listed(new.account, new.item, new.rank, at.who_new), at, cpu)
    return model


def calibration(model: NewModel, at: Origin) -> dict[str, float]:
    """Of each account's ten best, and of all items new to it: promised ÷ bought; of the ten best also Brier and slope."""
    new = recommend_new(model=model)
    bought = np.asarray(at.new[new.account, new.item]).ravel() > 0
    logit = np.log(new.chance / (1 - new.chance))[:, None]
    every = 0.0
    for part in model.view.slabs(np.arange(at.known.shape[0])):
        score = model.view.log_odds(model.chance, part, model.view.pull(part)).astype(np.float64)
        every += float((1 / (1 + np.exp(-score)))[model.terms.open(model.view, part)].sum())
    return {
        "promised": float(new.chance.sum() / bought.sum()),
        "brier": float(np.mean((new.chance - bought) ** 2)),
        "base": float(bought.mean() * (1 - bought.mean())),
        "slope": float(fit_chance(features=logit, bought=bought).weight[0]),
        "all": every / at.new.nnz,
    }


def whitespace(at: Origin) -> dict[str, float]:
    """Share of gaps that were closed in the window, and of the other categories the account did not buy."""
    category = _words(at)
    found = measure_whitespace(purchases=at.known, category=category)
    names = {name: code for code, name in enumerate(found.category_name.to_pylist())}
    member = [(item, names[word]) for item, word in enumerate(category) if word is not None]
    row, column = np.array(member).T
    came = csr_array((np.ones(row.size), (row, column)), shape=(len(category), len(names)))
    bought = ((at.due + at.new) @ came)[at.who].toarray() > 0
    gap, other = found.gap[at.who], ~found.buys[at.who] & ~found.gap[at.who]
    return {"gap": float(bought[gap].mean()), "other": float(bought[other].mean()), "count": int(found.gap.sum())}


def _words(at: Origin) -> list[str | None]:
    with duckdb.connect() as connection:
        told = connection.sql(
            f"""SELECT StockCode, mode(Description) FROM read_parquet('{path()}')
                WHERE Description IS NOT NULL GROUP BY StockCode"""
        ).fetchall()
    last = {code: words[-1] for code, text in told if (words := re.findall(r"[A-Z]{3,}", text.upper()))}
    given = [last.get(code) for code in at.known.item_name.to_pylist()]
    often = Counter(given)
    return [word if word and often[word] >= 8 else None for word in given]


def halves(at: Origin) -> dict[str, Floats]:
    """EASE alone where the matrix may hold only half of the accounts, beside a matrix of half the items.

    In the second the other items are ranked by the nearest accounts, brought to the same mean.
    """
    most, items = at.known.shape[0] // 2, at.known.shape[1] // 2
    counts = at.known.counts(half_life=180, at_most=1)
    light = fit_ease(purchases=at.known, most=min(most, at.known.shape[1] - 1)).scores(counts[at.who_new])
    heavy = np.sort(np.argsort(-at.known.owners()[1], kind="stable")[:items])
    place = np.full(at.known.shape[1], -1)
    place[heavy] = np.arange(heavy.size)
    kept = place[at.known.item] >= 0
    dense = fit_ease(purchases=_of(at.known, kept, place, heavy), regularisation=300.0)
    mixed = item_models.user_knn(at.known, at.who_new, half_life=180.0)
    own = dense.scores(counts[:, heavy][at.who_new])
    mixed *= own.mean() / mixed[:, heavy].mean()
    mixed[:, heavy] = own
    owned = at.known.counts()[at.who_new].toarray() > 0
    wanted = at.new[at.who_new]
    return {
        "accounts": quality(best(np.where(owned, -np.inf, light)), wanted).recall,
        "items": quality(best(np.where(owned, -np.inf, mixed)), wanted).recall,
    }


def _of(known: Purchases, kept: NDArray[np.bool_], place: Ints, items: Ints) -> Purchases:
    names = known.item_name.take(pa.array(items))
    codes = known.account[kept], place[known.item[kept]], known.day[kept]
    return Purchases(*codes, known.account_name, names, known.since, known.as_of)


def speed() -> Row:
    """EASE over 5,000 items in one thread, beside ALS on the same purchases; the line is a second for each core."""
    found, cores = ease_speed.measured(), os.cpu_count() or 1
    others = {"ALS": Peer(found["als"])} if "als" in found else {}
    rate = ease_speed.ITEMS**3 / found["cpu"] / 1e9
    told = f"{found['pairs']:,} pairs; {rate:.0f} GFLOP/s with the sparse product in it; the line is {FASTEST:g} s for each of {cores} cores"
    return Row("EASE, 5,000 items", "CPU s, one thread", found["cpu"], "low", FASTEST * cores, peers=others, note=told)


def main() -> None:
    """Run the four origins and keep the table."""
    if path() is None:
        print("The two-year ledger is not here: set VITALFEW_DATA to the folder that holds it.")
        return
    whole = ledger()
    found: dict[str, Found] = {"ours": Found()}
    told: dict[str, list[float]] = {}
    half: dict[str, list[Floats]] = {}
    cuts = [origin(whole, day) for day in ORIGINS]
    for at in cuts:
        model = ours(at, found["ours"])
        before = origin(whole.until(at.known.as_of), at.day - timedelta(days=WINDOW))
        for name, lists in peers(before).items():
            start = time.process_time()
            made = lists(at.known, at.who_new)
            found.setdefault(name, Found()).enter(made, at, time.process_time() - start)
        for name, value in (calibration(model, at) | whitespace(at)).items():
            told.setdefault(name, []).append(value)
        for name, values in halves(at).items():
            half.setdefault(name, []).append(values)
    keep(_table(cuts, found, told, half), data=[path()], packages=("implicit",), seed=0)


def _table(
    cuts: list[Origin], found: dict[str, Found], told: dict[str, list[float]], half: dict[str, list[Floats]]
) -> Table:
    who = [at.number[at.who_new] for at in cuts]
    items = [at.known.shape[1] for at in cuts]
    rows = [
        _row(
            "new, mean of four origins",
            "recall@10",
            {name: means(one.recall, who) for name, one in found.items()},
            LINE,
        ),
        _row("new, mean of four origins", "hit rate@10", {name: means(one.hit, who) for name, one in found.items()}),
    ]
    for number, at in enumerate(cuts):
        one = {name: means([some.recall[number]], [who[number]]) for name, some in found.items()}
        rows.append(replace(_row(f"new, {at.day}", "recall@10", one), note=f"{at.who_new.size} accounts"))
    shown = {name: coverage(one.lists, items) for name, one in found.items()}
    rows.append(_plain_row("new, mean of four origins", "catalogue coverage", shown, "high"))
    rows.append(
        _plain_row("new, four origins", "CPU s, fit and lists", {name: one.cpu for name, one in found.items()}, "low")
    )
    alone = {"ours": means(half["accounts"], who), "half the items, kNN for the rest": means(half["items"], who)}
    alone["whole matrix"] = means(found["decayed EASE alone"].recall, who)
    rows.append(
        replace(_row("EASE alone, half a matrix", "recall@10", alone), note="the half of the accounts with most items")
    )
    rows += [
        Row(
            "chance of the ten best",
            "Brier score",
            _mean(told["brier"]),
            "low",
            peers={"base rate": Peer(_mean(told["base"]))},
        ),
        Row(
            "chance of the ten best", "promised ÷ bought", _mean(told["promised"]), "near", note=_each(told["promised"])
        ),
        Row("chance of the ten best", "slope of log-odds", _mean(told["slope"]), "near", note=_each(told["slope"])),
        Row("chance of all new items", "promised ÷ bought", _mean(told["all"]), "near", note=_each(told["all"])),
        Row(
            "whitespace",
            "bought within 12 weeks",
            _mean(told["gap"]),
            "high",
            peers={"other categories not bought": Peer(_mean(told["other"]))},
            note=f"{np.mean(told['count']):,.0f} gaps; "
            + _each([a / b for a, b in zip(told["gap"], told["other"], strict=True)], "times as often"),
        ),
        speed(),
    ]
    return Table("new_items", "A6 What is new", " ".join((__doc__ or "").split("\n\n", 1)[1].split()), rows)


def _row(case: str, metric: str, columns: dict[str, Means], line: float | None = None) -> Row:
    mine = columns["ours"]
    others = {name: Peer(one.value, mine.se_against(one)) for name, one in columns.items() if name != "ours"}
    return Row(case, metric, mine.value, "high", line, mine.se, peers=others)


def _plain_row(case: str, metric: str, columns: dict[str, float], better: str) -> Row:
    return Row(
        case, metric, columns["ours"], better, peers={name: Peer(x) for name, x in columns.items() if name != "ours"}
    )


def _mean(values: list[float]) -> float:
    return float(np.mean(values))


def _each(values: list[float], what: str = "") -> str:
    return "at the origins " + ", ".join(f"{value:.2f}" for value in values) + f" {what}".rstrip()


if __name__ == "__main__":
    main()
