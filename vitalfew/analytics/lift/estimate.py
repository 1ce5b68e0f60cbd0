"""The lift of treated accounts: synthetic difference-in-differences, with its checks and its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vitalfew.analytics.lift.chance import Chance, chance
from vitalfew.analytics.lift.cohorts import Cohort, Ints, Panel, cohorts, panel
from vitalfew.analytics.lift.compare import (
    BASE,
    EFFECT,
    GAPS,
    SLOPE,
    Compared,
    compare,
    growth,
    statistics,
    together,
)
from vitalfew.analytics.lift.design import CoverageNotKept, Design, Picked, refuse
from vitalfew.analytics.lift.result import (
    CANNOT_TELL,
    LOWERED,
    NOT_SHOWN,
    RAISED,
    Interval,
    Lift,
    Naive,
    Paths,
    PlaceboDate,
    Takes,
)
from vitalfew.analytics.lift.simplex import Floats, Mask
from vitalfew.analytics.refusals import BelowZero

# Start dates put earlier by these parts of the history, and the fewest periods that must lie before them.
EARLIER, FEWEST_EARLIER = (4, 2), 4
# More periods after the start than this are no advice.
LONGEST = 60


def estimate_lift(
    *,
    outcome: Floats,
    treated: Mask,
    start: int | Sequence[int] | Ints,
    groups: Ints | None = None,
    level: float = 0.9,
    worthwhile: float = 0.1,
    before: int | None = None,
    after: int | None = None,
    own_level: bool = True,
    least_active: float = 0.5,
    picked: Picked | None = None,
    anyway: bool = False,
    draws: int = 200,
    seed: int = 0,
) -> Lift:
    """Lift of the `treated` (accounts,) from `start` on, in `outcome` shape (accounts, periods), zeros included.

    `start` is the first treated period, one for all or one for each account; accounts that start together form a cohort,
    whose controls are never treated or not before its last period. `groups` (accounts,) holds codes, below zero for
    none: accounts of one group are never each other's controls and count as one where chance is measured. `before` and
    `after` bound the periods used on either side. On `own_level` each account is measured against its own mean before
    the start, and accounts with an outcome in fewer than `least_active` of those periods are left out; without it the
    outcome is compared as given. `picked` says how the treated were chosen, None that their growth is to tell.
    `worthwhile` is the smallest lift worth knowing, as a share.

    Raises CoverageNotKept where the rule of `refuse` gives no verdict, unless `anyway`: then the verdict is
    "cannot tell yet" and the reason stands in it. Raises NothingThere, NotAlike, NotFinite, NothingVaries, TooFew,
    OutOfOrder, BelowZero. Source: Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), Synthetic
    difference-in-differences; cohorts as in Clarke, Pailanir, Athey and Imbens (2023).
    """
    if not (0 < level < 1 and worthwhile > 0):
        raise BelowZero(f"A level of {level} and a lift worth knowing of {worthwhile} make no sense: give shares.")
    whole = panel(outcome=outcome, treated=treated, start=start, groups=groups)
    parts = cohorts(panel=whole, before=before, after=after, own_level=own_level, least_active=least_active)
    seen = compare(parts)
    design = _design(seen, picked)
    refused = refuse(design) or ""
    if refused and not anyway:
        raise CoverageNotKept(refused)
    luck = chance(seen=seen, cluster=whole.cluster, level=level, draws=draws, seed=seed)
    found = _lift(whole, seen, luck, design, worthwhile=worthwhile, level=level)
    dates = _placebo_dates(parts, whole.cluster, level=level, draws=draws, seed=seed)
    found = replace(found, refused=refused, dates=dates, verdict=CANNOT_TELL if refused else found.verdict)
    return replace(found, cautions=_cautions(found, design))


def _design(seen: Compared, picked: Picked | None) -> Design:
    grown, unmatched = growth(seen)
    return Design(
        treated=sum(int(one.treated.sum()) for one in seen.cohorts),
        controls=min(int((~one.treated).sum()) for one in seen.cohorts),
        before=min(one.before for one in seen.cohorts),
        after=max(one.after for one in seen.cohorts),
        picked=picked,
        grown=grown,
        unmatched=unmatched,
    )


def _lift(whole: Panel, seen: Compared, luck: Chance, design: Design, *, worthwhile: float, level: float) -> Lift:
    unit = _unit(seen)
    share = _share(seen, luck)
    detectable = luck.detectable(seen.counterfactual)
    early = seen.statistics[GAPS:][seen.event < 0]
    units, periods = _weights(whole, seen)
    return Lift(
        verdict=_verdict(seen, luck, detectable, worthwhile),
        share=share,
        effect=_interval(seen.statistics[EFFECT], luck.reach[EFFECT], unit),
        error=luck.error * unit,
        p=luck.p,
        detectable=None if detectable is None else detectable * seen.counterfactual * unit,
        detectable_share=detectable,
        worthwhile=worthwhile,
        level=level,
        method=luck.method,
        treated=design.treated,
        controls=design.controls,
        before=design.before,
        after=design.after,
        cohorts=len(seen.cohorts),
        units=units,
        periods=periods,
        left_out=(whole.start >= 0) & ~_compared(whole, seen),
        slope=_interval(seen.statistics[SLOPE], luck.reach[SLOPE], unit),
        rms=float(early.std()) * unit,
        growth=design.grown,
        unmatched=design.unmatched,
        paths=Paths(seen.event, seen.path, seen.path - seen.statistics[GAPS:], luck.reach[GAPS:]),
        dates=(),
        naive=_naive(whole, seen),
        takes=_takes(seen, luck, worthwhile),
        refused="",
        cautions=(),
    )


def _unit(seen: Compared) -> float:
    """Mean own level of the treated: what one in the comparison is worth in the outcome's unit."""
    levels = [float(made.treated[0] @ one.level) for one, made in zip(seen.cohorts, seen.found, strict=True)]
    return float(seen.share @ np.array(levels))


