import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from vitalfew.analytics.price.shrink import Belief, fitted_middle, middle, moderated, shrunk


def drawn(*, seed, accounts=400, mean=-1.5, spread=0.8, noise=(0.3, 2.0)):
    rng = np.random.default_rng(seed)
    truth = rng.normal(mean, spread, accounts)
    variance = rng.uniform(*noise, accounts) ** 2
    return truth, truth + rng.normal(0, 1, accounts) * np.sqrt(variance), variance


def restricted(estimate, variance, spread):
    """The likelihood of a spread with the mean integrated out numerically."""
    total = np.sqrt(variance + spread**2)
    return quad(lambda mean: np.exp(norm.logpdf(estimate, mean, total).sum() + 20), -8, 8, epsabs=0, limit=400)[0]


def test_the_spread_has_the_greatest_restricted_likelihood():
    _, estimate, variance = drawn(seed=1, accounts=12)
    best = fitted_middle(estimate=estimate, variance=variance).spread
    at = restricted(estimate, variance, best)
    assert all(restricted(estimate, variance, best * factor) < at for factor in (0.9, 1.1))


def test_equal_estimates_have_no_spread():
    found = fitted_middle(estimate=np.full(5, -1.2), variance=np.full(5, 0.3))
    assert (found.mean, found.spread) == (pytest.approx(-1.2), 0.0)
    assert found.error == pytest.approx(np.sqrt(0.3 / 5))


def test_a_belief_weighs_as_one_more_estimate():
    estimate, variance = np.array([-2.0, -1.0]), np.array([0.5, 0.5])
    found = middle(estimate=estimate, variance=variance, spread=0.0, belief=Belief(-1.0, 1.0))
    assert found.mean == pytest.approx((2 * -2.0 + 2 * -1.0 + -1.0) / 5)
    assert found.error == pytest.approx(5**-0.5)


@pytest.mark.parametrize("spread", [0.2, 0.8])
def test_mean_and_spread_are_recovered_and_bands_hold_nine_in_ten(spread):
    inside, means, spreads = [], [], []
    for seed in range(12):
        truth, estimate, variance = drawn(seed=seed, spread=spread)
        found = shrunk(estimate=estimate, variance=variance)
        inside.append(np.abs(found.centre - truth) <= 1.645 * found.sd)
        means.append(found.common.mean)
        spreads.append(found.common.spread)
    assert np.mean(means) == pytest.approx(-1.5, abs=0.05)
    assert np.mean(spreads) == pytest.approx(spread, abs=0.06)
    assert 0.87 <= np.mean(inside) <= 0.93


def test_drawing_in_beats_the_estimates_and_the_mean():
    truth, estimate, variance = drawn(seed=5, accounts=2000)
    found = shrunk(estimate=estimate, variance=variance)
    error = {
        name: np.mean((one - truth) ** 2)
        for name, one in (("drawn", found.centre), ("own", estimate), ("mean", estimate.mean()))
    }
    assert error["drawn"] < 0.8 * min(error["own"], error["mean"])


def test_what_does_not_last_draws_further_in_and_takes_nothing_from_the_band():
    _, estimate, variance = drawn(seed=6)
    whole, part = (shrunk(estimate=estimate, variance=variance, lasting=share) for share in (1.0, 0.4))
    off = [np.abs(one.centre - one.common.mean).mean() for one in (whole, part)]
    assert off[1] == pytest.approx(0.4 * off[0], rel=0.02)
    assert (part.sd >= whole.sd - 1e-9).all()


def test_an_account_of_which_nothing_is_known_gets_the_mean_and_the_whole_spread():
    _, estimate, variance = drawn(seed=7)
    found = shrunk(estimate=np.append(estimate, 99.0), variance=np.append(variance, np.inf))
    assert found.centre[-1] == pytest.approx(found.common.mean, abs=0.02)
    assert found.sd[-1] == pytest.approx(found.nobody)
    assert found.nobody == pytest.approx(np.hypot(found.common.spread, found.common.error), rel=0.05)


def test_without_any_estimate_the_belief_stands():
    found = shrunk(estimate=np.zeros(3), variance=np.full(3, np.inf), belief=Belief(-1.0, 1.0))
    assert (found.centre.tolist(), found.sd.tolist()) == ([-1.0] * 3, [1.0] * 3)


def test_hopelessly_noisy_estimates_change_nothing():
    _, estimate, variance = drawn(seed=8)
    more = shrunk(estimate=np.append(estimate, [1e5, -1e5]), variance=np.append(variance, [1e10, 1e10]))
    alone = shrunk(estimate=estimate, variance=variance)
    assert more.common.spread == pytest.approx(alone.common.spread, rel=1e-3)


def test_scaling_the_estimates_scales_the_answer():
    _, estimate, variance = drawn(seed=9, accounts=50)
    one, ten = (shrunk(estimate=factor * estimate, variance=factor**2 * variance) for factor in (1.0, 10.0))
    assert ten.centre == pytest.approx(10 * one.centre, rel=1e-3)
    assert ten.sd == pytest.approx(10 * one.sd, rel=1e-3)


def test_variances_are_drawn_to_their_mean_by_their_freedom():
    rng = np.random.default_rng(10)
    freedom = rng.choice([1.0, 4.0, 30.0], 4000)
    alike = moderated(variance=2.0 * rng.chisquare(freedom) / freedom, freedom=freedom)
    assert alike.std() < 0.15 and alike.mean() == pytest.approx(2.0, rel=0.05)
    true = 2.0 * 8 / rng.chisquare(10, 4000)
    seen = true * rng.chisquare(freedom) / freedom
    drawn_in = moderated(variance=seen, freedom=freedom)
    assert np.mean((drawn_in - true) ** 2) < 0.6 * np.mean((seen - true) ** 2)
    assert drawn_in.mean() == pytest.approx(true.mean(), rel=0.05)


def test_variances_without_freedom_get_the_mean():
    assert moderated(variance=np.array([1.0, 3.0, 99.0]), freedom=np.array([2.0, 2.0, 0.0]))[2] == pytest.approx(2.0)
    assert moderated(variance=np.array([5.0]), freedom=np.array([0.0])).tolist() == [1.0]
