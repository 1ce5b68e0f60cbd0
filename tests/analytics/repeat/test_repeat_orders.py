import numpy as np
import pytest

from tests.analytics.firm import TRUTH, firm
from vitalfew.analytics.repeat.repeat_orders import (
    OrderModel,
    Orders,
    chance_active,
    draw_orders,
    expected_orders,
    fit_orders,
    log_likelihood,
)


def one(repeats, last, age):
    return Orders(np.array([float(repeats)]), np.array([float(last)]), np.array([float(age)]))


def test_fit_recovers_the_parameters_customers_were_made_with():
    model = fit_orders(orders=firm(customers=20_000, seed=1).orders)
    assert (model.r, model.alpha) == pytest.approx((TRUTH.r, TRUTH.alpha), rel=0.15)
    assert model.a / (model.a + model.b) == pytest.approx(TRUTH.a / (TRUTH.a + TRUTH.b), abs=0.02)


def test_single_order_likelihood_equals_the_integral_by_hand():
    model = OrderModel(1.0, 10.0, 1.0, 1.0)
    # One order, then nothing for 10 weeks: stopped at once (1/2), or active (1/2) with no order (10/20).
    found = np.exp(log_likelihood(model=model, orders=one(0, 0, 10)))[0]
    assert found == pytest.approx(0.75)
    assert chance_active(model=model, orders=one(0, 0, 10))[0] == pytest.approx(0.25 / 0.75)


def test_predicted_orders_add_up_to_those_that_came():
    known = firm(customers=40_000, seed=2)
    active = chance_active(model=TRUTH, orders=known.orders)
    expected = (active * expected_orders(model=TRUTH, orders=known.orders, weeks=26)).sum()
    assert known.future_orders.sum() == pytest.approx(expected, rel=0.03)


def test_chance_of_being_active_is_the_share_that_buys_in_the_long_run():
    known = firm(customers=20_000, seed=3, days=4_000)
    active = chance_active(model=TRUTH, orders=known.orders)
    rate = (TRUTH.r + known.orders.repeats) / (TRUTH.alpha + known.orders.age)
    steady = rate > 0.1
    assert (known.future_orders[steady] > 0).mean() == pytest.approx(active[steady].mean(), abs=0.02)


def test_mean_of_the_draws_is_the_expected_number_of_orders():
    orders = Orders(np.array([0.0, 3.0, 40.0]), np.array([0.0, 20.0, 99.0]), np.array([5.0, 50.0, 100.0]))
    drawn = draw_orders(model=TRUTH, orders=orders, weeks=26, draws=40_000, rng=np.random.default_rng(4))
    assert drawn.mean(axis=1) == pytest.approx(expected_orders(model=TRUTH, orders=orders, weeks=26), rel=0.03)


@pytest.mark.parametrize("repeats", [161, 221, 254, 2_000])
def test_very_heavy_buyers_keep_every_number_finite(repeats):
    heavy = one(repeats, 300, 300.3)
    assert 0.9 < chance_active(model=TRUTH, orders=heavy)[0] <= 1
    rate = (TRUTH.r + repeats) / (TRUTH.alpha + 300.3)
    assert 0 < expected_orders(model=TRUTH, orders=heavy, weeks=26)[0] <= rate * 26


def test_longer_silence_never_makes_a_customer_more_active():
    ages = np.linspace(10, 300, 60)
    silent = Orders(np.full(60, 4.0), np.full(60, 10.0), ages)
    assert (np.diff(chance_active(model=TRUTH, orders=silent)) < 0).all()