def _share(seen: Compared, luck: Chance) -> Interval:
    """The effect over what would have been, which counts as known; nothing where that is not above zero."""
    if seen.counterfactual <= 0:
        return Interval(None, None, None)
    return _interval(seen.statistics[EFFECT], luck.reach[EFFECT], 1 / seen.counterfactual)


def _interval(value: float, reach: float, unit: float) -> Interval:
    if not np.isfinite(reach):
        return Interval(float(value) * unit, None, None)
    return Interval(float(value) * unit, float(value - reach) * unit, float(value + reach) * unit)


def _verdict(seen: Compared, luck: Chance, detectable: float | None, worthwhile: float) -> str:
    effect = seen.statistics[EFFECT]
    if abs(effect) > luck.reach[EFFECT]:
        return RAISED if effect > 0 else LOWERED
    return NOT_SHOWN if detectable is not None and detectable <= worthwhile else CANNOT_TELL


def _weights(whole: Panel, seen: Compared) -> tuple[Floats, Floats]:
    units, periods = np.zeros(whole.outcome.shape[0]), np.zeros(whole.outcome.shape[1])
    for one, made, share in zip(seen.cohorts, seen.found, seen.share, strict=True):
        start = int(whole.start[one.rows[one.treated][0]])
        units[one.rows] += share * made.units[0]
        periods[start - one.before : start] += share * made.periods[0]
    return units, periods


def _compared(whole: Panel, seen: Compared) -> Mask:
    mark = np.zeros(whole.start.size, dtype=bool)
    for one in seen.cohorts:
        mark[one.rows[one.treated]] = True
    return mark


def _naive(whole: Panel, seen: Compared) -> Naive:
    rows = []
    for one in seen.cohorts:
        kept = one.paths[one.treated].mean(axis=0)[:, None]
        even = np.full((one.before, 1), 1 / one.before)
        rows += [
            statistics(cohort=one, kept=kept, against=against, periods=even)
            for against in (np.zeros_like(kept), one.paths[~one.treated].mean(axis=0)[:, None])
        ]
    alone, beside = (together(cohorts=seen.cohorts, rows=rows[first::2], cells=seen.share[:, None]) for first in (0, 1))
    change = []
    for one in seen.cohorts:
        start = int(whole.start[one.rows[one.treated][0]])
        total = whole.outcome[one.rows, start - one.before : start + one.after].sum(axis=0)
        past = float(total[: one.before].mean())
        change.append(float(total[one.before :].mean()) / past - 1 if past > 0 else 0.0)
    return Naive(_as_share(alone), _as_share(beside), float(seen.share @ np.array(change)))


