"""The level model fitted to all that is known of a firm's accounts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.level.evidence import check_evidence, no_indicators
from vitalfew.analytics.level.graded import scale_of
from vitalfew.analytics.level.indicators import Indicators, check_variety
from vitalfew.analytics.level.likelihood import Known, weigh
from vitalfew.analytics.level.model import LevelModel
from vitalfew.analytics.level.parameters import Layout, Priors
from vitalfew.analytics.level.posterior import Posterior, draws
from vitalfew.analytics.level.questions import ANCHOR, Question, check_questions
from vitalfew.analytics.level.survey import Survey, forms_of
from vitalfew.analytics.level.units import units_of
from vitalfew.analytics.refusals import at_least, finite, not_below_zero

Floats = NDArray[np.float64]

FEWEST_ACCOUNTS = 10
# With fewer accounts or anchor answers the parameters are themselves unsure, and draws of them enter every chance.
UNSURE_ACCOUNTS = 300
ANSWERED_AT_MOST = 5_000
DRAWS = 24


def fit_level(
    *,
    survey: Survey | None = None,
    indicators: Indicators | None = None,
    covariates: Floats | None = None,
    questions: tuple[Question, ...] = (ANCHOR,),
    priors: Priors | None = None,
    drift: float = 0.15,
    errors: bool = False,
    seed: int = 0,
) -> LevelModel:
    """The most probable parameters given survey, behaviour and both together; either may be absent.

    `covariates` (accounts, any) say what is known of an account's mean before it answers or buys (segment, size band;
    see `membership`). `drift` is the spread of one quarter's step of the trait. `errors` asks for standard errors,
    which cost about as much again. With more than 5,000 accounts that answered, 5,000 of them, drawn by `seed`, stand
    for all. Raises the refusals of its inputs, TooFew below 10 accounts.
    Source: graded responses (Samejima 1969), marginal maximum likelihood on a grid (Bock and Aitkin 1981), here of
    survey and behaviour at once; the posterior's mode instead of the maximum, so that 30 accounts are enough.
    """
    priors = priors or Priors()
    priors.check()
    finite(drift=np.array([drift]))
    not_below_zero(drift=np.array([drift]))
    anchor = check_questions(questions)
    accounts = check_evidence(survey=survey, indicators=indicators, covariates=covariates, questions=questions)
    at_least(accounts, FEWEST_ACCOUNTS, "accounts")
    indicators = indicators or no_indicators(accounts)
    check_variety(indicators)
    design = np.zeros((accounts, 0)) if covariates is None else covariates
    scale, units = scale_of([question.answers for question in questions]), units_of(indicators)
    used, weight = _sample(survey, accounts, seed)
    forms = None if used is None else forms_of(survey=used, scale=scale)
    known = Known(forms, units.without(indicators), design - design.mean(axis=0), weight, drift)
    roles = () if survey is None else survey.roles
    layout = Layout(scale, len(questions), len(indicators.names), design.shape[1], max(len(roles), 1))
    answers = 0 if survey is None else int((survey.question == anchor).sum())
    posterior = Posterior(known, layout, anchor, priors, max(0.0, 1 - answers / priors.enough_anchor_answers))
    mode = posterior.mode()
    unsure = accounts < UNSURE_ACCOUNTS or answers < priors.enough_anchor_answers
    root = posterior.root(mode) if errors or unsure else np.zeros((mode.size, 0))
    others = draws(mode=mode, root=root, number=DRAWS if unsure else 0, seed=seed)
    best = layout.parameters(mode)
    return LevelModel(
        questions=questions,
        roles=roles,
        indicators=indicators.names,
        sides=indicators.sides,
        centre=design.mean(axis=0),
        drift=drift,
        parameters=units.back(best),
        draws=tuple(units.back(layout.parameters(one)) for one in others),
        errors=units.errors(layout=layout, mode=mode, root=root) if errors else None,
        accounts=accounts,
        anchor_answers=answers,
        log_likelihood=weigh(known=known, layout=layout, parameters=best).value
        - float((weight @ indicators.known) @ np.log(units.width)),
    )


def _sample(survey: Survey | None, accounts: int, seed: int) -> tuple[Survey | None, Floats]:
    """The answers that are used and what each account counts."""
    weight = np.ones(accounts)
    if survey is None or not survey.account.size:
        return None, weight
    answered = np.unique(survey.account)
    if answered.size <= ANSWERED_AT_MOST:
        return survey, weight
    weight[answered] = 0.0
    chosen = np.random.default_rng(seed).choice(answered, ANSWERED_AT_MOST, replace=False)
    weight[chosen] = answered.size / ANSWERED_AT_MOST
    return survey.where(weight[survey.account] > 0), weight
