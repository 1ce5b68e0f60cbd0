"""How often the comparison tells the truth on a history in which nothing was done: the A/A test, and A/B with a known lift."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitalfew.analytics.lift.design import Design, Picked, refuse
from vitalfew.analytics.lift.drawing import Drawn, compare_drawn, draw_groups, origins
from vitalfew.analytics.lift.simplex import Floats
from vitalfew.analytics.refusals import BelowZero, at_least


@dataclass(frozen=True, slots=True)
class Coverage:
    """What comparisons of this design say where the truth is known.

    `draws` comparisons were made, of which the rule gave `given` a verdict; all other figures are of those, and None
    where there is none. `cover` is the share of intervals that hold the truth, `bias` and `rmse` the error of the
    estimate, `error` the mean standard error, all in shares of the accounts' own mean before; `false_alarm` the share
    said to be raised or lowered though the lift planted is nothing, `power` the share said to be raised where it is
    something. `controls` is the smallest number there was. `refused` is the rule's word on the design as such, "" where
    it lets it pass.
    """

    count: int
    controls: int
    before: int
    after: int
    picked: Picked
    planted: float
    level: float
    draws: int
    given: int
    cover: float | None
    bias: float | None
    rmse: float | None
    error: float | None
    false_alarm: float | None
    power: float | None
    refused: str


def measure_coverage(
    *,
    history: Floats,
    count: int,
    picked: Picked = "random",
    before: int = 12,
    after: int = 6,
    planted: float = 0.0,
    draws: int = 400,
    level: float = 0.9,
    told: bool = True,
    ruled: bool = True,
    least_active: float = 0.5,
    seed: int = 0,
) -> Coverage:
    """Coverage of `count` treated accounts in `history` (accounts, periods), nothing having been done in it.

    Groups are drawn at every start that leaves `before` and `after` periods, in turn: by lot, or for growth (`picked`).
    `told` says whether the rule knows how; with `ruled` false no comparison is refused, to see what the rule spares.
    `planted` raises the treated by that share from the start on. Deterministic for a `seed`.
    Raises NotAlike, NothingThere, NotFinite, NothingVaries, BelowZero, TooFew.
    """
    if count < 1 or draws < 1:
        raise BelowZero(f"{count} accounts in {draws} draws is nothing to measure: give one of each at least.")
    places = list(origins(history=history, before=before, after=after, least_active=least_active))
    fewest = min(place.paths.shape[0] for place in places)
    at_least(fewest, count + 3, "accounts that bought regularly")
    rng = np.random.default_rng(seed)
    parts = []
    for place, part in zip(places, np.array_split(np.arange(draws), len(places)), strict=True):
        if part.size:
            treated = draw_groups(
                paths=place.paths, before=before, count=count, picked=picked, draws=part.size, rng=rng
            )
            known = picked if told else None
            parts += compare_drawn(origin=place, treated=treated, level=level, picked=known, lifts=[planted], rng=rng)
    plain = refuse(Design(count, fewest - count, before, after, picked if told else None)) or ""
    given = np.array([not ruled or refuse(design) is None for part in parts for design in part.designs])
    return Coverage(
        count=count,
        controls=fewest - count,
        before=before,
        after=after,
        picked=picked,
        planted=planted,
        level=level,
        draws=draws,
        given=int(given.sum()),
        **_told(parts, given, planted),
        refused=plain,
    )


def _told(parts: list[Drawn], given: np.ndarray, planted: float) -> dict[str, float | None]:
    names = ("cover", "bias", "rmse", "error", "false_alarm", "power")
    if not given.any():
        return dict.fromkeys(names)
    effect, base, reach, error = (
        np.concatenate([getattr(part, name) for part in parts])[given] for name in ("effect", "base", "reach", "error")
    )
    wrong = effect - planted * base
    return {
        "cover": float((np.abs(wrong) <= reach).mean()),
        "bias": float(wrong.mean()),
        "rmse": float(np.sqrt((wrong**2).mean())),
        "error": float(error.mean()),
        "false_alarm": None if planted else float((np.abs(effect) > reach).mean()),
        "power": float((effect > reach).mean()) if planted else None,
    }
