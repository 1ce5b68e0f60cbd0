"""Why an account's level is what it is, and what would change our mind."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from vitalfew.analytics.level.evidence import Evidence, gather
from vitalfew.analytics.level.graded import information
from vitalfew.analytics.level.grid import GRID, blur, level_chances, level_weights
from vitalfew.analytics.level.indicators import Indicators
from vitalfew.analytics.level.model import LevelModel
from vitalfew.analytics.level.survey import Survey
from vitalfew.analytics.level.views import View, view

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Information that a quarter more of behaviour may bring, one over variance: between these the gains are interpolated.
GAINS = np.geomspace(1e-3, 30.0, 12)


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why the level, account by account; arrays (accounts,) but for `weight`, (accounts, groups).

    `level` the one explained; `start` the log odds of it when only the covariates are known; `weight` what each group of
    evidence in `groups` adds to them, `end` = start + their sum, the log odds given everything. A weight of 1.1 makes
    the odds three times as good. `ask` bits that one more answered form would teach about the level on average, `wait`
    bits that another quarter of behaviour would teach about the level then; below zero where it blurs more than it
    teaches.
    """

    level: Ints
    groups: tuple[str, ...]
    start: Floats
    weight: Floats
    end: Floats
    ask: Floats
    wait: Floats


def weigh_evidence(
    *,
    model: LevelModel,
    survey: Survey | None = None,
    indicators: Indicators | None = None,
    covariates: Floats | None = None,
    accounts: Ints | None = None,
    level: Ints | None = None,
    quarters: float = 4.0,
) -> Reasons:
    """What each indicator and each role's answers add to the log odds of an account's level.

    Evidence is given as to `estimate_level`; `accounts` are the rows that are asked about (all), `level` the levels to
    be explained, one for each of them (the likeliest).

    The weights add up exactly. As the trait stands between the evidence and the level, what a group adds depends on
    what was known before it: each weight is the mean of adding it in order (behaviour, then answers) and in reverse.
    `quarters` is how long behaviour was watched: a quarter more shrinks its known errors by that much.
    The probabilities are those of the model's most probable parameters, and the cap of the rules is not applied.
    Raises the refusals of its inputs.
    """
    evidence = gather(model=model, survey=survey, indicators=indicators, covariates=covariates)
    evidence = evidence if accounts is None else evidence.within(accounts)
    roles = [] if survey is None else (survey.roles or ("answers",))
    steps = len(model.indicators) + len(roles)
    seen = {count: _prefix(model, evidence, range(count)) for count in range(steps + 1)}
    back = {count: _prefix(model, evidence, range(steps - count, steps)) for count in range(steps + 1)}
    density = seen[steps]
    if level is None:
        level = level_chances(density=density, cutpoints=model.cutpoints).argmax(axis=1) + 1
    forward = _log_odds(model, [seen[count] for count in range(steps + 1)], level)
    backward = _log_odds(model, [back[count] for count in range(steps + 1)], level)
    weight = (np.diff(forward, axis=1) + np.diff(backward, axis=1)[:, ::-1]) / 2
    return Reasons(
        level,
        (*model.indicators, *(f"answers: {role}" if survey and survey.roles else role for role in roles)),
        forward[:, 0],
        weight,
        forward[:, -1],
        _ask(model, density),
        _wait(model, density, evidence, quarters),
    )


def _prefix(model: LevelModel, evidence: Evidence, groups: range) -> Floats:
    """Densities when only some groups count: the indicators come first, then the roles."""
    behaviour = len(model.indicators)
    counted = np.array([place in groups for place in range(behaviour)], dtype=np.float64)
    answers = evidence.survey
    if answers is not None:
        answers = answers.where(np.isin(answers.roles_of + behaviour, np.array(groups)))
    seen: View = view(model=model, parameters=model.parameters, evidence=evidence, survey=answers)
    return seen.density(behaviour=seen.shown.of(counted=counted).curve())


def _log_odds(model: LevelModel, densities: list[Floats], level: Ints) -> Floats:
    """Log odds of each account's level under each density, (accounts, densities)."""
    rows = np.arange(level.size)
    chances = [level_chances(density=one, cutpoints=model.cutpoints)[rows, level - 1] for one in densities]
    return np.asarray(logit(np.clip(np.column_stack(chances), 1e-12, 1 - 1e-12)))


def _ask(model: LevelModel, density: Floats) -> Floats:
    """Bits from one more respondent: its view is off by the spread of respondents, its form off by its information."""
    found = model.parameters
    sharp = np.maximum(information(scale=model.scale, slope=found.slope, threshold=found.threshold), 1e-3)
    measure = np.stack([blur(spread=float(sharp[point] ** -0.5))[point] for point in range(GRID.size)])
    weights = level_weights(cutpoints=model.cutpoints)
    return _entropy(density @ weights) - _expected_entropy(density, weights, blur(spread=found.spread) @ measure)


def _wait(model: LevelModel, density: Floats, evidence: Evidence, quarters: float) -> Floats:
    """Bits about the level a quarter ahead from watching until then, against what is known of today's."""
    later = replace(evidence.indicators, variance=evidence.indicators.variance * (quarters / (quarters + 1)))
    more = view(model=model, parameters=model.parameters, evidence=replace(evidence, indicators=later, survey=None))
    now = view(model=model, parameters=model.parameters, evidence=replace(evidence, survey=None))
    added = (more.shown.weight - now.shown.weight).sum(axis=1)
    weights = level_weights(cutpoints=model.cutpoints)
    ahead = blur(spread=model.drift) @ weights
    blind = _entropy(density @ ahead)
    left = np.column_stack(
        [blind, *(_expected_entropy(density, ahead, blur(spread=float(gain**-0.5))) for gain in GAINS)]
    )
    ends = np.concatenate(([0.0], GAINS))
    place = np.clip(np.searchsorted(ends, added, side="right") - 1, 0, GAINS.size - 1)
    share = np.clip((added - ends[place]) / (ends[place + 1] - ends[place]), 0.0, 1.0)
    rows = np.arange(added.size)
    expected = left[rows, place] * (1 - share) + left[rows, place + 1] * share
    return np.asarray(_entropy(density @ weights) - expected)


def _expected_entropy(density: Floats, weights: Floats, outcomes: Floats) -> Floats:
    """Entropy of the level that is left on average once an outcome is seen; `outcomes` (points, outcomes) its chances."""
    joint = np.maximum(np.stack([(density * weight) @ outcomes for weight in weights.T]), 0.0)
    whole = joint.sum(axis=0)
    return np.asarray(-(joint * np.log2(np.maximum(joint, 1e-300) / np.maximum(whole, 1e-300))).sum(axis=(0, 2)))


def _entropy(chance: Floats) -> Floats:
    safe = np.maximum(chance, 1e-300)
    return np.asarray(-(safe * np.log2(safe)).sum(axis=1))
