from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logit

from tests.analytics.level.firms import TRUE, firm, known, levels, model
from vitalfew.analytics.level import Survey, estimate_level, weigh_evidence
from vitalfew.analytics.level.evidence import check_evidence
from vitalfew.analytics.level.simulating import _graded

ROWS = np.arange(400)


def reasons(**changes):
    return weigh_evidence(**{"model": model(400), **known(firm(400)), **changes})


def test_weights_lead_from_what_was_known_before_to_what_is_known_now():
    found, told = reasons(), levels(400)
    assert found.start + found.weight.sum(axis=1) == pytest.approx(found.end, abs=1e-12)
    assert found.groups == (*TRUE.indicators, *(f"answers: {role}" for role in TRUE.roles))
    likely = told.chance[ROWS, found.level - 1]
    heard = told.newest >= 0
    assert (found.level == told.level).all()
    assert found.end[heard] == pytest.approx(logit(likely[heard]), abs=1e-6)
    assert found.start == pytest.approx(logit(told.before[ROWS, found.level - 1]), abs=1e-3)


def test_some_accounts_may_be_asked_about_in_any_order():
    rows = np.array([7, 3, 391])
    found, whole = reasons(accounts=rows), reasons()
    for name in ("level", "start", "weight", "end", "ask", "wait"):
        assert getattr(found, name) == pytest.approx(getattr(whole, name)[rows], abs=1e-6)


def test_another_level_may_be_explained():
    found = reasons(level=np.full(400, 2))
    assert found.start == pytest.approx(logit(levels(400).before[:, 1]), abs=1e-3)
    assert found.start + found.weight.sum(axis=1) == pytest.approx(found.end, abs=1e-12)


def test_group_that_said_nothing_weighs_nothing():
    made = firm(400)
    silent = np.setdiff1d(ROWS, made.survey.account)
    assert reasons().weight[silent, 4:] == pytest.approx(np.zeros((silent.size, 4)), abs=1e-12)
    value = made.indicators.value.copy()
    value[:, 1] = np.nan
    unmeasured = reasons(indicators=replace(made.indicators, value=value))
    assert unmeasured.weight[:, 1] == pytest.approx(np.zeros(400), abs=1e-12)


def test_evidence_alone_weighs_all_that_changed():
    """With one indicator only, its weight is the whole way from before to after."""
    made = firm(400)
    value = made.indicators.value.copy()
    value[:, [0, 2, 3]] = np.nan
    found = reasons(survey=None, indicators=replace(made.indicators, value=value))
    assert found.weight[:, 1] == pytest.approx(found.end - found.start, abs=1e-12)


def test_survey_without_roles_is_one_group():
    made = firm(400)
    plain = replace(made.survey, role=None, roles=())
    fitted = replace(model(400), roles=(), parameters=replace(model(400).parameters, shift=np.zeros(1)))
    assert reasons(model=fitted, survey=plain).groups[-1] == "answers"


def test_asking_teaches_what_a_simulated_respondent_does():
    """For accounts that never answered: bits gained on average when one person more answers all questions."""
    made, fitted, rng = firm(400), model(400), np.random.default_rng(8)
    rows = np.setdiff1d(ROWS, made.survey.account)[:60]
    evidence = {
        "indicators": replace(
            made.indicators, value=made.indicators.value[rows], variance=made.indicators.variance[rows]
        ),
        "covariates": made.covariates[rows],
    }
    before = estimate_level(model=fitted, **evidence)
    gained = []
    truth = replace(TRUE, parameters=fitted.parameters)
    for _ in range(30):
        trait = rng.normal(before.trait, before.spread)
        said = _graded(truth, trait + rng.normal(0, fitted.parameters.spread, rows.size), rng)
        form, question = np.indices(said.shape).reshape(2, -1)
        zero = np.zeros(form.size)
        role = np.zeros(form.size, dtype=int)
        survey = Survey(rows.size, form, form, question, said.ravel(), zero, role, TRUE.roles)
        after = weigh_evidence(model=_centred(fitted), survey=survey, **evidence)
        gained.append(_entropy(estimate_level(model=_centred(fitted), survey=survey, **evidence).chance))
        assert after.level.size == rows.size
    alone = weigh_evidence(model=_centred(fitted), **evidence)
    bits = _entropy(estimate_level(model=fitted, **evidence).chance) - np.mean(gained, axis=0)
    assert alone.ask.mean() == pytest.approx(bits.mean(), abs=0.03)
    assert np.corrcoef(alone.ask, bits)[0, 1] > 0.7


def _centred(fitted):
    return replace(fitted, parameters=replace(fitted.parameters, shift=np.zeros(4)))


def _entropy(chance):
    return -(chance * np.log2(np.maximum(chance, 1e-300))).sum(axis=1)


def test_waiting_without_behaviour_only_blurs():
    made = firm(400)
    value = np.full_like(made.indicators.value, np.nan)
    found = reasons(indicators=replace(made.indicators, value=value))
    assert (found.wait < 1e-9).all()


def test_waiting_teaches_more_where_little_was_measured():
    made = firm(400)
    poor = replace(made.indicators, variance=made.indicators.variance * 50)
    assert (
        reasons(survey=None, indicators=poor, quarters=1.0).wait.mean()
        > reasons(survey=None, quarters=20.0).wait.mean()
    )


def test_another_quarter_teaches_less_the_longer_one_has_watched():
    assert (reasons(survey=None, quarters=1.0).wait > reasons(survey=None, quarters=20.0).wait).all()


def test_evidence_must_be_some():
    assert check_evidence(**known(firm(400)), questions=TRUE.questions) == 400
