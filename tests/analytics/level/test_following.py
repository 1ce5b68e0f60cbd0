from dataclasses import replace

import numpy as np
import pytest

from tests.analytics.level.firms import TRUE, firm, known, levels, model
from vitalfew.analytics.level import follow_level
from vitalfew.analytics.level.following import announced
from vitalfew.analytics.refusals import NothingThere


def course(*quarters):
    """What is announced of one account whose likeliest level and its chance go like this."""
    chance = np.full((len(quarters), 1, 4), 0.0)
    for quarter, (level, top) in enumerate(quarters):
        chance[quarter, 0] = (1 - top) / 3
        chance[quarter, 0, level - 1] = top
    level, changed = announced(chance=chance, likely=0.55, sure=0.8)
    return level[:, 0].tolist(), changed[:, 0].tolist()


def test_change_is_announced_after_two_sure_quarters():
    level, changed = course((2, 0.7), (3, 0.85), (3, 0.85), (3, 0.9))
    assert level == [2, 2, 3, 3] and changed == [False, False, True, False]


def test_one_sure_quarter_changes_nothing():
    assert course((2, 0.7), (3, 0.95), (2, 0.7), (3, 0.95), (3, 0.79)) == ([2] * 5, [False] * 5)


def test_second_quarter_alone_is_not_enough():
    assert course((2, 0.7), (3, 0.75), (3, 0.95)) == ([2, 2, 2], [False] * 3)


def test_two_sure_quarters_of_different_levels_change_nothing():
    assert course((2, 0.7), (3, 0.95), (4, 0.95))[0] == [2, 2, 2]


def test_nothing_is_announced_before_a_level_is_likely():
    assert course((2, 0.5), (3, 0.54), (3, 0.6)) == ([0, 0, 3], [False] * 3)


def test_last_quarter_is_what_is_known_today():
    made = firm(400)
    found = follow_level(
        model=model(400), survey=made.survey, indicators=[made.indicators] * 4, covariates=made.covariates
    )
    assert found.chance.shape == (4, 400, 4)
    assert found.chance[-1] == pytest.approx(levels(400).chance, abs=1e-12)


def test_answers_come_in_when_they_were_given():
    """Nobody answered before fourteen months ago, and behaviour is not given: until then only the segment is known."""
    made = firm(400)
    silent = replace(made.indicators, value=np.full_like(made.indicators.value, np.nan))
    found = follow_level(model=model(400), survey=made.survey, indicators=[silent] * 7, covariates=made.covariates)
    before = levels(400).before
    assert found.chance[0] == pytest.approx(found.chance[1], abs=1e-12)
    assert found.chance[0] == pytest.approx(before, abs=2e-4)
    moved = abs(found.chance - before).max(axis=2).mean(axis=1)
    assert (np.diff(moved[1:]) >= -0.01).all() and moved[-1] > 0.1


def test_only_answers_need_a_number_of_quarters():
    made = firm(400)
    fitted = replace(model(400), indicators=(), sides=())
    cut = replace(fitted.parameters, intercept=np.zeros(0), loading=np.zeros(0), residual=np.zeros(0))
    found = follow_level(
        model=replace(fitted, parameters=cut), survey=made.survey, covariates=made.covariates, quarters=3
    )
    assert found.level.shape == (3, 400)


def test_without_a_quarter_there_is_nothing_to_follow():
    with pytest.raises(NothingThere):
        follow_level(
            model=model(400), **{name: part for name, part in known(firm(400)).items() if name != "indicators"}
        )


def test_world_drifts_as_the_model_assumes():
    assert model(400).drift == TRUE.drift
