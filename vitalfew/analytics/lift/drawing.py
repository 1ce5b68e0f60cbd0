"""Groups of accounts drawn from a history in which nothing was done, and what a comparison says about each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vitalfew.analytics.lift.chance import ENOUGH_FOR_JACKKNIFE, farthest
from vitalfew.analytics.lift.cohorts import Ints, comparable, growth_scores
from vitalfew.analytics.lift.design import Design, Picked
from vitalfew.analytics.lift.jackknife import half_width, spread_with_lifts
from vitalfew.analytics.lift.simplex import Floats, Mask
from vitalfew.analytics.lift.synthetic import Synthetic, alone, synthetic
from vitalfew.analytics.refusals import BelowZero, NotAlike, NothingThere, at_least, finite, varies

# Of accounts picked for growth: how much their growth counts beside all else, which correlates the choice with it by .89.
PULL = 2.0
# Groups of controls that stand for chance where fewer than five accounts are treated.
PLACEBOS = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """Accounts around one start date, on their own level: `rows` of the history, `level` (accounts,) the own
    mean before, `paths` (accounts, before + after)."""

    rows: Ints
    level: Floats
    paths: Floats
    before: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """Comparisons of drawn groups, arrays (draws,): estimated effect, mean after the start, half width of the interval.

    `error` is the standard error. `design` says what the rule sees of each.
    """

    effect: Floats
    base: Floats
    reach: Floats
    error: Floats
    designs: list[Design]


def origins(*, history: Floats, before: int, after: int, least_active: float = 0.5) -> Iterator[Origin]:
    """Every start date that leaves `before` and `after` periods, with the accounts that bought regularly before it.

    Raises NotAlike, NothingThere, NotFinite, NothingVaries, BelowZero, TooFew.
    """
    outcome = np.asarray(history, dtype=np.float64)
    if outcome.ndim != 2:
        raise NotAlike(f"The history has shape {outcome.shape}: give a table of accounts by periods.")
    if outcome.size == 0:
        raise NothingThere("There is not a single account and period: nothing can be estimated from nothing.")
    finite(history=outcome)
    if before < 2 or after < 1:
        raise BelowZero(f"{before} periods before and {after} after a start are too few: give 2 and 1 at least.")
    at_least(outcome.shape[1], before + after, "periods of history")
    at_least(outcome.shape[0], 3, "accounts")
    varies(history=outcome)
    return (
        _origin(outcome[:, start - before : start + after], before, least_active)
        for start in range(before, outcome.shape[1] - after + 1)
    )


def _origin(window: Floats, before: int, least_active: float) -> Origin:
    early = window[:, :before]
    level = early.mean(axis=1)
    rows = np.flatnonzero((level > 0) & ((early > 0).mean(axis=1) >= least_active))
    return Origin(rows, level[rows], window[rows] / level[rows, None], before)


def draw_groups(
    *, paths: Floats, before: int, count: int, picked: Picked, draws: int, rng: np.random.Generator
) -> Mask:
    """Groups of `count` accounts, shape (draws, accounts): by lot, or those that grew most with some noise."""
    score = rng.standard_normal((draws, paths.shape[0]))
    if picked == "growth":
        score += PULL * growth_scores(paths, before)
    chosen = np.argpartition(-score, count - 1, axis=1)[:, :count]
    mark = np.zeros(score.shape, dtype=bool)
    np.put_along_axis(mark, chosen, True, axis=1)
    return mark


def compare_drawn(
    *,
    origin: Origin,
    treated: Mask,
    level: float,
    picked: Picked | None,
    lifts: Sequence[float],
    rng: np.random.Generator,
) -> list[Drawn]:
    """Each row of `treated` (draws, accounts) compared with all others, once for each of `lifts` planted as shares."""
    late = origin.paths[:, origin.before :].mean(axis=1)
    allowed = _allowed(origin, treated)
    made = synthetic(paths=origin.paths, before=origin.before, treated=alone(treated), allowed=allowed)
    designs, base = _designs(origin, made, allowed.sum(axis=1), picked), made.treated @ late
    if treated[0].sum() >= ENOUGH_FOR_JACKKNIFE:
        error, free = spread_with_lifts(made, late=late, lifts=lifts)
        reach = half_width(level=level, freedom=free) * error
    else:
        reach, error = _by_placebo(origin, int(treated[0].sum()), (len(lifts), len(designs)), level, rng)
    return [Drawn(made.effect + lift * base, base, reach[row], error[row], designs) for row, lift in enumerate(lifts)]


def _allowed(origin: Origin, treated: Mask) -> Mask:
    return ~treated & comparable(origin.paths[:, : origin.before], treated)


def _by_placebo(
    origin: Origin, count: int, shape: tuple[int, int], level: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Other groups by lot stand for all draws at once, which differ in none but a few of their controls."""
    others = draw_groups(
        paths=origin.paths, before=origin.before, count=count, picked="random", draws=PLACEBOS, rng=rng
    )
    fake = synthetic(
        paths=origin.paths, before=origin.before, treated=alone(others), allowed=_allowed(origin, others)
    ).effect
    return np.full(shape, farthest(fake, level)), np.full(shape, fake.std())


def _designs(origin: Origin, made: Synthetic, controls: Ints, picked: Picked | None) -> list[Design]:
    score = growth_scores(origin.paths, origin.before)
    root = np.sqrt((made.treated > 0).sum(axis=1))
    grown, unmatched = made.treated @ score * root, np.abs((made.treated - made.units) @ score) * root
    treated = (made.treated > 0).sum(axis=1)
    return [
        Design(
            treated=int(count),
            controls=int(others),
            before=origin.before,
            after=origin.paths.shape[1] - origin.before,
            picked=picked,
            grown=float(own),
            unmatched=float(rest),
        )
        for count, others, own, rest in zip(treated, controls, grown, unmatched, strict=True)
    ]
