import numpy as np
import pytest

from vitalfew.analytics.value.spread import LEAST, MOST_FREEDOM, spreads


@pytest.mark.parametrize("freedom", [3.0, 8.0, 30.0])
def test_variances_that_differ_come_back_as_they_were_made(freedom):
    rng = np.random.default_rng(1)
    free = rng.integers(1, 12, 40_000).astype(float)
    own = 0.3 * freedom / rng.chisquare(freedom, free.size)
    found = spreads(free, own * rng.chisquare(free))
    assert found.typical == pytest.approx(0.3, rel=0.03)
    assert found.freedom == pytest.approx(freedom, rel=0.15)


def test_equal_variances_are_shared():
    rng = np.random.default_rng(2)
    free = np.full(400, 5.0)
    found = spreads(free, 0.3 * rng.chisquare(free))
    own, _ = found.shrunk(free, 0.3 * rng.chisquare(free))
    assert found.freedom > 50
    assert own == pytest.approx(np.full(400, 0.3), rel=0.3)


def test_shrunk_variances_lie_between_the_own_and_the_typical_one():
    rng = np.random.default_rng(3)
    free = np.full(2_000, 4.0)
    squares = 0.3 * 5 / rng.chisquare(5, 2_000) * rng.chisquare(free)
    found = spreads(free, squares)
    shrunk, total = found.shrunk(free, squares)
    own = squares / free
    assert ((shrunk - own) * (shrunk - found.typical) <= 1e-12).all()
    assert (total == found.freedom + 4).all()


@pytest.mark.parametrize("free", [np.zeros(30), np.array([3.0] * 5)])
def test_few_customers_share_one_variance(free):
    found = spreads(free, 0.2 * free)
    assert found.freedom == MOST_FREEDOM
    assert found.typical == pytest.approx(max(0.2 * (free.sum() > 0), LEAST))


def test_orders_of_one_size_to_the_penny_have_a_variance_all_the_same():
    found = spreads(np.full(20, 3.0), np.zeros(20))
    assert (found.shrunk(np.full(20, 3.0), np.zeros(20))[0] >= LEAST).all()
