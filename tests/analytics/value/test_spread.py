from dataclasses import replace

import numpy as np
import pytest

from vitalfew.analytics.value.spread import LEAST, MOST_FREEDOM, _Likelihood, spreads


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


def likelihood(found, free, squares):
    return _Likelihood(free, squares)(np.log([found.typical, found.freedom])).value


def test_no_spread_near_the_one_found_is_more_likely():
    rng = np.random.default_rng(4)
    free = rng.integers(1, 12, 500).astype(float)
    squares = 0.3 * 5 / rng.chisquare(5, free.size) * rng.chisquare(free)
    found = spreads(free, squares)
    for other in (replace(found, typical=found.typical * 1.01), replace(found, freedom=found.freedom / 1.05)):
        assert likelihood(other, free, squares) < likelihood(found, free, squares)


def test_slopes_of_the_likelihood_are_those_of_small_steps():
    rng = np.random.default_rng(5)
    own = _Likelihood(rng.integers(1, 20, 200).astype(float), rng.gamma(1.0, 3.0, 200))
    at, step = np.log([0.3, 5.0]), 1e-5 * np.eye(2)
    here, beside = own(at), [(own(at + one), own(at - one)) for one in step]
    assert here.gradient == pytest.approx([(up.value - down.value) / 2e-5 for up, down in beside], rel=1e-6)
    assert here.hessian == pytest.approx(
        np.array([(up.gradient - down.gradient) / 2e-5 for up, down in beside]), rel=1e-6
    )


@pytest.mark.parametrize("seed", range(4))
def test_variances_of_all_sizes_are_shared_as_is_most_likely_at_the_border(seed):
    # A search without second derivatives ended millions of times beside the top with two of these seeds.
    rng = np.random.default_rng(seed)
    free = rng.integers(1, 30, 2_000).astype(float)
    squares = np.exp(rng.normal(12, 6, free.size)) * rng.chisquare(free)
    found = spreads(free, squares)
    assert found.freedom == pytest.approx(1.0)
    for factor in (0.9, 1.1):
        assert likelihood(replace(found, typical=found.typical * factor), free, squares) < likelihood(
            found, free, squares
        )
