import numpy as np
import pytest

from vitalfew.analytics.standing.field import Field

FIELD = Field(np.array([0.0, 1.0, 2.0, 3.0]), np.array([9.0, 6.0, 2.0, 0.0]))


def test_rank_counts_those_above_a_revenue():
    assert FIELD.rank_of(np.array([-np.inf, 1.0, 1.5, 8.0])).tolist() == [9.0, 6.0, 4.0, 0.0]


@pytest.mark.parametrize(("top", "bar"), [(2, 2.0), (4, 1.5), (20, 0.0)])
def test_bar_is_the_revenue_that_so_many_pass(top, bar):
    assert FIELD.bar(top) == pytest.approx(bar)
