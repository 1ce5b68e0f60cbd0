"""How far chance alone takes each statistic: by leaving groups out, or by treating others for show."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from scipy.stats import t as student

from vitalfew.analytics.lift.cohorts import Ints
from vitalfew.analytics.lift.compare import BASE, EFFECT, Compared, statistics, together
from vitalfew.analytics.lift.jackknife import POWER, by_cluster, detectable, freedom, half_width, left_out, variance
from vitalfew.analytics.lift.simplex import Floats, Mask
from vitalfew.analytics.lift.synthetic import alone, synthetic
from vitalfew.analytics.refusals import at_least

# Treated groups from which leaving each out tells chance; below, controls are treated for show.
ENOUGH_FOR_JACKKNIFE = 5


@dataclass(frozen=True, slots=True)
class Chance:
    """Half the width of each statistic's interval, `reach` shape (statistics,), infinite where it has none.

    `error` is the standard error of the effect, `p` the chance of an effect this large without any, `method`
    "jackknife" or "placebo". The last four say how the variance of the effect would grow with a lift e, for accounts do
    not all rise by the same amount: `treated` + 2 e `cross` + e² `square` from the treated, plus `controls`; it takes an
    effect of `multiple` standard errors to be seen 8 times of 10.
    """

    reach: Floats
    error: float
    p: float
    method: str
    multiple: float
    treated: float
    cross: float
    square: float
    controls: float

    def from_treated(self, lift: float) -> float:
        """Variance that the treated bring into the effect of a `lift`, given as a share."""
        return max(0.0, self.treated + 2 * lift * self.cross + lift**2 * self.square)

    def detectable(self, otherwise: float) -> float | None:
        """The lift, as a share of `otherwise`, that would be seen 8 times of 10; None where no lift would."""
        square = (otherwise / self.multiple) ** 2 - self.square if self.multiple > 0 and otherwise > 0 else 0.0
        if square <= 0 or not np.isfinite(self.multiple):
            return None
        root = np.sqrt(self.cross**2 + square * max(0.0, self.treated + self.controls))
        return float((self.cross + root) / square)


def chance(*, seen: Compared, cluster: Ints, level: float, draws: int, seed: int) -> Chance:
    """Jackknife over groups where ENOUGH_FOR_JACKKNIFE of them are treated, else placebo among the controls."""
    treated = np.concatenate([cluster[one.rows[one.treated]] for one in seen.cohorts])
    if np.unique(treated).size >= ENOUGH_FOR_JACKKNIFE:
        return _jackknife(seen, cluster, level)
    return _placebo(seen, cluster, level, draws, seed)


def farthest(fake: Floats, level: float) -> Floats:
    """The size that a share `level` of chance stays below, over the last axis; infinite where there are too few draws."""
    count = fake.shape[-1]
    place = int(np.ceil((count + 1) * level)) - 1
    if place >= count:
        return np.full(fake.shape[:-1], np.inf)
    bound: Floats = np.sort(np.abs(fake), axis=-1)[..., place]
    return bound


def _jackknife(seen: Compared, cluster: Ints, level: float) -> Chance:
    members, code = np.unique(np.concatenate([cluster[one.rows] for one in seen.cohorts]), return_inverse=True)
    codes = np.split(code, np.cumsum([one.rows.size for one in seen.cohorts])[:-1])
    treated, controls = np.zeros(members.size), np.zeros(members.size)
    rows, cells = [], []
    for one, made, share, own in zip(seen.cohorts, seen.found, seen.share, codes, strict=True):
        weights = [by_cluster(weight[0], own, members.size) for weight in (made.treated, made.units)]
        products = [by_cluster(weight[0] * one.paths.T, own, members.size) for weight in (made.treated, made.units)]
        kept, against = (left_out(weights=w, products=p) for w, p in zip(weights, products, strict=True))
        rows.append(statistics(cohort=one, kept=kept, against=against, periods=made.periods.T))
        cells.append(share * (1 - weights[0]))
        treated, controls = treated + share * weights[0], controls + share * weights[1]
    left = together(cohorts=seen.cohorts, rows=rows, cells=np.array(cells))
    whole, parts = variance(left)
    inside = parts[EFFECT][treated > 0].sum()
    outside, heads, others = whole[EFFECT] - inside, 1 / (treated**2).sum(), 1 / (controls**2).sum()
    free = float(freedom(treated=inside, controls=outside, heads=heads, others=others))
    error = float(np.sqrt(whole[EFFECT]))
    plain, cross, square = _with_lift(seen, left)
    return Chance(
        reach=half_width(level=level, freedom=free) * np.sqrt(whole),
        error=error,
        p=float(2 * student.sf(abs(seen.statistics[EFFECT]) / error, free)) if error > 0 else 1.0,
        method="jackknife",
        multiple=float(detectable(level=level, freedom=free)),
        treated=max(0.0, plain - float(outside)),
        cross=cross,
        square=square,
        controls=float(outside),
    )


def _with_lift(seen: Compared, left: Floats) -> tuple[float, float, float]:
    """Variance of the effect had there been no lift, its covariance with what a lift would add, and the variance of that."""
    base, members = float(seen.statistics[BASE]), left.shape[1]
    part = seen.counterfactual / base if base > 0 and seen.counterfactual > 0 else 1.0
    otherwise = part * (left[BASE] - left[BASE].mean())
    effect = left[EFFECT] - left[EFFECT].mean() + otherwise * (1 - 1 / part)
    scale = (members - 1) / members
    return (
        float(scale * (effect @ effect)),
        float(scale * (effect @ otherwise)),
        float(scale * (otherwise @ otherwise)),
    )


def _placebo(seen: Compared, cluster: Ints, level: float, draws: int, seed: int) -> Chance:
    fake = _fakes(seen, cluster, draws, seed)
    error, reach = float(fake[EFFECT].std()), farthest(fake, level)
    larger = int((np.abs(fake[EFFECT]) >= abs(seen.statistics[EFFECT])).sum())
    return Chance(
        reach=reach,
        error=error,
        p=(1 + larger) / (1 + fake.shape[1]),
        method="placebo",
        multiple=_multiple(fake, float(reach[EFFECT]), error, seen.counterfactual),
        treated=error**2,
        cross=0.0,
        square=0.0,
        controls=0.0,
    )


def _multiple(fake: Floats, reach: float, error: float, otherwise: float) -> float:
    """Standard errors that a lift must come to so that it would be seen in POWER of the groups treated for show."""
    if not np.isfinite(reach) or error == 0:
        return float("inf")
    needed = np.where(fake[BASE] > 0, (reach - fake[EFFECT]) / np.where(fake[BASE] > 0, fake[BASE], 1.0), np.inf)
    return float(np.quantile(needed, POWER, method="higher")) * otherwise / error


def _fakes(seen: Compared, cluster: Ints, draws: int, seed: int) -> Floats:
    """The statistics of groups of controls, as large as the cohorts, that are taken for treated; shape (statistics, draws)."""
    pool = seen.cohorts[0].rows[~seen.cohorts[0].treated]
    for one in seen.cohorts[1:]:
        pool = np.intersect1d(pool, one.rows[~one.treated])
    sizes = [int(one.treated.sum()) for one in seen.cohorts]
    chosen = _chosen(pool, sizes, draws, seed)
    related = _related(chosen, cluster)
    rows = []
    for one, mine in zip(seen.cohorts, np.split(chosen, np.cumsum(sizes)[:-1], axis=1), strict=True):
        treated = np.zeros(related.shape, dtype=bool)
        np.put_along_axis(treated, mine, True, axis=1)
        allowed = ~related[:, one.rows] & ~one.treated
        made = synthetic(paths=one.paths, before=one.before, treated=alone(treated[:, one.rows]), allowed=allowed)
        kept, against = (made.treated @ one.paths).T, (made.units @ one.paths).T
        rows.append(statistics(cohort=one, kept=kept, against=against, periods=made.periods.T))
    return together(cohorts=seen.cohorts, rows=rows, cells=seen.share[:, None])


def _chosen(pool: Ints, sizes: list[int], draws: int, seed: int) -> Ints:
    """Rows taken for treated, shape (draws, all treated): every choice there is where that is no more than `draws`."""
    total = sum(sizes)
    at_least(pool.size, total + 2, "controls that never start")
    if len(sizes) == 1 and comb(pool.size, total) <= draws:
        every = np.array(list(combinations(range(pool.size), total)), dtype=np.int64)
        return np.asarray(pool[every])
    rng = np.random.default_rng(seed)
    return np.asarray(pool[np.argsort(rng.random((draws, pool.size)), axis=1)[:, :total]])


def _related(chosen: Ints, cluster: Ints) -> Mask:
    """For each draw the accounts that are chosen or belong to the group of one that is, shape (draws, accounts)."""
    taken = np.zeros((chosen.shape[0], int(cluster.max()) + 1), dtype=bool)
    np.put_along_axis(taken, cluster[chosen], True, axis=1)
    return taken[:, cluster]
