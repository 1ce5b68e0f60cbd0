"""The chance that a firm would be among the best accounts, learnt from what the accounts are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import expit, ndtri

from vitalfew.analytics import frames
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.lookalike.encoder import Columns, Encoder, encode, examples, fit_encoder
from vitalfew.analytics.lookalike.folds import FOLDS, deal
from vitalfew.analytics.lookalike.reading import Bools
from vitalfew.analytics.lookalike.ridge import Ridge, fit_ridge, fit_scale
from vitalfew.analytics.lookalike.target import enough, families, marked

# A prospect of which less of what counts is known than this has not enough evidence.
KNOWN = 0.5


@dataclass(frozen=True, slots=True)
class Scores:
    """What the accounts tell of each prospect. All arrays have the shape (prospects,) but `adds`.

    `chance` of being among the best, should the prospect become an account, with its interval `low` to `high`.
    `adds`, shape (prospects, columns): what each of `columns` adds to the log-odds of an average account, `start`;
    chance = 1 / (1 + exp(-(start + the sum of a row))). `known` is the share, 0 to 1, of what counts that is known of
    the prospect, and `enough` says whether that is half or more: below it the chance is little but the average.
    """

    chance: Floats
    low: Floats
    high: Floats
    known: Floats
    enough: Bools
    start: float
    columns: tuple[str, ...]
    adds: Floats


@dataclass(frozen=True, slots=True)
class Effects:
    """What one value of one column does, a row for each: `adds` to the log-odds of an average account, with interval."""

    column: tuple[str, ...]
    value: tuple[str, ...]
    adds: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Lookalike:
    """What makes an account one of the best; see fit_lookalike.

    Log-odds = `shift` + `slope` × those of `ridge`, as accounts that a fold had not seen ask for. `spread`, shape
    (columns,), is the variance of what each column adds over the accounts, and `unseen`, same shape, that of what it
    may add to a firm of which it is not known. `accounts` and `best` count what was learnt from; `level` is the
    coverage of the intervals.
    """

    encoder: Encoder
    ridge: Ridge
    shift: float
    slope: float
    spread: Floats
    unseen: Floats
    accounts: int
    best: int
    level: float

    @property
    def weights(self) -> Floats:
        """How much each column counts, shape (columns,), summing to 1; all alike where none tells anything."""
        size = np.sqrt(self.spread)
        return size / size.sum() if size.any() else np.full(size.size, 1 / size.size)

    def score(self, *, frame: Any) -> Scores:
        """Chances of the firms in `frame`, which needs the accounts' columns. Raises NotAColumn, NotFinite."""
        firms = encode(encoder=self.encoder, frame=frame)
        adds = self.slope * by_column(encoder=self.encoder, parts=firms.matrix * self.ridge.weights)
        start = self.shift + self.slope * self.ridge.intercept
        odds = start + adds.sum(axis=1)
        # What is not known may be anything that the accounts are. A slope below 1 draws chances together, but leaves as
        # much open as before: intervals drawn together with them held too few of the true chances.
        reach = self._reach * np.sqrt(self.ridge.doubt(firms.matrix) + firms.silent @ self.unseen)
        known = firms.known @ self.weights
        low, high = expit(odds - reach), expit(odds + reach)
        return Scores(expit(odds), low, high, known, known >= KNOWN, start, self.encoder.names, adds)

    def effects(self) -> Effects:
        """What the words, steps, quartiles and places of the accounts do, column by column."""
        matrix, names, values = examples(encoder=self.encoder)
        adds = self.slope * matrix @ self.ridge.weights
        inner = self.ridge.covariance[1:, 1:]
        reach = self._reach * np.sqrt(np.einsum("ij,ij->i", matrix @ inner, matrix))
        return Effects(tuple(names), tuple(values), adds, adds - reach, adds + reach)

    def simulate(self, *, frame: Any, draws: int = 1000, seed: int = 0) -> Bools:
        """Who of `frame` would be among the best, shape (draws, prospects), with all that the accounts leave open.

        The sum of a row is how many: its quantiles are an interval for a list of prospects together.
        """
        firms, rng = encode(encoder=self.encoder, frame=frame), np.random.default_rng(seed)
        off = rng.standard_normal((draws, len(self.ridge.covariance))) @ np.linalg.cholesky(self.ridge.covariance).T
        odds = self.shift + self.slope * self.ridge.odds(firms.matrix) + off[:, :1] + off[:, 1:] @ firms.matrix.T
        odds += rng.standard_normal(odds.shape) * np.sqrt(firms.silent @ self.unseen)
        return np.asarray(rng.random(odds.shape) < expit(odds))

    @property
    def _reach(self) -> float:
        """Standard deviations on either side that the intervals' level asks for."""
        return float(ndtri((1 + self.level) / 2))


