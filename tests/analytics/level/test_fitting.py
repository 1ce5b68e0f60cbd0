from dataclasses import fields, replace

import numpy as np
import pytest

from tests.analytics.level.firms import TRUE, firm, known, model
from vitalfew.analytics.level import (
    Priors,
    Question,
    Rules,
    World,
    estimate_level,
    fit_level,
    fitting,
    membership,
    simulate_level,
)
from vitalfew.analytics.level.graded import scale_of
from vitalfew.analytics.level.likelihood import Known, weigh
from vitalfew.analytics.level.parameters import Layout, Parameters
from vitalfew.analytics.level.posterior import Posterior
from vitalfew.analytics.level.survey import forms_of
from vitalfew.analytics.refusals import NotAlike, NotFinite, OutOfOrder

RECOVERED = ("slope", "threshold", "intercept", "loading", "residual", "spread", "shift")


def flat(found):
    return np.concatenate([np.atleast_1d(getattr(found, field.name)) for field in fields(Parameters)])


def same(left, right, rel=1e-3):
    return flat(left) == pytest.approx(flat(right), rel=rel, abs=rel)


def test_slopes_of_the_whole_likelihood_are_those_of_differences():
    made = firm(60)
    scale = scale_of([question.answers for question in TRUE.questions])
    layout = Layout(scale, 6, 4, 6, 4)
    value = made.indicators.value.copy()
    value[::3, 1] = np.nan
    evidence = Known(
        forms_of(survey=made.survey, scale=scale),
        replace(made.indicators, value=value),
        made.covariates - made.covariates.mean(axis=0),
        np.random.default_rng(1).random(60) + 0.5,
        0.15,
    )
    task = Posterior(evidence, layout, 0, Priors(), 0.5)
    middle = layout.believed(Priors(), 0)[0]
    here = middle + 0.2 * np.random.default_rng(0).normal(size=middle.size)
    differences = [(task.cost(here + step)[0] - task.cost(here - step)[0]) / 2e-5 for step in 1e-5 * np.eye(here.size)]
    assert task.cost(here)[1] == pytest.approx(differences, abs=2e-6)


def test_answered_and_closed_form_agree_where_nobody_said_anything_telling():
    """A question without slope tells nothing: the sum over the grid must then equal the closed form."""
    made = firm(60)
    scale = scale_of((4,))
    layout = Layout(scale, 1, 4, 6, 1)
    truth = replace(TRUE.parameters, slope=np.array([1e-9]), threshold=np.array([-1.0, 0.0, 1.0]), shift=np.zeros(1))
    only = replace(made.survey.where(made.survey.question == 0), role=None, roles=())
    design = made.covariates - made.covariates.mean(axis=0)
    forms = forms_of(survey=only, scale=scale)
    told, untold = (
        weigh(known=Known(said, made.indicators, design, np.ones(60), 0.15), layout=layout, parameters=truth)
        for said in (forms, None)
    )
    with np.errstate(divide="ignore"):
        chances = np.log(0.5), np.log(1e-9 / 4)  # at the ends, in between
    counts = np.asarray(forms.said.sum(axis=0)).ravel()
    expected = counts[[0, 3]].sum() * chances[0] + counts[[1, 2]].sum() * chances[1]
    assert told.value - untold.value == pytest.approx(expected, rel=1e-7)
    assert told.slopes.loading == pytest.approx(untold.slopes.loading, abs=1e-6)
    assert told.slopes.effect == pytest.approx(untold.slopes.effect, abs=1e-6)


def test_parameters_are_recovered_within_their_errors():
    found = model(2000, errors=True)
    off = {
        name: (getattr(found.parameters, name) - getattr(TRUE.parameters, name)) / getattr(found.errors, name)
        for name in RECOVERED
    }
    away = np.concatenate([np.atleast_1d(one) for one in off.values()])
    assert abs(away).max() < 3.5
    assert (abs(away) < 2).mean() > 0.85
    assert off["loading"] == pytest.approx(np.zeros(4), abs=2.5)
    assert found.cutpoints == pytest.approx(TRUE.cutpoints, abs=0.15)


@pytest.mark.slow
def test_errors_are_those_that_firms_show():
    """Forty firms of 400 accounts: the loadings and cutpoints spread as the standard errors say."""
    found = [model(400, seed, errors=True) for seed in range(40)]
    for name, places in (("loading", slice(None)), ("threshold", slice(0, 3))):
        spread = np.std([getattr(one.parameters, name)[places] for one in found], axis=0)
        told = np.mean([getattr(one.errors, name)[places] for one in found], axis=0)
        assert spread / told == pytest.approx(np.ones(spread.size), abs=0.4)


def test_order_of_rows_changes_nothing():
    made = firm(120)
    order = np.random.default_rng(3).permutation(made.survey.account.size)
    names = ("account", "respondent", "question", "answer", "age", "role")
    mixed = replace(made.survey, **{name: getattr(made.survey, name)[order] for name in names})
    again = fit_level(**known(made) | {"survey": mixed}, questions=TRUE.questions)
    assert same(again.parameters, model(120).parameters)


