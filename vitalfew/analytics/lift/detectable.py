"""What lift could be seen, before anybody starts: the minimum detectable effect and the power curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from vitalfew.analytics.lift.design import Design, Picked, refuse
from vitalfew.analytics.lift.drawing import Origin, compare_drawn, draw_groups, origins
from vitalfew.analytics.lift.jackknife import POWER
from vitalfew.analytics.lift.simplex import Floats, Mask
from vitalfew.analytics.refusals import BelowZero, NotAlike, at_least

# Lifts tried, as multiples of the standard error: the eighth of ten is near 2.49 of them.
MULTIPLES = (0.0, 0.5, 1.0, 1.5, 2.0, 2.25, 2.5, 2.75, 3.0, 3.5, 4.0, 5.0, 7.0)


@dataclass(frozen=True, slots=True)
class MinimumDetectable:
    """The smallest lift, as a `share`, that a comparison would show 8 times of 10; `amount` for each account and period.

    `amount` is in the history's unit, for accounts as large as the treated (or as the average where only their number
    is known). `lifts` (points,) and `power` (points,) are the curve: the share of comparisons that would say raised.
    `error` is the standard error as a share. `share` and `amount` are None where not even the largest lift tried is
    seen so often. `refused` is the rule's word on the design, "" where it lets it pass. `draws` comparisons were made.
    """

    count: int
    controls: int
    before: int
    after: int
    level: float
    share: float | None
    amount: float | None
    error: float
    lifts: Floats
    power: Floats
    draws: int
    refused: str


@dataclass(frozen=True, slots=True)
class Trial:
    """Comparisons at one start with each lift planted, arrays (lifts, draws)."""

    effect: Floats
    base: Floats
    reach: Floats
    error: Floats


def plan_detectable(
    *,
    history: Floats,
    count: int | None = None,
    treated: Mask | None = None,
    before: int = 12,
    after: int = 6,
    picked: Picked = "random",
    level: float = 0.9,
    draws: int = 1000,
    least_active: float = 0.5,
    seed: int = 0,
) -> MinimumDetectable:
    """Power of a comparison of `count` accounts, or of the `treated` (accounts,), judged `after` periods from its start.

    Groups are drawn by lot or for growth from `history` (accounts, periods), in which nothing was done yet, at every start
    that leaves `before` and `after` periods, and lifts are planted on each. Where the accounts are known it is they who are
    compared at each of these starts. Raises NotAlike, NothingThere, NotFinite, NothingVaries, BelowZero, TooFew.
    """
    places = list(origins(history=history, before=before, after=after, least_active=least_active))
    mark = _marks(count, treated, np.shape(history)[0])
    number = int(mark[places[-1].rows].sum()) if mark is not None else int(count or 0)
    if number < 1:
        raise BelowZero("No account is to be treated that buys regularly: name some that do.")
    controls = min(place.paths.shape[0] for place in places) - number
    at_least(controls, 3, "controls that bought regularly")
    rng = np.random.default_rng(seed)
    groups = [
        _groups(place, mark, count=number, picked=picked, draws=part.size, rng=rng)
        for place, part in zip(places, np.array_split(np.arange(draws), len(places)), strict=True)
    ]
    lifts, curves = _curves(places, groups, level, rng)
    effect, base, reach, error = (
        np.concatenate([getattr(part, name) for part in curves], axis=-1)
        for name in ("effect", "base", "reach", "error")
    )
    # The very accounts are there once for each start, too few to count: their errors say how often they would be seen.
    raised = effect > reach if mark is None else ndtr((lifts[:, None] * base - reach) / error)
    power = raised.mean(axis=1)
    share, size = crossing(lifts, power), _size(places[-1], mark) * float(base[0].mean())
    return MinimumDetectable(
        count=number,
        controls=controls,
        before=before,
        after=after,
        level=level,
        share=share,
        amount=None if share is None else share * size,
        error=float(np.median(error[0] / np.maximum(base[0], 1e-9))),
        lifts=lifts,
        power=power,
        draws=effect.shape[1],
        refused=refuse(Design(number, controls, before, after, picked)) or "",
    )


def _marks(count: int | None, treated: Mask | None, accounts: int) -> Mask | None:
    if (count is None) == (treated is None):
        raise NotAlike("Either the number of accounts or the accounts themselves are needed: give one of the two.")
    mark = None if treated is None else np.asarray(treated, dtype=bool)
    if mark is not None and mark.shape != (accounts,):
        raise NotAlike(f"There are {accounts} accounts and marks of shape {mark.shape}: give one for each.")
    return mark


def _size(place: Origin, mark: Mask | None) -> float:
    """Own mean before of those to be treated, or of all."""
    return float(place.level.mean() if mark is None else place.level[mark[place.rows]].mean())


def _curves(
    places: list[Origin], groups: list[Mask], level: float, rng: np.random.Generator
) -> tuple[Floats, list[Trial]]:
    """The lifts tried and, for each start, what comparisons say at each of them, arrays (lifts, draws)."""
    used = [(place, group) for place, group in zip(places, groups, strict=True) if group.shape[0]]
    lifts = _lifts(*used[0], level, rng)
    told = [
        compare_drawn(origin=place, treated=group, level=level, picked=None, lifts=lifts.tolist(), rng=rng)
        for place, group in used
    ]
    names = ("effect", "base", "reach", "error")
    return lifts, [Trial(*(np.stack([getattr(one, name) for one in part]) for name in names)) for part in told]


def _lifts(place: Origin, groups: Mask, level: float, rng: np.random.Generator) -> Floats:
    """Lifts to try, from the standard errors that comparisons at the first start have."""
    first = compare_drawn(origin=place, treated=groups, level=level, picked=None, lifts=[0.0], rng=rng)[0]
    return np.array(MULTIPLES) * float(np.median(first.error / np.maximum(first.base, 1e-9)))


def _groups(
    place: Origin, mark: Mask | None, *, count: int, picked: Picked, draws: int, rng: np.random.Generator
) -> Mask:
    if mark is None:
        return draw_groups(paths=place.paths, before=place.before, count=count, picked=picked, draws=draws, rng=rng)
    like = mark[place.rows]
    return like[None] if like.any() else np.zeros((0, like.size), dtype=bool)


def crossing(lifts: Floats, power: Floats) -> float | None:
    """The lift at which the curve reaches POWER, between its points."""
    rising = np.maximum.accumulate(power)
    if rising[-1] < POWER:
        return None
    return float(np.interp(POWER, rising, lifts))
