import numpy as np
import pytest
from scipy.stats import truncnorm

from vitalfew.analytics.price.halves import Agreement, Slopes, agreement, drawn_in, lasting_share
from vitalfew.analytics.price.shrink import NO_BELIEF


def slopes(*, seed, accounts=3000, lasting=0.6, passing=0.0, noise=0.5):
    """Truths that last with sd `lasting`, deviations of each half with sd `passing`, noise of each half."""
    rng = np.random.default_rng(seed)
    stays = rng.normal(-1, lasting, accounts)
    halves = stays + rng.normal(0, passing, (2, accounts)) + rng.normal(0, noise, (2, accounts))
    return stays, Slopes(halves.mean(axis=0), np.full(accounts, noise**2 / 2), halves, np.full((2, accounts), noise**2))


def test_the_covariance_of_the_halves_is_the_variance_that_lasts():
    _, found = slopes(seed=1, passing=0.5)
    agreed = agreement(found, 0.7)
    assert agreed.covariance == pytest.approx(0.36, abs=3 * agreed.error)
    assert agreed.error == pytest.approx(
        np.std([agreement(slopes(seed=s, passing=0.5)[1], 0.7).covariance for s in range(40)]), rel=0.35
    )
    assert agreed.real


def test_the_correlation_of_halves_that_do_not_agree_is_seldom_real():
    found = [agreement(slopes(seed=seed, lasting=0.0, passing=0.5)[1], 0.35).real for seed in range(200)]
    assert np.mean(found) <= 0.10


def test_reliability_is_the_share_of_the_differences_seen_that_lasts():
    _, found = slopes(seed=2, passing=0.4)
    assert agreement(found, np.sqrt(0.36 + 0.08)).reliability == pytest.approx(0.36 / (0.36 + 0.08 + 0.125), abs=0.05)


def test_what_passes_is_drawn_in_as_noise_is():
    stays, found = slopes(seed=3, lasting=0.3, passing=0.9)
    drawn, plain = drawn_in(found, NO_BELIEF), drawn_in(found, NO_BELIEF, by_halves=False)
    squares = [np.mean((one.shrunk.centre - stays) ** 2) for one in (drawn, plain)]
    assert squares[0] < 0.75 * squares[1]
    slope = np.polyfit(drawn.shrunk.centre, stays, 1)[0]
    assert slope == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize(("covariance", "error"), [(0.2, 0.1), (-0.3, 0.2), (0.5, 0.05), (0.0, 10.0)])
def test_the_lasting_share_is_the_mean_of_a_normal_between_none_and_all(covariance, error):
    spread = 0.6
    scale, at = error / spread**2, covariance / spread**2
    exact = truncnorm((0 - at) / scale, (1 - at) / scale, loc=at, scale=scale).mean()
    assert lasting_share(Agreement(covariance, error, 0.0), spread) == pytest.approx(float(exact), abs=1e-6)


@pytest.mark.parametrize(("covariance", "share"), [(0.9, 1.0), (-0.9, 0.0)])
def test_the_lasting_share_ends_at_none_and_at_all(covariance, share):
    assert lasting_share(Agreement(covariance, 1e-4, 0.0), 0.5) == share


def test_halves_that_say_nothing_leave_a_half():
    assert lasting_share(Agreement(0.0, float("inf"), 0.0), 0.5) == 0.5


def test_too_few_accounts_agree_on_nothing():
    _, found = slopes(seed=4, accounts=4)
    assert agreement(found, 0.5) == Agreement(0.0, float("inf"), 0.0)
