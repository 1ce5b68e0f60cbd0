"""What is new to an account: items it has never bought, by the chance that it buys them within the window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.recommend.chance import Chance, fit_chance
from vitalfew.analytics.recommend.demand import knows_season
from vitalfew.analytics.recommend.due import WINDOW, ranks
from vitalfew.analytics.recommend.excluded import Excluded
from vitalfew.analytics.recommend.history import Bools, Purchases
from vitalfew.analytics.recommend.reasons import buyers_among, own_items
from vitalfew.analytics.recommend.view import View, view
from vitalfew.analytics.refusals import above_zero, finite, same_length

# Fewer first purchases than these in the earlier window teach no weights; what a gift wholesaler's two years taught
# then ranks.
ENOUGH_FIRST_BUYS = 100
# An account with fewer items than these is ranked by demand more than by its taste, and the answer says so.
ENOUGH_ITEMS = 3
LEAST_BUYERS = 1
_USUAL = Chance(0.0, np.array([0.7, 0.15, 0.7, -0.5, -0.25, 0.35, 0.05, 0.05]))
_ACCOUNTS = 3_000
_CELLS = 400_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts as a new purchase: within `window` days, of an item of at least `least_buyers`, never bought before.

    An item last bought more than `again_after` days ago is new again; None: never.
    """

    window: int = WINDOW
    least_buyers: int = LEAST_BUYERS
    again_after: int | None = None

    def open(self, seen: View, accounts: Ints) -> Bools:
        """Which items may be new to each account, shape (accounts given, items)."""
        known = seen.known if self.again_after is None else seen.known.where(seen.known.age <= self.again_after)
        new: Bools = (known.counts()[accounts].toarray() == 0) & (seen.known.owners()[1] >= self.least_buyers)
        return new


@dataclass(frozen=True, slots=True)
class NewModel:
    """A view of `as_of` and how it speaks for a first purchase.

    `missing` says why this could not be learnt from the ledger, or is empty; `seasonal` whether the ledger reaches
    back far enough to know last year's turn of the season.
    """

    view: View
    terms: Terms
    chance: Chance
    missing: str
    seasonal: bool


@dataclass(frozen=True, slots=True)
class NewItems:
    """New items, the best first for each account; arrays of shape (rows,), codes point into the purchases.

    `chance` to buy the item within the model's window, None where the model could not be learnt; `value` chance ×
    margin, None without margins; `score` log-odds. `peers` of the `nearest` accounts most alike bought it, `buyers`
    accounts bought it in the last 28 days. `because`, shape (rows, 3), are the account's own items that speak for it
    most, -1 for none, and `share`, same shape, the part of all its items' pull they make up. `enough` is False where
    the account has so few items that demand ranks more than its taste.
    """

    account: Ints
    item: Ints
    rank: Ints
    score: Floats
    chance: Floats | None
    value: Floats | None
    peers: Ints
    nearest: Ints
    buyers: Ints
    because: Ints
    share: Floats
    enough: Bools


def fit_new(
    *,
    purchases: Purchases,
    window: int = WINDOW,
    regularisation: float | None = None,
    least_buyers: int = LEAST_BUYERS,
    again_after: int | None = None,
    seed: int = 0,
) -> NewModel:
    """Learn from the last `window` days which items accounts bought for the first time, then look at today.

    What speaks for an item: EASE on the account's own items, the 50 accounts most alike, demand for the item lately
    and in season, and the account's rhythm. How loud each speaks is learnt by logistic regression on the earlier
    window, from at most 3,000 accounts and a sample of what they did not buy, drawn with `seed`.
    Raises NothingThere without purchases, BelowZero or NotFinite for a window or ridge that is none.
    Source: docs/measures/new_items.md; Steck 2019 (EASE).
    """
    length = np.array([window], dtype=np.float64)
    finite(window=length)
    above_zero(window=length)
    terms = Terms(window, least_buyers, again_after)
    chance, missing = _learnt(purchases, terms, regularisation, np.random.default_rng(seed))
    today = view(purchases, window=window, regularisation=regularisation)
    return NewModel(today, terms, chance, missing, knows_season(purchases))


