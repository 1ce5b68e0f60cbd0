from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from tests.analytics.level.firms import TRUE, firm, known, model
from vitalfew.analytics.level.evidence import gather
from vitalfew.analytics.level.grid import GRID, STEP
from vitalfew.analytics.level.views import prior_chances, view


def seen(side="", **changes):
    evidence = gather(model=model(400), **known(firm(400)) | changes)
    return view(model=model(400), parameters=model(400).parameters, evidence=evidence, side=side)


@pytest.mark.parametrize("side", ["price", "loyalty"])
def test_only_questions_and_indicators_of_a_side_speak_for_it(side):
    made = firm(400)
    other = np.array([question.side != side for question in TRUE.questions])[made.survey.question]
    turned = replace(made.survey, answer=np.where(other, 0, made.survey.answer))
    value = made.indicators.value + np.array([0.0 if one == side else 9.0 for one in TRUE.sides])
    found = seen(side, survey=turned, indicators=replace(made.indicators, value=value))
    assert found.density() == pytest.approx(seen(side).density(), abs=1e-12)
    assert abs(found.density() - seen().density()).max() > 0.05


def test_account_of_which_nothing_is_known_lies_where_its_segment_does():
    made = firm(400)
    nothing = replace(made.indicators, value=np.full_like(made.indicators.value, np.nan))
    found = seen(survey=None, indicators=nothing)
    bell = norm.pdf(GRID, found.centre[:, None], 1.0) * STEP
    assert found.density() == pytest.approx(bell, abs=1e-4)


def test_chances_beforehand_are_areas_of_the_bell():
    evidence = gather(model=model(400), **known(firm(400)))
    found = prior_chances(model=model(400), parameters=model(400).parameters, design=evidence.design)
    edges = [-np.inf, *model(400).cutpoints, np.inf]
    assert found[7] == pytest.approx(np.diff(norm.cdf(edges, seen().centre[7], 1.0)))
