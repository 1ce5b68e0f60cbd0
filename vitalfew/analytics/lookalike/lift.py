"""Whether look-alikes find the best: a back-test on accounts whose answer is known and was held back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import logit

from vitalfew.analytics import frames, refusals
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.lookalike.encoder import Columns, encode, fit_encoder
from vitalfew.analytics.lookalike.folds import FOLDS, deal
from vitalfew.analytics.lookalike.model import learned
from vitalfew.analytics.lookalike.ranking import Ranked, ranked, resamples
from vitalfew.analytics.lookalike.reading import Bools
from vitalfew.analytics.lookalike.ridge import boldness
from vitalfew.analytics.lookalike.target import enough, families, marked

SHARES = (0.05, 0.1, 0.2)
# Fewer firms picked, or fewer best among them to be expected from lots, and a lift is mostly luck.
PICKED, EXPECTED = 30, 5.0
LATER_OF_EACH = 5
# A column that alone puts the best above the rest so often was most likely made from the answer.
TELLING = 0.98
BANDS = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its interval from resamples of the accounts judged."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pick:
    """The `share` of accounts with the highest chance: `picked` so many, and `found` so many of the best among them.

    `lift` is how many times more that is than lots would find. `verdict`: "shown" where its interval lies above 1, "not
    shown" where it does not, and "too few" where under 30 are picked or lots would find under 5: then it is luck.
    """

    share: float
    picked: int
    found: float
    lift: Measured
    verdict: str


@dataclass(frozen=True, slots=True)
class Lift:
    """How well accounts were told apart by a model that had not seen them.

    `accounts` were judged, `best` of them were among the best. `auc`: how often one of the best stands above one of the
    rest (0.5: lots); `precision`: average precision (lots: best / accounts). `expected` and `happened`, shape (5,),
    are mean chance and share of the best in five bands of equal count from the lowest chance up; `error` is their mean
    difference and `slope` 1 where chances are neither too bold (below 1) nor too timid. `telling` names columns that
    alone give the answer away, most likely because they were made from it. `chance`, shape (judged,), is each one's,
    and `rows`, same shape, where it stands in the frame.
    """

    accounts: int
    best: int
    auc: Measured
    precision: Measured
    picks: tuple[Pick, ...]
    expected: Floats
    happened: Floats
    error: float
    slope: float
    telling: tuple[str, ...]
    chance: Floats
    rows: Ints
    level: float


def estimate_lift(
    *,
    frame: Any,
    columns: Columns,
    best: Any,
    later: Any = None,
    family: str | None = None,
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.9,
) -> Lift:
    """Back-test of fit_lookalike on its own accounts.

    With `later` (a column's name, or true or false for each account) the model learns from the other accounts and
    judges these, as it will judge prospects. Without, accounts are dealt into five folds and each fold is judged by
    the model of the other four; sisters of one `family` stand in one fold. Everything is learnt anew each time, how
    columns are read included. Intervals resample accounts, whole families at a time, and not the learning.

    Raises what fit_lookalike raises, and TooFew where under 5 best or 5 others are judged. Source: Efron 1979.
    """
    source = frames.table(frame)
    marks, kin = marked(source=source, best=best), families(source=source, family=family)
    names, told = _judged(source=source, columns=columns, best=marks, kin=kin, later=later, family=family, seed=seed)
    rows = np.flatnonzero(~np.isnan(told[:, 0]))
    chance, own = told[rows, 0], marks[rows]
    refusals.at_least(int(own.sum()), LATER_OF_EACH, "of the best among the accounts to be judged")
    refusals.at_least(int((~own).sum()), LATER_OF_EACH, "others among the accounts to be judged")
    whole = ranked(chance=chance, best=own, weight=np.ones((1, own.size)))
    again = list(resamples(chance=chance, best=own, family=kin[rows], draws=draws, seed=seed))
    bands = np.array_split(np.argsort(chance, kind="stable"), BANDS)
    expected, happened = (np.array([values[band].mean() for band in bands]) for values in (chance, own))
    return Lift(
        accounts=own.size,
        best=int(own.sum()),
        auc=_measured(Ranked.auc, whole, again, level),
        precision=_measured(Ranked.precision, whole, again, level),
        picks=tuple(_pick(share, whole, again, level) for share in SHARES),
        expected=expected,
        happened=happened,
        error=float(np.abs(expected - happened).mean()),
        slope=boldness(odds=logit(chance), best=own),
        telling=_telling(names, told[rows, 1:], own),
        chance=chance,
        rows=rows,
        level=level,
    )


def _judged(
    *, source: pa.Table, columns: Columns, best: Bools, kin: Ints, later: Any, family: str | None, seed: int
) -> tuple[tuple[str, ...], Floats]:
    """Names of the columns, and for each account its chance and what each column adds; NaN where none is judged."""
    parts, where = [], []
    for learn, judge in _rounds(source=source, columns=columns, best=best, kin=kin, later=later, seed=seed):
        model = learned(frame=source.filter(learn), columns=columns, best=best[learn], family=family, seed=seed)
        scores = model.score(frame=source.filter(judge))
        parts.append(np.column_stack((scores.chance, scores.adds)))
        where.append(np.flatnonzero(judge))
    told = np.full((best.size, parts[0].shape[1]), np.nan)
    told[np.concatenate(where)] = np.concatenate(parts)
    return scores.columns, told


def _rounds(
    *, source: pa.Table, columns: Columns, best: Bools, kin: Ints, later: Any, seed: int
) -> list[tuple[Bools, Bools]]:
    """Which accounts teach and which are judged, round by round."""
    if later is not None:
        judge = marked(source=source, best=later, name="later")
        enough(best=best[~judge])
        return [(~judge, judge)]
    enough(best=best)
    matrix = encode(encoder=fit_encoder(frame=source, columns=columns), frame=source).matrix
    fold = deal(matrix=matrix, best=best, family=kin, seed=seed)
    return [(fold != one, fold == one) for one in range(FOLDS)]


def _pick(share: float, whole: Ranked, again: list[Ranked], level: float) -> Pick:
    accounts, best = whole.firms[0, -1], whole.found[0, -1]
    picked = int(np.ceil(round(share * accounts, 9)))
    by_lot = picked * best / accounts
    lift = _measured(partial(Ranked.lift, share=share), whole, again, level)
    few = picked < PICKED or by_lot < EXPECTED
    return Pick(
        share, picked, lift.value * by_lot, lift, "too few" if few else "shown" if lift.low > 1 else "not shown"
    )


def _measured(figure: Callable[[Ranked], Floats], whole: Ranked, again: list[Ranked], level: float) -> Measured:
    drawn = np.concatenate([figure(part) for part in again])
    low, high = np.quantile(drawn, ((1 - level) / 2, (1 + level) / 2))
    return Measured(float(figure(whole)[0]), float(low), float(high))


def _telling(names: tuple[str, ...], adds: Floats, best: Bools) -> tuple[str, ...]:
    one = np.ones((1, best.size))
    alone = [ranked(chance=column, best=best, weight=one).auc()[0] for column in adds.T]
    return tuple(name for name, auc in zip(names, alone, strict=True) if auc >= TELLING)