def recommend_new(
    *,
    model: NewModel,
    accounts: Ints | None = None,
    count: int = 10,
    excluded: Excluded | None = None,
    margin: Floats | None = None,
) -> NewItems:
    """For each of `accounts` (codes; default all) the `count` best new items that are not excluded.

    With `margin`, shape (items,), what a first purchase leaves, chance × margin orders instead of the chance.
    An account that has everything, or that may be offered nothing, gets no row.
    Raises NotFinite or NotAlike for a margin that is none.
    """
    seen = model.view
    if margin is not None:
        same_length(margin=margin, items=np.arange(seen.known.shape[1]))
        finite(margin=margin)
    asked = seen.slabs(seen.known.chosen(accounts))
    parts = [_best(model, part, count, excluded, margin) for part in asked]
    account, item, score, peers, near = (np.concatenate(column) for column in zip(*parts, strict=True))
    chance = None if model.missing else expit(score)
    because, share = own_items(seen, account, item)
    return NewItems(
        account=account,
        item=item,
        rank=ranks(account),
        score=score,
        chance=chance,
        value=None if chance is None or margin is None else chance * margin[item],
        peers=peers,
        nearest=near,
        buyers=seen.wanted.buyers[item],
        because=because,
        share=share,
        enough=seen.known.owners()[0][account] >= ENOUGH_ITEMS,
    )


def _best(
    model: NewModel, accounts: Ints, count: int, excluded: Excluded | None, margin: Floats | None
) -> tuple[Ints, Ints, Floats, Ints, Ints]:
    """Account, item, log-odds, buying peers and all peers of the best of a few accounts, in their order."""
    seen = model.view
    pull = seen.pull(accounts)
    score = seen.log_odds(model.chance, accounts, pull)
    order = score.copy() if margin is None else expit(score) * margin.astype(np.float32)
    closed = ~model.terms.open(seen, accounts)
    if excluded is not None:
        closed |= excluded.mask(accounts)
    order[closed] = -np.inf
    top = np.argpartition(-order, min(count, order.shape[1]) - 1, axis=1)[:, :count]
    top = np.take_along_axis(top, np.lexsort((top, -np.take_along_axis(order, top, axis=1)), axis=1), axis=1)
    row, item = np.repeat(np.arange(accounts.size), top.shape[1]), top.ravel()
    kept = order[row, item] > -np.inf
    row, item = row[kept], item[kept]
    return accounts[row], item, score[row, item].astype(np.float64), *buyers_among(pull.alike, seen.has, row, item)


def _learnt(
    purchases: Purchases, terms: Terms, regularisation: float | None, rng: np.random.Generator
) -> tuple[Chance, str]:
    """How what was known before the last window spoke for what was first bought in it; or what lacks to learn that."""
    start = purchases.as_of - terms.window
    earlier, came = purchases.until(start), purchases.after(start).counts()
    if purchases.history < 2 * terms.window or earlier.day.size == 0:
        return _USUAL, f"{2 * terms.window} days of history are needed and there are {purchases.history}"
    seen = view(earlier, window=terms.window, regularisation=regularisation)
    accounts = np.unique(earlier.account)
    if accounts.size > _ACCOUNTS:
        accounts = np.sort(rng.choice(accounts, _ACCOUNTS, replace=False))
    kept = min(1.0, _CELLS / (accounts.size * purchases.shape[1]))
    features, bought = [], []
    for part in seen.slabs(accounts):
        new = terms.open(seen, part)
        first = new & (came[part].toarray() > 0)
        row, item = np.nonzero(first | (new & (rng.random(new.shape) < kept)))
        pull = seen.pull(part)
        columns = (pull.own[row, item], pull.peers[row, item], seen.by_item[item], seen.by_account[part[row]])
        features.append(np.column_stack(columns))
        bought.append(first[row, item])
    hit = np.concatenate(bought)
    if hit.sum() < ENOUGH_FIRST_BUYS:
        needed = f"{ENOUGH_FIRST_BUYS} first purchases within the last {terms.window} days"
        return _USUAL, f"{needed} are needed and there are {hit.sum()}"
    return fit_chance(features=np.concatenate(features), bought=hit, times=np.where(hit, 1, 1 / kept)), ""