def test_units_of_an_indicator_change_nothing_but_its_own_numbers():
    made = firm(120)
    moved = replace(made.indicators, value=1000 * made.indicators.value + 7, variance=1e6 * made.indicators.variance)
    again = fit_level(**known(made) | {"indicators": moved}, questions=TRUE.questions)
    first = model(120).parameters
    assert again.parameters.loading == pytest.approx(1000 * first.loading, rel=1e-3)
    assert again.parameters.intercept == pytest.approx(1000 * first.intercept + 7, rel=1e-2, abs=5)
    assert again.cutpoints == pytest.approx(model(120).cutpoints, abs=1e-3)
    assert again.log_likelihood == pytest.approx(
        model(120).log_likelihood - made.indicators.value.size * np.log(1000), rel=1e-6
    )


def test_same_seed_gives_the_same_model():
    made = firm(120)
    assert np.array_equal(
        flat(fit_level(**known(made), questions=TRUE.questions, seed=4).draws[3]),
        flat(fit_level(**known(made), questions=TRUE.questions, seed=4).draws[3]),
    )


def test_firm_without_answers_keeps_the_cutpoints_it_was_given():
    made = firm(400)
    found = fit_level(indicators=made.indicators, covariates=made.covariates)
    assert found.cutpoints == pytest.approx((-0.85, 0.1, 1.0), abs=1e-3)
    assert found.anchor_answers == 0 and len(found.draws) == 24
    cuts = np.array([found.cutpoints_of(draw) for draw in found.draws])
    assert cuts.std(axis=0) == pytest.approx(np.full(3, 0.37), abs=0.15)


def test_belief_in_the_cutpoints_is_gone_at_sixty_answers():
    """Cutpoints given far off stay where nobody answers, and lose all pull at sixty answers."""
    far = Priors(cutpoints=(0.5, 1.5, 2.5), cutpoint_spread=0.05)
    made = firm(400)
    rows = np.flatnonzero(made.survey.question == 0)
    some = {}
    for count in (5, 59, 60):
        kept = np.zeros(made.survey.account.size, dtype=bool)
        kept[rows[:count]] = True
        found = fit_level(**known(made) | {"survey": made.survey.where(kept)}, questions=TRUE.questions, priors=far)
        some[count] = found.cutpoints
    assert some[5] == pytest.approx(far.cutpoints, abs=0.1)
    assert (some[60] < np.array(far.cutpoints) - 0.4).all()
    # The last answer still moves it: one part in sixty of a belief that was worth 400 answers.
    assert (some[59] > some[60]).all()


def test_roles_shift_adds_up_to_nothing():
    assert model(400).parameters.shift.sum() == pytest.approx(0.0, abs=1e-9)


def test_many_answering_accounts_are_sampled_and_still_count_for_all(monkeypatch):
    monkeypatch.setattr(fitting, "ANSWERED_AT_MOST", 300)
    made = firm(2000)
    found = fit_level(**known(made), questions=TRUE.questions)
    whole = model(2000, errors=True)
    assert found.parameters.loading == pytest.approx(whole.parameters.loading, abs=0.06)
    assert found.cutpoints == pytest.approx(whole.cutpoints, abs=0.25)
    assert found.log_likelihood == pytest.approx(whole.log_likelihood, rel=0.02)


def test_own_world_may_have_other_questions_roles_and_no_covariates():
    world = World(
        questions=(
            Question("word", words=("a", "b", "c", "d"), anchor=True),
            Question("yes", steps=(1,)),
        ),
        roles=("owner",),
        indicators=("one",),
        sides=("",),
        parameters=Parameters(
            np.array([2.0, 1.0]),
            np.array([-1.0, 0.0, 1.0, 0.2]),
            np.array([5.0]),
            np.array([0.8]),
            np.array([0.5]),
            np.zeros(0),
            0.3,
            np.zeros(1),
        ),
        groups=(),
        error=(1.0,),
    )
    made = simulate_level(world=world, accounts=600, rng=np.random.default_rng(2))
    found = fit_level(survey=made.survey, indicators=made.indicators, questions=world.questions)
    assert found.parameters.loading == pytest.approx([0.8], abs=0.15)
    told = estimate_level(model=found, survey=made.survey, indicators=made.indicators, rules=Rules(deciding=("owner",)))
    assert told.chance.sum(axis=1) == pytest.approx(np.ones(600))


def test_membership_has_a_column_for_each_group():
    found = membership(np.array([2, 5, 2]), np.array([0, 0, 1]))
    assert found.tolist() == [[1, 0, 1, 0], [0, 1, 1, 0], [1, 0, 0, 1]]


@pytest.mark.parametrize(
    ("priors", "refusal"),
    [
        (Priors(cutpoints=(0.0, 0.0, 1.0)), OutOfOrder),
        (Priors(slope=float("nan")), NotFinite),
        (Priors(shift_spread=0.0), NotFinite),
    ],
)
def test_beliefs_that_are_none_are_refused(priors, refusal):
    with pytest.raises(refusal):
        fit_level(**known(firm(60)), questions=TRUE.questions, priors=priors)


@pytest.mark.parametrize(
    "questions",
    [
        TRUE.questions[1:],
        (*TRUE.questions, TRUE.questions[0]),
        (replace(TRUE.questions[0], steps=(2, 3)), *TRUE.questions[1:]),
        (*TRUE.questions[:5], Question("none")),
        (*TRUE.questions[:5], Question("side", steps=(1,), side="left")),
    ],
)
def test_questions_that_define_no_levels_are_refused(questions):
    with pytest.raises(NotAlike):
        fit_level(**known(firm(60)), questions=questions)


def test_steps_that_fall_are_refused():
    with pytest.raises(OutOfOrder):
        fit_level(**known(firm(60)), questions=(*TRUE.questions[:5], Question("down", steps=(3, 2))))
