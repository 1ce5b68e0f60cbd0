"""Which accounts a prospect is like, and in what: an answer in words, and all there is where accounts are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vitalfew.analytics import frames, refusals
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.lookalike.encoder import Column, Encoder, Firms, encode
from vitalfew.analytics.lookalike.reading import Bools
from vitalfew.analytics.lookalike.target import marked

# Firms no further apart in a column than this, of 0 to 1, agree in it.
AGREES = 0.1
# Pairs that are compared at once: what is known of them stays in the processor's cache.
CELLS = 1 << 15
# Distances that differ by less than this are the same, whatever the last bits say.
GRAIN = 1e-9


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The best accounts that each prospect is most like, from the most alike.

    `account`, shape (prospects, count): rows of the accounts' frame. `likeness`, same shape: 1 (the same in all that
    counts) to 0. `agrees`, shape (prospects, count, columns): in which columns of `encoder`. `weights`, shape
    (columns,), sum to 1 and say how much each counts. `these` are the prospects as read, `those` the best accounts,
    and `rows` where they stand in the accounts' frame.
    """

    account: Ints
    likeness: Floats
    agrees: Bools
    weights: Floats
    encoder: Encoder
    these: Firms
    those: Firms
    rows: Ints

    def shared(self, *, prospect: int, place: int = 0) -> tuple[str, ...]:
        """What the prospect shares with its neighbour at `place`, in words, what counts most first."""
        other = int(np.searchsorted(self.rows, self.account[prospect, place]))
        found = []
        for number in np.argsort(-self.weights, kind="stable").tolist():
            if self.agrees[prospect, place, number] and self.weights[number]:
                pair = self.these.values[number][prospect], self.those.values[number][other]
                found.append(self.encoder.columns[number].likeness(*pair))
        return tuple(found)


def nearest(
    *, encoder: Encoder, accounts: Any, best: Any, prospects: Any, weights: Floats | None = None, count: int = 3
) -> Neighbours:
    """The `count` best accounts most like each prospect, or all of them where there are fewer.

    Likeness is 1 less the weighted mean over columns of how far apart two firms are, 0 to 1; `weights` are those of a
    Lookalike, or equal. A column of which one of the two is not known counts as far as two accounts are on average, so
    that a prospect is not made alike by knowing little of it. Of equals the account that comes first is taken. Raises
    NothingThere without any best account, NotAColumn, NotFinite, NotAlike. Source: Gower 1971.
    """
    source = frames.table(accounts)
    rows = np.flatnonzero(marked(source=source, best=best))
    if not rows.size:
        raise refusals.NothingThere("No account is marked as one of the best: mark those that others should be like.")
    these, firms, heed = *(encode(encoder=encoder, frame=one) for one in (prospects, source)), _heed(encoder, weights)
    those = firms.at(rows)
    usual, few = _usual(encoder, firms), min(count, rows.size)
    place, far, apart = _closest(encoder=encoder, these=these, those=those, weights=heed, usual=usual, count=few)
    agrees = (apart <= AGREES) & _present(these)[:, np.newaxis] & _present(those)[place]
    return Neighbours(rows[place], 1 - far, agrees, heed, encoder, these, those, rows)


def share_of_best(
    *, encoder: Encoder, accounts: Any, best: Any, prospects: Any, weights: Floats | None = None, count: int = 20
) -> Floats:
    """Of the `count` accounts most like each prospect, the share that is among the best; shape (prospects,).

    Likeness and refusals as in nearest.
    """
    source = frames.table(accounts)
    marks = marked(source=source, best=best)
    refusals.at_least(marks.size, 1, "accounts")
    firms = encode(encoder=encoder, frame=source)
    place, _, _ = _closest(
        encoder=encoder,
        these=encode(encoder=encoder, frame=prospects),
        those=firms,
        weights=_heed(encoder, weights),
        usual=_usual(encoder, firms),
        count=min(count, marks.size),
    )
    return marks[place].mean(axis=1)


def _heed(encoder: Encoder, weights: Floats | None) -> Floats:
    if weights is None:
        return np.full(len(encoder.columns), 1 / len(encoder.columns))
    if weights.shape != (len(encoder.columns),):
        raise refusals.NotAlike(
            f"There are {len(encoder.columns)} columns and weights of shape {weights.shape}: give one weight for each."
        )
    refusals.finite(weights=weights)
    refusals.not_below_zero(weights=weights)
    refusals.above_zero(sum_of_weights=weights.sum(keepdims=True))
    return weights / weights.sum()


def _usual(encoder: Encoder, firms: Firms) -> Floats:
    """How far apart two accounts are on average in each column, shape (columns,), from up to 400 spread evenly."""
    found = []
    for column, values in zip(encoder.columns, firms.values, strict=True):
        known = values[~np.isnan(values[:, 0])]
        places = np.linspace(0, len(known) - 1, min(len(known), 400)).astype(np.int64)
        some = column.scaled(known[np.lexsort(known.T)][places])
        found.append(column.apart(some, some).mean() if len(some) else 1.0)
    return np.array(found)


def _closest(
    *, encoder: Encoder, these: Firms, those: Firms, weights: Floats, usual: Floats, count: int
) -> tuple[Ints, Floats, Floats]:
    """Places in `those` of the firms closest to each of `these`, how far they are, and how far in each column."""
    shape = (len(these), count)
    place, far, apart = np.empty(shape, dtype=np.int64), np.empty(shape), np.empty((*shape, usual.size))
    pairs = [_Pairs.of(*one) for one in zip(encoder.columns, these.values, those.values, usual.tolist(), strict=True)]
    step, order = max(CELLS // len(those), 1), np.arange(len(those))
    for start in range(0, len(these), step):
        block = slice(start, start + step)
        each = np.stack([one.apart(block) for one in pairs])
        # The place in the last digits settles ties, so that a partial sort gives what a whole one would.
        grains = np.tensordot(weights / GRAIN, each, 1)
        key = np.rint(grains, out=grains).astype(np.int64) * len(those) + order
        key = np.sort(np.partition(key, count - 1, axis=1)[:, :count], axis=1)
        place[block], far[block] = key % len(those), key // len(those) * GRAIN
        apart[block] = np.take_along_axis(each, place[np.newaxis, block], axis=2).transpose(1, 2, 0)
    return place, far, apart


@dataclass(frozen=True, slots=True)
class _Pairs:
    """All pairs of two lists of firms in one column: their scaled values, which of them have none, and what counts then."""

    column: Column
    these: Floats
    those: Floats
    mine: Bools
    others: Bools
    usual: float

    @staticmethod
    def of(column: Column, these: Floats, those: Floats, usual: float) -> _Pairs:
        gaps = np.isnan(these[:, 0]), np.isnan(those[:, 0])
        return _Pairs(column, column.scaled(these), column.scaled(those), *gaps, usual)

    def apart(self, rows: slice) -> Floats:
        """How far apart some of these are from all those, shape (rows, those); `usual` where one of a pair is not known."""
        found = self.column.apart(self.these[rows], self.those)
        if self.mine[rows].any() or self.others.any():
            found[self.mine[rows, np.newaxis] | self.others] = self.usual
        return found


def _present(firms: Firms) -> Bools:
    """Of which columns a firm has a value, even one that no account has; shape (firms, columns)."""
    return np.column_stack([~np.isnan(values[:, 0]) for values in firms.values])