def fit_lookalike(
    *, frame: Any, columns: Columns, best: Any, family: str | None = None, seed: int = 0, level: float = 0.9
) -> Lookalike:
    """Learns from existing accounts what the best have in common that is known of prospects as well.

    `frame` has a row for each account, `best` marks the best ones (a column's name, or true or false for each row; see
    best_by_value), and accounts with the same `family` (a column's name) are sisters that are never judged by each
    other. Ridge logistic regression whose penalties are learnt with it, then set right on accounts held out.

    Assumes that prospects who become accounts are like accounts of the same columns; that they will, nobody says: the
    chance is that of being among the best *once* an account, since firms that never bought are in no ledger. Raises
    TooFew below 30 accounts, 10 best or 10 others, NothingVaries, NotAColumn, NotFinite, NotAlike, NothingThere.
    Source: le Cessie and van Houwelingen 1992; Platt 1999; MacKay 1992.
    """
    source = frames.table(frame)
    marks = marked(source=source, best=best)
    enough(best=marks)
    return learned(frame=source, columns=columns, best=marks, family=family, seed=seed, level=level)


def learned(
    *, frame: pa.Table, columns: Columns, best: Bools, family: str | None, seed: int, level: float = 0.9
) -> Lookalike:
    """What fit_lookalike does, for however few accounts a back-test leaves to learn from."""
    kin, encoder = families(source=frame, family=family), fit_encoder(frame=frame, columns=columns)
    matrix = encode(encoder=encoder, frame=frame).matrix
    ridge = fit_ridge(matrix=matrix, best=best, group=encoder.group)
    fold = deal(matrix=matrix, best=best, family=kin, seed=seed)
    shift, slope = fit_scale(odds=_held_out(matrix, best, encoder.group, fold, ridge), best=best)
    spread = by_column(encoder=encoder, parts=matrix * ridge.weights).var(axis=0)
    # Estimated effects differ less than true ones do: what is still open of each makes up for it.
    still = matrix.T @ matrix / best.size * ridge.covariance[1:, 1:]
    still = np.where(encoder.owner[:, np.newaxis] == encoder.owner, still, 0.0).sum(axis=1)
    unseen = spread + np.bincount(encoder.owner, still, minlength=spread.size)
    return Lookalike(encoder, ridge, shift, slope, spread, unseen, best.size, int(best.sum()), level)


def by_column(*, encoder: Encoder, parts: Floats) -> Floats:
    """What each feature adds, shape (firms, features), summed by column, shape (firms, columns)."""
    added: Floats = parts @ (encoder.owner[:, np.newaxis] == np.arange(len(encoder.columns))).astype(np.float64)
    return added


def _held_out(matrix: Floats, best: Bools, group: Ints, fold: Ints, start: Ridge) -> Floats:
    """Log-odds of each account by a fit that has not seen its fold."""
    odds = np.empty(best.size)
    for one in range(FOLDS):
        out = fold == one
        odds[out] = fit_ridge(matrix=matrix[~out], best=best[~out], group=group, start=start).odds(matrix[out])
    return odds
