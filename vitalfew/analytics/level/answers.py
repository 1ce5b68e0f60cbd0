"""What answers say about an account's trait today: from answer to person, from person to account, from then to now.

A person sees the account's trait with an own eye: normal around it, shifted by the role, and the same in every form
it fills. The trait wanders from quarter to quarter, so what was said long ago is blurred on its way to today. Older
forms of a person wander to its newest one first, and from there on with those of its colleagues.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.level.graded import Scale, chance_slopes, log_chances
from vitalfew.analytics.level.grid import GRID, blur, blur_slopes
from vitalfew.analytics.level.parameters import Parameters
from vitalfew.analytics.level.survey import Forms

Floats = NDArray[np.float64]

# Keeps logarithms finite where a curve has died out.
LEAST = 1e-260


@dataclass(frozen=True, slots=True)
class Heard:
    """What forms say; every curve is scaled so that its largest value is one, `constant` (answered,) keeps the scale.

    `seen` (forms, points) likelihood of a person's view from that form alone, `viewed` from its older forms too;
    `told` (people, points) likelihood of the account's trait at the time of the person's newest form; `said`
    (answered, waves, points) all of a wave together, `stood` with all that was said until then; `message` (answered,
    points) of the trait today. `kernels` blur a trait into the view of each role in `forms.parts`, `gaps` a view into
    that of an earlier form, `drifts` (waves) the trait of the next wave, or of today, back to this wave.
    """

    seen: Floats
    viewed: Floats
    told: Floats
    said: Floats
    stood: Floats
    message: Floats
    constant: Floats
    kernels: list[Floats]
    gaps: list[Floats]
    drifts: list[Floats]


def heard(*, forms: Forms, scale: Scale, parameters: Parameters, drift: float) -> Heard:
    """What all forms say of the accounts that answered."""
    table = log_chances(scale=scale, slope=parameters.slope, threshold=parameters.threshold)
    seen, height = _peaked(forms.said @ table)
    gaps = [blur(spread=drift * again.gap**0.5) for again in forms.again]
    viewed = seen.copy()
    for again, gap in zip(forms.again, gaps, strict=True):
        viewed[again.form], top = _scaled((viewed[again.before] @ gap.T) * seen[again.form])
        height[again.form] += height[again.before] + np.log(top)
    kernels = [blur(spread=parameters.spread, shift=float(parameters.shift[role])) for role, _ in forms.parts]
    told = np.empty((forms.last.size, GRID.size))
    for (_, part), kernel in zip(forms.parts, kernels, strict=True):
        told[part] = viewed[forms.last[part]] @ kernel.T
    size = (forms.answered.size, forms.waves.size, GRID.size)
    said, peak = _peaked((forms.into @ np.log(np.maximum(told, LEAST))).reshape(size))
    constant = peak.sum(axis=1) + np.bincount(forms.owner, height[forms.last], minlength=size[0])
    drifts = [blur(spread=drift * gap**0.5) for gap in -np.diff(forms.waves, append=0)]
    stood, message = np.empty(size), np.ones((size[0], GRID.size))
    for wave, drifting in enumerate(drifts):
        stood[:, wave], top = _scaled(message * said[:, wave])
        constant += np.log(top)
        message = stood[:, wave] @ drifting.T
    return Heard(seen, viewed, told, said, stood, message, constant, kernels, gaps, drifts)


def heard_slopes(
    *, forms: Forms, scale: Scale, parameters: Parameters, found: Heard, outside: Floats, weight: Floats
) -> tuple[Floats, Floats, float, Floats]:
    """Derivatives of the summed log likelihood by slopes, thresholds, the spread and the shifts.

    `outside` (answered, points) is what all but the forms says of today's trait, `weight` (answered,) what the account
    counts. By Fisher's identity they are the expected derivatives given everything.
    """
    then = _smoothed(found, outside, weight).reshape(-1, GRID.size)
    without = then[forms.cell] / np.maximum(found.told, LEAST)
    beyond = np.zeros_like(found.seen)
    by_spread, by_shift = 0.0, np.zeros(parameters.shift.size)
    for (role, part), kernel in zip(forms.parts, found.kernels, strict=True):
        beyond[forms.last[part]] = without[part] @ kernel
        joint = (without[part].T @ found.viewed[forms.last[part]]) * kernel
        shift = float(parameters.shift[role])
        moved, widened = blur_slopes(kernel=kernel, spread=parameters.spread, shift=shift)
        by_shift[role] = (joint * moved).sum()
        by_spread += float((joint * widened).sum()) / parameters.spread
    counts = found.viewed * beyond
    for again, gap in zip(reversed(forms.again), reversed(found.gaps), strict=True):
        # What later forms and all others say of the earlier view; the person counts the same in each of its forms.
        beyond[again.before], _ = _scaled((beyond[again.form] * found.seen[again.form]) @ gap)
        both = found.viewed[again.before] * beyond[again.before]
        counts[again.before] = both * (counts[again.form].sum(axis=1) / both.sum(axis=1))[:, None]
    by_slope, by_threshold = chance_slopes(
        scale=scale, slope=parameters.slope, threshold=parameters.threshold, counts=forms.said.T @ counts
    )
    return by_slope, by_threshold, by_spread, by_shift


def _smoothed(found: Heard, outside: Floats, weight: Floats) -> Floats:
    """How likely each trait was at each wave, given everything, times the account's weight, (answered, waves, points)."""
    then, later = np.empty_like(found.stood), outside
    for wave in range(found.stood.shape[1] - 1, -1, -1):
        later = later @ found.drifts[wave]
        both = found.stood[:, wave] * later
        then[:, wave] = both * (weight / both.sum(axis=1))[:, None]
        later, _ = _scaled(later * found.said[:, wave])
    return then


def _peaked(logs: Floats) -> tuple[Floats, Floats]:
    """Curves whose largest value is one, from their logarithms, and the logarithm of what they were divided by."""
    peak = logs.max(axis=-1)
    return np.exp(logs - peak[..., None]), peak


def _scaled(curves: Floats) -> tuple[Floats, Floats]:
    """The same for curves that are no logarithms: curves and what they were divided by."""
    top = curves.max(axis=1)
    return curves / top[:, None], top
