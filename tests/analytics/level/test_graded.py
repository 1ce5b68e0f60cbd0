import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalfew.analytics.level.graded import chance_slopes, information, log_chances, scale_of
from vitalfew.analytics.level.grid import GRID

SCALE = scale_of((4, 2, 5))
SLOPE = np.array([1.9, 0.7, 1.2])
THRESHOLD = np.array([-0.9, 0.15, 1.05, 0.3, -1.5, -0.2, 0.6, 2.0])


def table(slope=SLOPE, threshold=THRESHOLD, points=GRID):
    return log_chances(scale=SCALE, slope=slope, threshold=threshold, points=points)


def test_chances_of_a_questions_answers_add_up_to_one():
    chances = np.exp(table())
    assert np.add.reduceat(chances, SCALE.first_row, axis=0) == pytest.approx(np.ones((3, GRID.size)), abs=1e-14)


def test_threshold_is_where_answering_above_is_as_likely_as_below():
    for place, threshold in enumerate((-0.9, 0.15, 1.05)):
        at = np.exp(table(points=np.array([threshold])))[:4, 0]
        assert at[place + 1 :].sum() == pytest.approx(0.5, abs=1e-12)


@given(st.floats(0.05, 6), st.floats(-4, 4), st.floats(1e-4, 5), st.floats(-40, 40))
def test_chance_of_a_middle_answer_keeps_its_digits(slope, low, width, point):
    with mpmath.workdps(300):
        above = [1 / (1 + mpmath.exp(-slope * (mpmath.mpf(point) - edge))) for edge in (low, mpmath.mpf(low + width))]
        exact = float(mpmath.log(above[0] - above[1]))
    three = scale_of((3,))
    found = log_chances(
        scale=three, slope=np.array([slope]), threshold=np.array([low, low + width]), points=np.array([point])
    )
    assert found[1, 0] == pytest.approx(exact, rel=1e-9, abs=1e-9)


def test_slopes_are_those_of_differences():
    counts = np.random.default_rng(1).random((SCALE.rows, GRID.size))
    by_slope, by_threshold = chance_slopes(scale=SCALE, slope=SLOPE, threshold=THRESHOLD, counts=counts)

    def differ(change_slope, change_threshold):
        ends = [
            (counts * table(SLOPE + side * change_slope, THRESHOLD + side * change_threshold)).sum() for side in (1, -1)
        ]
        return (ends[0] - ends[1]) / 2e-6

    assert by_slope == pytest.approx([differ(1e-6 * side, 0) for side in np.eye(3)], rel=1e-6)
    assert by_threshold == pytest.approx([differ(0, 1e-6 * side) for side in np.eye(8)], rel=1e-6)


def test_information_of_a_question_with_two_answers_is_the_textbooks():
    two = scale_of((2,))
    chance = 1 / (1 + np.exp(-1.4 * (GRID - 0.3)))
    found = information(scale=two, slope=np.array([1.4]), threshold=np.array([0.3]))
    assert found == pytest.approx(1.4**2 * chance * (1 - chance), rel=1e-6)
