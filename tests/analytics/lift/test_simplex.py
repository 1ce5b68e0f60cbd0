import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from vitalfew.analytics.lift.simplex import period_weights, unit_weights


def problem(seed, *, units, periods, ridge, scale=1.0):
    rng = np.random.default_rng(seed)
    paths = scale * rng.standard_t(3, (units, periods))
    return paths, scale * rng.standard_t(3, (1, periods)), np.array([ridge * scale**2])


def unit_slopes(paths, target, ridge, weights):
    """Slope of the objective in each weight: equal over those in use, no smaller outside."""
    centred = paths - paths.mean(axis=1, keepdims=True)
    gap = (target - target.mean()) - weights @ centred
    return ridge * weights - centred @ gap


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(2, 80),
    st.integers(2, 30),
    st.sampled_from([1e-3, 0.1, 10.0, 1e4]),
    st.sampled_from([1e-6, 1.0, 1e6]),
)
def test_no_unit_wishes_to_trade_weight_with_another(seed, units, periods, ridge, scale):
    paths, target, strength = problem(seed, units=units, periods=periods, ridge=ridge, scale=scale)
    found = unit_weights(paths=paths, target=target, ridge=strength, allowed=np.ones((1, units), dtype=bool))[0]
    assert (found >= 0).all() and found.sum() == pytest.approx(1, abs=1e-9)
    slopes = unit_slopes(paths, target[0], strength[0], found)
    used, size = found > 0, np.abs(slopes).max() + strength[0]
    assert np.ptp(slopes[used]) <= 1e-7 * size
    assert (slopes[~used] >= slopes[used].max() - 1e-7 * size).all()


@pytest.mark.parametrize("ridge", [0.05, 3.0, 100.0])
def test_weights_of_units_are_those_of_a_general_optimiser(ridge):
    paths, target, strength = problem(5, units=9, periods=7, ridge=ridge)
    centred, aim = paths - paths.mean(axis=1, keepdims=True), target[0] - target[0].mean()

    def objective(weights):
        return ((aim - weights @ centred) ** 2).sum() + ridge * (weights**2).sum()

    told = minimize(
        objective,
        np.full(9, 1 / 9),
        bounds=[(0, 1)] * 9,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 500},
    )
    found = unit_weights(paths=paths, target=target, ridge=strength, allowed=np.ones((1, 9), dtype=bool))[0]
    assert found == pytest.approx(told.x, abs=2e-5)
    assert objective(found) <= told.fun + 1e-10


def test_units_that_are_not_allowed_get_nothing_and_change_nothing():
    paths, target, ridge = problem(6, units=20, periods=8, ridge=1.0)
    allowed = np.arange(20) % 3 > 0
    found = unit_weights(paths=paths, target=target, ridge=ridge, allowed=allowed[None])[0]
    alone = unit_weights(paths=paths[allowed], target=target, ridge=ridge, allowed=np.ones((1, allowed.sum()), bool))[0]
    assert (found[~allowed] == 0).all()
    assert found[allowed] == pytest.approx(alone, abs=1e-12)


def test_many_problems_at_once_are_solved_as_one_by_one():
    rng = np.random.default_rng(7)
    paths, target = rng.gamma(2, 1, (40, 12)), rng.gamma(2, 1, (25, 12))
    ridge, allowed = rng.gamma(1, 3, 25), rng.random((25, 40)) < 0.7
    together = unit_weights(paths=paths, target=target, ridge=ridge, allowed=allowed)
    for one in range(25):
        alone = unit_weights(
            paths=paths, target=target[one : one + 1], ridge=ridge[one : one + 1], allowed=allowed[one : one + 1]
        )
        assert together[one] == pytest.approx(alone[0], abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 36), st.integers(2, 60), st.sampled_from([1e-6, 1.0, 1e6]))
def test_no_period_wishes_to_trade_weight_with_another(seed, periods, controls, scale):
    rng = np.random.default_rng(seed)
    columns = scale * rng.standard_t(4, (controls, periods))
    gram = columns.T @ columns + 1e-6 * scale**2 * controls * np.eye(periods)
    slope = columns.T @ (scale * rng.standard_t(4, controls))
    found = period_weights(gram=gram[None], slope=slope[None])[0]
    assert (found >= 0).all() and found.sum() == pytest.approx(1, abs=1e-8)
    slopes = gram @ found - slope
    size = np.abs(gram).max()
    assert np.ptp(slopes[found > 0]) <= 1e-7 * size
    assert (slopes[found == 0] >= slopes[found > 0].max() - 1e-7 * size).all()


def test_equal_units_share_the_weight_equally():
    paths = np.repeat(np.random.default_rng(1).random((1, 6)), 4, axis=0)
    found = unit_weights(paths=paths, target=paths[:1], ridge=np.ones(1), allowed=np.ones((1, 4), dtype=bool))
    assert found[0] == pytest.approx([0.25] * 4)
