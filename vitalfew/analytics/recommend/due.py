"""What is due: the items an account has bought before, by the chance that it buys them again within the window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.recommend.chance import Chance, fit_chance
from vitalfew.analytics.recommend.demand import demand, knows_season
from vitalfew.analytics.recommend.excluded import Excluded
from vitalfew.analytics.recommend.history import Purchases
from vitalfew.analytics.refusals import above_zero, finite

WINDOW = 84
HALF_LIFE = 90.0
# Fewer repeats than these in the earlier window teach no weights; what a gift wholesaler's two years taught then ranks.
ENOUGH_REPEATS = 100
# So many pairs, evenly spread over accounts and items, teach as much as all of them.
_MOST_PAIRS = 400_000
_USUAL = Chance(0.0, np.array([0.45, 0.65, 0.5, -0.25, -0.2, 0.85, 0.2, 0.1, 0.05, 0.05]))


@dataclass(frozen=True, slots=True)
class DueModel:
    """How past purchases speak for a repeat within `window` days.

    `missing` says why this could not be learnt from the ledger, or is empty; `seasonal` whether the ledger reaches
    back far enough to know last year's turn of the season.
    """

    chance: Chance
    window: int
    half_life: float
    missing: str
    seasonal: bool


@dataclass(frozen=True, slots=True)
class DueRanking:
    """Items due, the likeliest first for each account; arrays of shape (rows,), codes point into the purchases.

    `chance` to buy the item within the model's window, None where the model could not be learnt; `score` orders.
    `times` days on which it was bought, `last` days since the latest, `gap` mean days between two, -1 after one.
    """

    account: Ints
    item: Ints
    rank: Ints
    score: Floats
    chance: Floats | None
    times: Ints
    last: Ints
    gap: Floats


@dataclass(frozen=True, slots=True)
class Pairs:
    """One row for each account and item it has bought, in the order of the purchases."""

    account: Ints
    item: Ints
    times: Ints
    first: Ints
    last: Ints
    features: Floats


def fit_due(*, purchases: Purchases, window: int = WINDOW, half_life: float = HALF_LIFE) -> DueModel:
    """Learn from the last `window` days which of the items bought before them were bought again.

    What speaks for a repeat: the pair's decayed and plain counts, demand for the item lately and in season, and the
    account's rhythm. How loud each speaks is learnt by logistic regression, so no weight has to be chosen;
    at most 400,000 pairs, evenly spread, teach.
    Raises BelowZero or NotFinite for a window or half-life that is none.
    Source: docs/measures/due_ranking.md; the decayed count after Hu and others 2020 (TIFU-KNN).
    """
    numbers = np.array([window, half_life], dtype=np.float64)
    finite(window_and_half_life=numbers)
    above_zero(window_and_half_life=numbers)
    chance, missing = _learnt(purchases, window, half_life)
    return DueModel(chance, window, half_life, missing, knows_season(purchases))


def rank_due(
    *,
    model: DueModel,
    purchases: Purchases,
    accounts: Ints | None = None,
    count: int | None = 10,
    excluded: Excluded | None = None,
) -> DueRanking:
    """For each of `accounts` (codes; default all) the `count` likeliest repeats; None lists all it has bought."""
    asked = purchases.chosen(accounts)
    pairs = pairs_of(purchases, model.window, model.half_life)
    kept = np.isin(pairs.account, asked)
    if excluded is not None:
        kept &= ~excluded.hits(pairs.account, pairs.item)
    score = model.chance.start + pairs.features @ model.chance.weight
    order = np.flatnonzero(kept)
    order = order[np.lexsort((pairs.item[order], -score[order], pairs.account[order]))]
    rank = ranks(pairs.account[order])
    if count is not None:
        order, rank = order[rank <= count], rank[rank <= count]
    times, last = pairs.times[order], pairs.last[order]
    gap = np.where(times > 1, (pairs.first[order] - last) / np.maximum(times - 1, 1), -1.0)
    chance = None if model.missing else expit(score[order])
    return DueRanking(pairs.account[order], pairs.item[order], rank, score[order], chance, times, last, gap)


def _learnt(purchases: Purchases, window: int, half_life: float) -> tuple[Chance, str]:
    """How what was known before the last window spoke for what was bought again in it; or what lacks to learn that."""
    if purchases.history < 2 * window:
        return _USUAL, f"{2 * window} days of history are needed and there are {purchases.history}"
    start = purchases.as_of - window
    pairs, later = pairs_of(purchases.until(start), window, half_life), purchases.after(start)
    bought = np.isin(_key(pairs.account, pairs.item, purchases), _key(later.account, later.item, purchases))
    if bought.sum() < ENOUGH_REPEATS:
        needed = f"{ENOUGH_REPEATS} repeat purchases within the last {window} days"
        return _USUAL, f"{needed} are needed and there are {bought.sum()}"
    step = -(-bought.size // _MOST_PAIRS)
    return fit_chance(features=pairs.features[::step], bought=bought[::step]), ""


def ranks(account: Ints) -> Ints:
    """1, 2, 3 … within each run of the same account."""
    start = np.flatnonzero(np.r_[True, np.diff(account) != 0][: account.size])
    return np.arange(account.size) - np.repeat(start, np.diff(np.r_[start, account.size])) + 1


def pairs_of(known: Purchases, window: int, half_life: float) -> Pairs:
    start = known.starts()
    stop = np.r_[start[1:], known.day.size][: start.size] - 1
    account, item, times = known.account[start], known.item[start], stop - start + 1
    wanted, (orders, lively, since) = demand(known, window=window), known.rhythm(half_life=half_life)
    held = known.owners()[0]
    features = np.column_stack(
        [
            np.log(known.decayed(half_life) + 0.05),
            np.log(times / known.history),
            wanted.lately[item],
            wanted.ever[item],
            wanted.quiet[item],
            wanted.again[item],
            np.log(lively[account] + 0.01),
            np.log(orders[account]),
            np.log(since[account] + 3),
            np.log(held[account]),
        ]
    )
    # A season lifts all items and accounts at once and says nothing of the next window: only differences speak.
    if start.size:
        features[:, 2:] -= features[:, 2:].mean(axis=0)
    return Pairs(account, item, times, known.age[start], known.age[stop], features)


def _key(account: Ints, item: Ints, known: Purchases) -> Ints:
    return account * known.shape[1] + item
