from dataclasses import replace

import numpy as np

from tests.analytics.level.firms import TRUE, firm
from vitalfew.analytics.level import Priors
from vitalfew.analytics.level.graded import scale_of
from vitalfew.analytics.level.likelihood import Known, weigh
from vitalfew.analytics.level.parameters import Layout
from vitalfew.analytics.level.survey import forms_of


def test_search_that_strays_off_the_grid_still_gets_a_finite_answer():
    """Indicators far sharper than the grid, and accounts far beside it: the sum over the grid must not come to nothing."""
    made = firm(60)
    scale = scale_of([question.answers for question in TRUE.questions])
    layout = Layout(scale, 6, 4, 6, 4)
    known = Known(
        forms_of(survey=made.survey, scale=scale), made.indicators, made.covariates, np.ones(60), 0.15,
    )  # fmt: skip
    parameters = layout.parameters(layout.believed(Priors(), 0)[0])
    for strayed in (
        replace(parameters, residual=np.full(4, 1e-5), loading=np.full(4, 40.0)),
        replace(parameters, effect=np.full(6, 60.0)),
    ):
        found = weigh(known=known, layout=layout, parameters=strayed)
        assert np.isfinite(found.value)
        assert np.isfinite(found.slopes.effect).all() and np.isfinite(found.slopes.loading).all()
