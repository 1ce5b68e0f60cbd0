"""Published and documented figures that the arithmetic of look-alikes must come to."""

import numpy as np
import pytest

from vitalfew.analytics.lookalike.ranking import ranked
from vitalfew.analytics.lookalike.ridge import boldness

# Dose (log10 of CS2 in mg/l), beetles exposed and killed: Bliss 1935, as printed by Dobson.
BEETLES = (
    (1.6907, 59, 6), (1.7242, 60, 13), (1.7552, 62, 18), (1.7842, 56, 28),
    (1.8113, 63, 52), (1.8369, 59, 53), (1.8610, 62, 61), (1.8839, 60, 60),
)  # fmt: skip


def test_logistic_slope_is_that_of_dobsons_beetle_mortality():
    """Dobson, An Introduction to Generalized Linear Models, beetle mortality: slope 34.27 (logit)."""
    dose = np.repeat([one[0] for one in BEETLES], [one[1] for one in BEETLES])
    killed = np.concatenate([np.arange(exposed) < dead for _, exposed, dead in BEETLES])
    assert boldness(odds=dose - 1.8, best=killed) == pytest.approx(34.270, abs=0.005)


def test_area_and_average_precision_are_those_of_scikit_learns_documentation():
    """roc_auc_score and average_precision_score of y = 0 0 1 1, scores .1 .4 .35 .8: 0.75 and 0.83."""
    found = ranked(
        chance=np.array([0.1, 0.4, 0.35, 0.8]), best=np.array([False, False, True, True]), weight=np.ones((1, 4))
    )
    assert found.auc()[0] == 0.75
    assert found.precision()[0] == pytest.approx(0.8333, abs=1e-4)