def _as_share(found: Floats) -> float | None:
    effect, base = float(found[EFFECT, 0]), float(found[BASE, 0])
    return effect / (base - effect) if base > effect else None


def _takes(seen: Compared, luck: Chance, worthwhile: float) -> Takes:
    """How many treated accounts, or periods after the start, would bring the detectable share down to `worthwhile`."""
    wanted = (worthwhile * max(0.0, seen.counterfactual) / luck.multiple) ** 2
    from_treated = luck.from_treated(worthwhile)
    now = from_treated + luck.controls
    if wanted <= 0 or now <= wanted:
        return Takes(None, None)
    treated, room = sum(int(one.treated.sum()) for one in seen.cohorts), wanted - luck.controls
    accounts = int(np.ceil(treated * from_treated / room)) if room > 0 else None
    within, between, after = _swings(seen, luck)
    lasting = max(0.0, between - within / after)
    room = wanted / now * (lasting + within / after) - lasting
    periods = int(np.ceil(within / room)) if room > 0 and within > 0 else None
    return Takes(accounts, periods if periods is not None and periods <= LONGEST else None)


def _swings(seen: Compared, luck: Chance) -> tuple[float, float, float]:
    """Variance of an account's gap from period to period, of its mean between accounts, and the periods after."""
    within, between, after = 0.0, 0.0, 0.0
    for one, made, share in zip(seen.cohorts, seen.found, seen.share, strict=True):
        kind = one.treated if luck.method == "jackknife" and one.treated.sum() > 1 else ~one.treated
        late = one.paths[kind][:, one.before :] - one.paths[kind][:, : one.before] @ made.periods.T
        late = late - late.mean(axis=0)
        between += share * float(late.mean(axis=1).var(ddof=1))
        within += share * float(late.var(axis=1, ddof=1).mean() if one.after > 1 else 0.0)
        after += share * one.after
    return within, between, after


def _placebo_dates(
    parts: list[Cohort], cluster: Ints, *, level: float, draws: int, seed: int
) -> tuple[PlaceboDate, ...]:
    """Effects at starts before the true one, from the periods before it alone; the interval is that of all dates together."""
    shortest = min(one.before for one in parts)
    earlier = [
        shortest // part for part in EARLIER if shortest // part and shortest - shortest // part >= FEWEST_EARLIER
    ]
    found = []
    for back in earlier:
        moved = [replace(one, paths=one.paths[:, : one.before], before=one.before - back) for one in parts]
        seen = compare(moved)
        luck = chance(seen=seen, cluster=cluster, level=1 - (1 - level) / len(earlier), draws=draws, seed=seed)
        found.append(PlaceboDate(back, _share(seen, luck)))
    return tuple(found)


def _cautions(found: Lift, design: Design) -> tuple[str, ...]:
    loud = [one for one in found.dates if one.share.holds_zero is False]
    told = [
        f"A start put {one.earlier} periods earlier, when nothing had been done, shows a lift as well." for one in loud
    ]
    if design.growth:
        told.append(
            "The treated had grown more than others before the start, so part of the lift may be growth going on."
        )
    if found.slope.holds_zero is False:
        told.append("The treated and their controls drifted apart before the start already.")
    missing = int(found.left_out.sum())
    if missing:
        told.append(f"Left out, having bought too seldom before the start: {missing} of the treated.")
    heaviest = found.units.max()
    if heaviest > 0.25:
        told.append(f"One control carries {heaviest:.0%} of the comparison.")
    if found.share.value is None:
        told.append("What the treated would have bought is not above zero, so there is no lift as a share.")
    return tuple(told)
