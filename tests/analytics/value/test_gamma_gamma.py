import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import check_grad
from scipy.stats import gamma, spearmanr

from vitalfew.analytics.refusals import NothingVaries
from vitalfew.analytics.value import GammaGamma, fit_gamma_gamma
from vitalfew.analytics.value.gamma_gamma import _Likelihood

TRUTH = GammaGamma(p=4.0, q=3.0, v=20.0)


def simulated(customers=20_000, seed=1):
    rng = np.random.default_rng(seed)
    count = rng.integers(1, 15, customers).astype(float)
    return count, *TRUTH.simulate(count, rng)


def test_parameters_come_back_as_they_were_made():
    count, mean, _ = simulated(customers=200_000)
    model = fit_gamma_gamma(count=count, mean=mean).model
    assert (model.p, model.q, model.v) == pytest.approx((4.0, 3.0, 20.0), rel=0.04)


def test_likelihood_is_the_integral_over_all_rates():
    """The mean of n orders given the rate is Gamma(n p, n rate); the rate is averaged out numerically."""
    for count, mean in ((1, 10.0), (3, 2.5), (12, 55.0)):

        def density(rate, count=count, mean=mean):
            own = gamma.pdf(mean, count * TRUTH.p, scale=1 / (count * rate))
            return own * gamma.pdf(rate, TRUTH.q, scale=1 / TRUTH.v)

        whole = quad(density, 0, 5, limit=200, epsabs=0, epsrel=1e-10, points=(0.05, 0.2, 0.5))[0]
        found = TRUTH.log_likelihood(np.array([float(count)]), np.array([mean]))[0]
        assert found == pytest.approx(np.log(whole), rel=1e-8)


@pytest.mark.parametrize("logs", [(0.4, 0.9, 0.0), (2.0, -1.0, 1.5), (-1.0, 3.0, -2.0)])
def test_slopes_and_curvature_are_those_of_the_likelihood(logs):
    count, mean, _ = simulated(customers=300)
    one, logs = _Likelihood.of(count, mean), np.array(logs)
    assert check_grad(lambda x: one.cost(x)[0], lambda x: one.cost(x)[1], logs) < 1e-5
    step = 1e-5 * np.eye(3)
    curve = [(one.cost(logs + h)[1] - one.cost(logs - h)[1]) / 2e-5 for h in step]
    assert one.curve(logs) == pytest.approx(np.array(curve), abs=1e-6)
    model = GammaGamma(*np.exp(logs))
    assert one.cost(logs)[0] == pytest.approx(-model.log_likelihood(count, mean).mean(), rel=1e-12)


def test_expected_values_are_right_on_average_and_nearer_than_the_own_mean():
    count, mean, true = simulated()
    expected = TRUTH.expected_mean(count, mean)
    assert expected.mean() == pytest.approx(true.mean(), rel=0.02)
    assert np.mean((expected - true) ** 2) < 0.8 * np.mean((mean - true) ** 2)
    assert TRUTH.expected_mean(np.zeros(1), np.zeros(1))[0] == pytest.approx(TRUTH.population_mean)


def test_draws_hold_what_coming_orders_bring():
    count, mean, true = simulated(customers=3_000)
    rng = np.random.default_rng(2)
    worth = TRUTH.worth(count, mean, kept=0.5)
    brought = 0.5 * rng.standard_gamma(TRUTH.p * 4, 3_000) * true / TRUTH.p
    drawn = worth.draw(np.full((3_000, 400), 4), rng)
    low, high = np.quantile(drawn, (0.1, 0.9), axis=1)
    assert np.mean((brought >= low) & (brought <= high)) == pytest.approx(0.8, abs=0.025)
    assert drawn.mean() == pytest.approx(4 * worth.mean.mean(), rel=0.01)


def test_a_dependence_of_value_on_frequency_is_told():
    count, mean, _ = simulated(customers=2_000)
    found = fit_gamma_gamma(count=count, mean=mean)
    assert not found.depends
    dearer = fit_gamma_gamma(count=count, mean=mean * count**0.3)
    assert dearer.depends
    assert dearer.correlation == pytest.approx(spearmanr(count, mean * count**0.3).statistic, abs=1e-12)


def test_money_in_another_unit_moves_v_alone():
    count, mean, _ = simulated(customers=2_000)
    pounds, pence = (fit_gamma_gamma(count=count, mean=unit * mean).model for unit in (1, 100))
    assert (pence.p, pence.q, pence.v) == pytest.approx((pounds.p, pounds.q, 100 * pounds.v), rel=1e-6)


def test_customers_that_all_pay_the_same_are_told_apart_from_a_model():
    rng = np.random.default_rng(1)
    count = rng.integers(1, 10, 500).astype(float)
    with pytest.raises(NothingVaries, match="use fit_order_value instead"):
        fit_gamma_gamma(count=count, mean=rng.standard_gamma(4 * count) / count)


def test_no_mean_is_told_where_none_exists():
    heavy = GammaGamma(p=2.0, q=0.9, v=1.0)
    assert heavy.population_mean is None
    assert np.isfinite(heavy.expected_mean(np.ones(1), np.ones(1))).all()
    with pytest.raises(NothingVaries, match="no mean exists"):
        heavy.expected_mean(np.zeros(1), np.zeros(1))
