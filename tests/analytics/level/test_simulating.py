import numpy as np
import pytest

from tests.analytics.level.firms import TRUE, WORLDS, firm, known, levels, model
from vitalfew.analytics.level import World, estimate_level, measure_agreement, measure_retest, simulate_level


@pytest.mark.parametrize("world", WORLDS)
def test_levels_are_told_as_well_as_promised_in_every_world(world):
    """The lines: kappa .70, calibration error .05, runs with 90 % hold .88; and better than nothing is known."""
    made, told = firm(2000, 1, world), levels(2000, 1, world)
    found = measure_agreement(chance=told.chance, level=made.level)
    assert found.kappa >= 0.70 and found.calibration_error <= 0.05 and found.cover >= 0.88
    assert found.size < 2.6
    assert found.log_score > measure_agreement(chance=told.before, level=made.level).log_score + 0.3


@pytest.mark.parametrize("world", WORLDS)
def test_told_levels_are_right_more_often_than_all(world):
    made, told = firm(2000, 1, world), levels(2000, 1, world)
    some = told.verdict == 2
    assert some.mean() > 0.2
    sure = measure_agreement(chance=told.chance[some], level=made.level[some])
    whole = measure_agreement(chance=told.chance, level=made.level)
    assert sure.accuracy > whole.accuracy + 0.05 and sure.within_one > 0.98


def test_two_halves_of_the_evidence_agree():
    """Answers of even and odd persons, first two and last two indicators."""
    made, fitted = firm(2000), model(2000)
    traits = []
    for half in (0, 1):
        survey = made.survey.where(made.survey.respondent % 2 == half)
        value = made.indicators.value.copy()
        value[:, 2 - 2 * half : 4 - 2 * half] = np.nan
        indicators = type(made.indicators)(
            made.indicators.names, made.indicators.sides, value, made.indicators.variance
        )
        traits.append(estimate_level(model=fitted, survey=survey, indicators=indicators, covariates=made.covariates))
    both = np.isin(np.arange(2000), made.survey.account[made.survey.respondent % 2 == 0])
    both &= np.isin(np.arange(2000), made.survey.account[made.survey.respondent % 2 == 1])
    found = measure_retest(
        first=traits[0].trait[both],
        second=traits[1].trait[both],
        first_level=traits[0].level[both],
        second_level=traits[1].level[both],
    )
    assert found.accounts > 100 and found.correlation >= 0.6 and found.neighbours >= 0.9


def test_shares_of_the_world_are_those_asked_for():
    made = firm(2000)
    assert np.unique(made.survey.account).size / 2000 == pytest.approx(0.36, abs=0.03)
    assert np.median(made.history.orders) == pytest.approx(25, rel=0.1)
    people = np.unique(made.survey.respondent).size / np.unique(made.survey.account).size
    assert people == pytest.approx(2.06, abs=0.1)
    assert made.trait.std() == pytest.approx(1.05, abs=0.05)


def test_bent_worlds_are_bent():
    heavy, priced, silent = (firm(2000, 1, world) for world in list(WORLDS)[1:])
    assert (abs(heavy.trait) > 4).mean() > 0.005
    gap = np.corrcoef(firm(2000).indicators.value[:, :2].T)[0, 1]
    assert np.corrcoef(priced.indicators.value[:, :2].T)[0, 1] > gap + 0.05
    heard = np.isin(np.arange(2000), silent.survey.account)
    assert silent.trait[heard].mean() - silent.trait[~heard].mean() > 0.2
    heard = np.isin(np.arange(2000), firm(2000).survey.account)
    assert abs(firm(2000).trait[heard].mean() - firm(2000).trait[~heard].mean()) < 0.15


def test_generator_passed_in_decides_all():
    first, again = (simulate_level(accounts=50, rng=np.random.default_rng(4)) for _ in range(2))
    assert np.array_equal(first.survey.answer, again.survey.answer)
    assert np.array_equal(first.indicators.value, again.indicators.value)


def test_known_is_what_the_model_takes():
    assert set(known(firm(60))) == {"survey", "indicators", "covariates"}
    assert World().questions == TRUE.questions
