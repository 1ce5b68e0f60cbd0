import numpy as np
import pytest

from vitalfew.analytics.repeat.newton import Slopes, climb

BEND = np.array([[-2.0, 0.9], [0.9, -1.0]])
TOP = np.array([3.0, -1.0])


def hill(point):
    off = point - TOP
    return Slopes(float(off @ BEND @ off) / 2, BEND @ off, BEND)


def test_a_climb_ends_on_the_top():
    found = climb(hill, np.zeros(2))
    assert found.point == pytest.approx(TOP)
    assert found.converged


def test_a_number_held_back_by_a_border_rests_while_the_other_climbs_on():
    found = climb(hill, np.zeros(2), within=(np.array([-5.0, -5.0]), np.array([1.0, 5.0])))
    assert found.point[0] == 1.0
    assert found.point[1] == pytest.approx(TOP[1] + 0.9 * (1.0 - TOP[0]))
    assert not found.converged
