import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from vitalfew.analytics.lookalike.ridge import SCALE_PENALTY, boldness, fit_ridge, fit_scale


def world(seed, rows=300, levels=8, spread=1.0):
    rng = np.random.default_rng(seed)
    level = rng.integers(levels, size=rows)
    matrix = np.column_stack((level[:, None] == np.arange(levels), rng.normal(0, 1, (rows, 3)))).astype(float)
    weights = np.append(rng.normal(0, spread, levels), np.zeros(3))
    best = rng.random(rows) < expit(-1 + matrix @ weights)
    return matrix, best, np.append(np.zeros(levels, dtype=int), [1, 1, 1]), weights


def loss(beta, matrix, best, penalty):
    odds = beta[0] + matrix @ beta[1:]
    return np.logaddexp(0, odds).sum() - odds[best].sum() + penalty @ beta[1:] ** 2 / 2


@given(st.integers(0, 10**6), st.sampled_from([0.1, 1.0, 6.0]))
@settings(max_examples=25, deadline=None)
def test_weights_are_the_likeliest_under_their_variances(seed, spread):
    matrix, best, group, _ = world(seed, rows=120, spread=spread)
    best[:2] = (True, False)
    found = fit_ridge(matrix=matrix, best=best, group=group)
    penalty = 1 / found.variance[group]
    start = np.append(found.intercept, found.weights)
    other = minimize(loss, np.zeros(12), (matrix, best, penalty), tol=1e-10)
    assert loss(start, matrix, best, penalty) <= other.fun + 1e-6 * best.size


def test_variances_are_those_the_weights_show():
    matrix, best, group, _ = world(1)
    found = fit_ridge(matrix=matrix, best=best, group=group)
    chance = expit(found.odds(matrix))
    full = np.column_stack((np.ones(len(matrix)), matrix))
    curve = (full.T * (chance * (1 - chance))) @ full + np.diag(np.append(0, 1 / found.variance[group]))
    learnt = np.bincount(group, 1 - np.diag(np.linalg.inv(curve))[1:] / found.variance[group])
    shown = (np.bincount(group, found.weights**2) + 0.1) / (learnt + 1)
    assert found.variance == pytest.approx(shown, rel=0.03)


def test_variance_of_many_words_is_recovered_and_noise_is_shrunk_away():
    matrix, best, group, weights = world(3, rows=8000, levels=40, spread=0.8)
    found = fit_ridge(matrix=matrix, best=best, group=group)
    assert found.variance[0] == pytest.approx(np.var(weights[:40]), rel=0.25)
    assert np.abs(found.weights[40:]).max() < 0.1
    assert np.corrcoef(found.weights[:40], weights[:40])[0, 1] > 0.95


def test_intervals_of_weights_hold_the_truth():
    inside = []
    for seed in range(40):
        matrix, best, group, weights = world(seed, rows=500)
        found = fit_ridge(matrix=matrix, best=best, group=group)
        sd = np.sqrt(np.diag(found.covariance)[9:])
        inside.append(np.abs(found.weights[8:] - weights[8:]) < 1.645 * sd)
    assert 0.85 < np.mean(inside) <= 0.99


@pytest.mark.parametrize("factor", [1.0, 30.0])
def test_accounts_that_a_column_parts_without_fail_give_finite_weights(factor):
    matrix = np.linspace(-1, 1, 60)[:, np.newaxis] * factor
    found = fit_ridge(matrix=matrix, best=matrix[:, 0] > 0, group=np.array([0]))
    assert np.isfinite(found.weights).all() and np.isfinite(found.covariance).all()
    assert found.weights[0] > 0


def test_start_of_another_fit_changes_nothing():
    matrix, best, group, _ = world(4)
    alone = fit_ridge(matrix=matrix, best=best, group=group)
    half = fit_ridge(matrix=matrix[::2], best=best[::2], group=group)
    again = fit_ridge(matrix=matrix, best=best, group=group, start=half)
    assert again.weights == pytest.approx(alone.weights, abs=0.01)


def test_doubt_is_the_variance_of_the_log_odds():
    matrix, best, group, _ = world(5)
    found = fit_ridge(matrix=matrix, best=best, group=group)
    drawn = np.random.default_rng(1).multivariate_normal(np.zeros(12), found.covariance, 20_000)
    off = drawn[:, :1] + drawn[:, 1:] @ matrix[:5].T
    assert off.var(axis=0) == pytest.approx(found.doubt(matrix[:5]), rel=0.05)


def test_scale_draws_bold_odds_together_and_leaves_right_ones():
    rng = np.random.default_rng(6)
    odds = rng.normal(-1, 1.5, 20_000)
    best = rng.random(20_000) < expit(odds)
    assert fit_scale(odds=odds, best=best) == pytest.approx((0, 1), abs=0.06)
    assert fit_scale(odds=3 * odds + 1, best=best) == pytest.approx((-1 / 3, 1 / 3), abs=0.05)
    assert boldness(odds=3 * odds + 1, best=best) == pytest.approx(1 / 3, abs=0.02)


def test_scale_of_a_few_accounts_hardly_moves():
    shift, slope = fit_scale(odds=np.array([-1.0, 1.0]), best=np.array([True, False]))
    assert abs(shift) < 1e-9
    assert 0.9 < slope < 1
    assert SCALE_PENALTY.tolist() == [4.0, 16.0]


def test_scale_never_turns_the_order_round():
    odds = np.linspace(-6, 6, 200)
    assert fit_scale(odds=odds, best=odds < 0)[1] == 0
