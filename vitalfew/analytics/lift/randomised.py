"""The lift where chance decided who started: the treated against those who wait, adjusted for their own past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitalfew.analytics.lift.cohorts import Ints
from vitalfew.analytics.lift.jackknife import detectable, freedom, half_width
from vitalfew.analytics.lift.result import Interval
from vitalfew.analytics.lift.simplex import Floats, Mask
from vitalfew.analytics.refusals import NotAlike, at_least, finite, same_length, varies

FEWEST_EACH = 3


@dataclass(frozen=True, slots=True)
class Randomised:
    """The lift of a randomised group.

    `effect` is the adjusted difference in the outcome's unit, `share` the same over what the treated would have had;
    `error` its standard error (HC2) with `freedom` degrees of freedom, `p` from permuting who was treated, `detectable`
    the effect that would be seen 8 times of 10. `plain` is Welch's difference without adjustment, and `saved` the share of
    its variance that the adjustment takes away (below zero where it does harm).
    """

    effect: Interval
    share: Interval
    error: float
    freedom: float
    p: float
    detectable: float
    plain: Interval
    saved: float
    treated: int
    waiting: int
    level: float


def estimate_randomised(
    *,
    outcome: Floats,
    treated: Mask,
    earlier: Floats | None = None,
    strata: Ints | None = None,
    level: float = 0.9,
    draws: int = 2000,
    seed: int = 0,
) -> Randomised:
    """Lift in `outcome` (accounts,), a total or mean after the start, of the accounts drawn by lot to be `treated`.

    `earlier` (accounts,) or (accounts, columns) is what was known before, above all the same outcome; its effect may
    differ between the treated and the waiting (Lin 2013; for one column this is ANCOVA, and CUPED with its own slope for
    each arm). `strata` (accounts,) are the classes within which the lot was drawn. Standard errors are HC2 with
    Welch's degrees of freedom over the two arms; the permutation test is studentised (Wu and Ding 2021).
    Raises NothingThere, NotAlike, NotFinite, TooFew, NothingVaries.
    """
    y, z, known, classes = _checked(outcome, treated, earlier, strata)
    dummies = (classes[:, None] == np.arange(1, classes.max() + 1)).astype(np.float64)
    design = _columns(z, known, dummies)
    at_least(min(int(z.sum()), int((~z).sum())), known.shape[1] + 3, "accounts on each side for this many columns")
    own = _first(_hc2(design, y[:, None], z, known.shape[1]))
    plain = _first(adjusted(y[:, None], z, known[:, :0]))
    effect, error, free = own
    found = _interval(own, level, 1.0)
    otherwise = float(y[z].mean()) - effect
    return Randomised(
        effect=found,
        share=_interval(own, level, 1 / otherwise) if otherwise > 0 else Interval(None, None, None),
        error=error,
        freedom=free,
        p=_permuted(y, z, np.hstack((np.ones((y.size, 1)), known, dummies)), classes, draws=draws, seed=seed),
        detectable=float(detectable(level=level, freedom=free)) * error,
        plain=_interval(plain, level, 1.0),
        saved=1 - (error / plain[1]) ** 2 if plain[1] > 0 else 0.0,
        treated=int(z.sum()),
        waiting=int((~z).sum()),
        level=level,
    )


def _checked(
    outcome: Floats, treated: Mask, earlier: Floats | None, strata: Ints | None
) -> tuple[Floats, Mask, Floats, Ints]:
    y, z = np.asarray(outcome, dtype=np.float64), np.asarray(treated, dtype=bool)
    count = same_length(outcome=y, treated=z)
    finite(outcome=y)
    at_least(min(int(z.sum()), int((~z).sum())), FEWEST_EACH, "treated and as many waiting accounts")
    varies(outcome=y)
    classes = np.zeros(count, dtype=np.int64) if strata is None else np.asarray(strata)
    if classes.shape != (count,):
        raise NotAlike(f"There are {count} accounts and strata of shape {classes.shape}: give one for each account.")
    return y, z, _known(earlier, count), np.unique(classes, return_inverse=True)[1].astype(np.int64)


def adjusted(y: Floats, z: Mask, known: Floats) -> tuple[Floats, Floats, Floats]:
    """Effects, standard errors and degrees of freedom for the columns of `y` (accounts, outcomes).

    `known` (accounts, columns) is centred.
    """
    return _hc2(_columns(z, known, known[:, :0]), y, z, known.shape[1])


def _first(found: tuple[Floats, Floats, Floats]) -> tuple[float, float, float]:
    return float(found[0][0]), float(found[1][0]), float(found[2][0])


def _interval(found: tuple[float, float, float], level: float, unit: float) -> Interval:
    effect, error, free = found
    width = float(half_width(level=level, freedom=free)) * error
    return Interval(effect * unit, (effect - width) * unit, (effect + width) * unit)


def _known(earlier: Floats | None, count: int) -> Floats:
    """Columns known before, centred; those that never vary tell nothing and are left out."""
    if earlier is None:
        return np.zeros((count, 0))
    columns = np.asarray(earlier, dtype=np.float64)
    columns = columns[:, None] if columns.ndim == 1 else columns
    if columns.ndim != 2 or columns.shape[0] != count:
        raise NotAlike(
            f"There are {count} accounts and what was known before has shape {columns.shape}: give one row each."
        )
    finite(earlier=columns)
    centred = columns - columns.mean(axis=0)
    spread = centred.std(axis=0)
    return centred[:, spread > 0] / spread[spread > 0]


def _columns(z: Mask, known: Floats, dummies: Floats) -> Floats:
    one = z.astype(np.float64)[:, None]
    return np.hstack((np.ones_like(one), one, known, one * known, dummies - dummies.mean(axis=0)))


def _hc2(design: Floats, y: Floats, z: Mask, slopes: int) -> tuple[Floats, Floats, Floats]:
    """Coefficient of the second column, its HC2 standard error and degrees of freedom, one for each column of `y`.

    The degrees of freedom are Satterthwaite's over the two arms, each with a mean and `slopes` of its own. The hat matrix
    enters through its square root only, so the cost grows with the accounts and not with their square.
    """
    basis, triangle = np.linalg.qr(design)
    # A column that others make up (a stratum of treated alone) has no place of its own: take it out.
    own = np.abs(np.diag(triangle)) > 1e-9 * np.abs(np.diag(triangle)).max()
    basis, triangle = np.linalg.qr(design[:, own])
    coefficients = np.linalg.solve(triangle, basis.T @ y)
    residual = y - design[:, own] @ coefficients
    room = np.maximum(1 - (basis**2).sum(axis=1), 1e-9)
    pull = basis @ np.linalg.solve(triangle.T, np.eye(triangle.shape[0])[:, 1])
    parts = (pull**2 / room)[:, None] * residual**2
    treated, waiting = parts[z].sum(axis=0), parts[~z].sum(axis=0)
    heads, others = max(1, int(z.sum()) - slopes), max(1, int((~z).sum()) - slopes)
    free = freedom(treated=treated, controls=waiting, heads=heads, others=others)
    return coefficients[1], np.sqrt(treated + waiting), free


def _permuted(y: Floats, z: Mask, known: Floats, classes: Ints, *, draws: int, seed: int) -> float:
    """Share of lots, drawn again within the classes, whose studentised difference is as large as the one there was."""
    basis = np.linalg.qr(known)[0]
    left = y - basis @ (basis.T @ y)
    rng = np.random.default_rng(seed)
    lots = np.empty((draws, z.size))
    for one in np.unique(classes):
        rows = np.flatnonzero(classes == one)
        order = np.argsort(rng.random((draws, rows.size)), axis=1)
        lots[:, rows] = z[rows][order]
    seen = _welch(left, z[None].astype(np.float64))[0]
    return float((1 + (_welch(left, lots) >= seen - 1e-12).sum()) / (draws + 1))


def _welch(y: Floats, lots: Floats) -> Floats:
    """Absolute Welch statistic for each lot."""
    many, count = lots.sum(axis=1), y.size
    total, squares = lots @ y, lots @ y**2
    mean, other = total / many, (y.sum() - total) / (count - many)
    spread = np.maximum(squares / many - mean**2, 0) / (many - 1)
    spread += np.maximum(((y**2).sum() - squares) / (count - many) - other**2, 0) / (count - many - 1)
    found: Floats = np.abs(mean - other) / np.sqrt(np.maximum(spread, 1e-300))
    return found
