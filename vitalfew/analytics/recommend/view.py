"""Accounts and items as they stand on one day, ready to be scored: what owned items, peers and demand say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.recommend.chance import Chance
from vitalfew.analytics.recommend.demand import Demand, demand
from vitalfew.analytics.recommend.ease import HALF_LIFE, Ease, Singles, fit_ease
from vitalfew.analytics.recommend.history import Purchases
from vitalfew.analytics.recommend.neighbours import nearest, unit_rows

PEERS = 50
RHYTHM = 90.0
# What is added to a pull before its logarithm is taken, so that nothing counts as little: the scores of own items reach
# up to one, the mean count among peers a tenth of it.
_OWN_FLOOR, _PEERS_FLOOR = 0.01, 0.001
_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Pull:
    """What speaks for each item, shape (accounts given, items): `own` items by EASE, `peers` their mean
    count among the accounts most alike; logarithms.

    `alike` similarity of the nearest accounts, shape (accounts given, all accounts).
    """

    own: Singles
    peers: Singles
    alike: csr_array


@dataclass(frozen=True, slots=True)
class View:
    """One day's knowledge.

    `has` who ever bought what, `counts` the same decayed, `units` of length one, all shape (accounts, items);
    `by_item`, shape (items, 3), and `by_account`, shape (accounts, 3), hold what does not cross.
    """

    known: Purchases
    ease: Ease
    has: csr_array
    counts: csr_array
    units: csr_array
    wanted: Demand
    by_item: Floats
    by_account: Floats

    def pull(self, accounts: Ints) -> Pull:
        """An account that has bought nothing is pulled as the average account is."""
        alike = nearest(self.units, accounts, count=PEERS)
        own = np.maximum(self.ease.scores(self.counts[accounts]), 0)
        peers = (alike @ self.counts).toarray() / np.maximum(alike.sum(axis=1), 1e-6)[:, None]
        cold = np.diff(self.counts[accounts].indptr) == 0
        if cold.any():
            average = csr_array(self.counts.mean(axis=0)[None, :])
            own[cold], peers[cold] = np.maximum(self.ease.scores(average), 0), average.toarray()
        return Pull(np.log(own + _OWN_FLOOR), np.log(peers + _PEERS_FLOOR), alike)

    def log_odds(self, chance: Chance, accounts: Ints, pull: Pull) -> Singles:
        """Shape (accounts given, items), single precision."""
        single = chance.weight.astype(np.float32)
        by_item = (self.by_item @ chance.weight[2:5]).astype(np.float32)
        by_account = (chance.start + self.by_account[accounts] @ chance.weight[5:]).astype(np.float32)
        found: Singles = single[0] * pull.own + single[1] * pull.peers + by_item + by_account[:, None]
        return found

    def slabs(self, accounts: Ints) -> list[Ints]:
        """The accounts in parts that keep the memory bounded."""
        size = int(np.clip(_CELLS // self.known.shape[1], 1, 512))
        return [accounts[at : at + size] for at in range(0, accounts.size, size)]


def view(known: Purchases, *, window: int, regularisation: float | None) -> View:
    """All that is known at the end of `as_of`."""
    counts = known.counts(half_life=HALF_LIFE, at_most=1)
    ease = fit_ease(purchases=known, half_life=HALF_LIFE, regularisation=regularisation)
    wanted, (_, lively, since) = demand(known, window=window), known.rhythm(half_life=RHYTHM)
    held, buyers = known.owners()
    by_item = np.column_stack([wanted.lately, wanted.ever, wanted.quiet])
    by_account = np.column_stack([np.log1p(held), np.log(lively + 0.01), np.log(since + 3)])
    # A season lifts all items and accounts at once and says nothing of the next window: only differences speak.
    by_item -= by_item[buyers > 0].mean(axis=0)
    by_account -= by_account[held > 0].mean(axis=0)
    return View(known, ease, known.counts(at_most=1), counts, unit_rows(counts), wanted, by_item, by_account)
