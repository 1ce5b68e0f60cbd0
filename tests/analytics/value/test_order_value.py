import numpy as np
import pytest

from vitalfew.analytics.value.order_value import fit_order_value


def simulated(customers=5_000, slope=0.3):
    rng = np.random.default_rng(1)
    count, log_rate = rng.integers(1, 12, customers).astype(float), rng.normal(-2, 1, customers)
    truth = 9 + slope * log_rate + rng.normal(0, 0.6, customers)
    logs = [truth[i] + rng.normal(0, 0.7, int(n)) for i, n in enumerate(count)]
    sale = np.array([np.exp(v).sum() for v in logs])
    sums = np.array([v.sum() for v in logs]), np.array([(v**2).sum() for v in logs])
    found = fit_order_value(
        count=count, sum_log=sums[0], sum_log_squared=sums[1], sale=sale, net=0.9 * sale, log_rate=log_rate
    )
    return truth, sums[0] / count, found


def test_variances_come_back_as_they_were_made():
    truth, _, found = simulated()
    assert found.within == pytest.approx(0.49, rel=0.05)
    assert np.mean((truth - found.centre) ** 2) == pytest.approx(found.variance.mean(), rel=0.06)


def test_intervals_of_order_value_cover_the_truth():
    truth, _, found = simulated()
    assert np.mean(np.abs(truth - found.centre) < 1.2816 * np.sqrt(found.variance)) == pytest.approx(0.8, abs=0.02)


def test_shrunk_value_is_nearer_the_truth_than_the_own_mean():
    truth, own, found = simulated()
    assert np.mean((truth - found.centre) ** 2) < 0.75 * np.mean((truth - own) ** 2)


def test_credit_notes_lower_what_an_order_is_worth():
    _, _, found = simulated()
    assert found.kept == pytest.approx(np.full(5_000, 0.9), abs=1e-9)


def test_one_order_each_at_one_rate_still_gives_a_value():
    ones, logs = np.ones(40), np.linspace(5, 6, 40)
    sale = np.exp(logs)
    found = fit_order_value(
        count=ones, sum_log=logs, sum_log_squared=logs**2, sale=sale, net=sale, log_rate=np.full(40, -1.0)
    )
    assert np.isfinite(found.mean).all()
    assert (np.diff(found.centre) > 0).all()
