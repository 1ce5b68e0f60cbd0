"""A test without labels: foretell what a person answers who was left out, better than simple rules do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.level.evidence import check_evidence, gather
from vitalfew.analytics.level.fitting import fit_level
from vitalfew.analytics.level.graded import log_chances
from vitalfew.analytics.level.grid import LEVELS, blur
from vitalfew.analytics.level.indicators import Indicators
from vitalfew.analytics.level.model import LevelModel
from vitalfew.analytics.level.questions import Question, check_questions
from vitalfew.analytics.level.survey import Survey
from vitalfew.analytics.level.views import view
from vitalfew.analytics.refusals import at_least

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One person of each account with several was left out, and its newest answer to the anchor question foretold.

    Mean log of the chance given to what it did answer: by the `model`, by the account's `segment` alone, and by what
    `others` of the account answered; `lead` of the model over the better of the two, `lead_error` its standard error.
    """

    people: int
    model: float
    segment: float
    others: float
    lead: float
    lead_error: float


def measure_held_out(
    *,
    survey: Survey,
    indicators: Indicators | None = None,
    covariates: Floats | None = None,
    questions: tuple[Question, ...],
    seed: int = 0,
) -> HeldOut:
    """Fits without one person of every account where two or more answered the anchor question, and foretells that one.

    The rule of the others is given more than anybody has: the true shares of the answers of the people left out, for
    each rounded mean of what the others answered. Raises the refusals of `fit_level`, TooFew below 20 such people.
    """
    anchor = check_questions(questions)
    check_evidence(survey=survey, indicators=indicators, covariates=covariates, questions=questions)
    chosen = _left_out(survey, anchor, seed)
    at_least(chosen.size, FEWEST_PEOPLE, "people who can be left out")
    account, answer, role = survey.account[chosen], survey.answer[chosen], survey.roles_of[chosen]
    people = survey.account * (int(survey.respondent.max()) + 1) + survey.respondent
    rest = survey.where(~np.isin(people, people[chosen]))
    model = fit_level(survey=rest, indicators=indicators, covariates=covariates, questions=questions, seed=seed)
    seen = view(
        model=model,
        parameters=model.parameters,
        evidence=gather(model=model, survey=rest, indicators=indicators, covariates=covariates),
    )
    nothing = np.zeros_like(seen.said)
    chances = (
        _foretold(model, seen.density()[account], role)[np.arange(answer.size), answer],
        _foretold(model, seen.density(said=False, behaviour=nothing)[account], role)[np.arange(answer.size), answer],
        _by_others(rest, anchor, account, answer),
    )
    model_score, segment, others = (np.log(np.maximum(chance, 1e-12)) for chance in chances)
    lead = model_score - (segment if segment.mean() > others.mean() else others)
    return HeldOut(
        people=answer.size,
        model=float(model_score.mean()),
        segment=float(segment.mean()),
        others=float(others.mean()),
        lead=float(lead.mean()),
        lead_error=float(lead.std(ddof=1) / np.sqrt(lead.size)),
    )


def _left_out(survey: Survey, anchor: int, seed: int) -> Ints:
    """Rows of the newest anchor answer of one person in each account that has two people or more."""
    asked = np.flatnonzero(survey.question == anchor)
    luck = np.random.default_rng(seed).random(int(survey.respondent.max()) + 1 if survey.respondent.size else 0)
    order = asked[np.lexsort((survey.age[asked], luck[survey.respondent[asked]], survey.account[asked]))]
    account, person = survey.account[order], survey.respondent[order]
    first = np.diff(account, prepend=-1) != 0
    people = np.bincount(account, first | (np.diff(person, prepend=-1) != 0), minlength=survey.accounts)
    rows: Ints = order[first & (people[account] > 1)]
    return rows


def _foretold(model: LevelModel, density: Floats, role: Ints) -> Floats:
    """Chances of the answers of new people of these roles whose accounts stand so, (people, 4)."""
    found = model.parameters
    table = np.exp(log_chances(scale=model.scale, slope=found.slope, threshold=found.threshold))
    row = model.scale.first_row[check_questions(model.questions)]
    chance = np.empty((role.size, LEVELS))
    for one in np.unique(role).tolist():
        eye = blur(spread=found.spread, shift=float(found.shift[one]))
        chance[role == one] = density[role == one] @ eye @ table[row : row + LEVELS].T
    return chance


def _by_others(rest: Survey, anchor: int, account: Ints, answer: Ints) -> Floats:
    """The share of people left out who gave this answer where the others' mean rounds to the same, one added to each."""
    asked = rest.question == anchor
    total = np.bincount(rest.account[asked], rest.answer[asked], minlength=rest.accounts)
    count = np.bincount(rest.account[asked], minlength=rest.accounts)
    mean = np.rint(total[account] / count[account]).astype(np.int64)
    table = np.ones((LEVELS, LEVELS))
    np.add.at(table, (mean, answer), 1.0)
    return np.asarray((table / table.sum(axis=1, keepdims=True))[mean, answer])
