from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import hyp2f1, log1p, mp, mpf, quad

from vitalfew.analytics.refusals import BelowZero, NothingVaries, OutOfOrder
from vitalfew.analytics.repeat.decay import Decay
from vitalfew.analytics.repeat.fitting import Prior
from vitalfew.analytics.repeat.orders import Orders
from vitalfew.analytics.repeat.pareto import Pareto
from vitalfew.analytics.repeat.pareto_fitting import fit_pareto, slopes

TRUTH = Pareto(0.55, 10.6, 0.61, 11.7)
LOYAL = Pareto(1.5, 8.0, 0.5, 60.0)


def one(repeats, last, age):
    return Orders(*(np.array([float(value)]) for value in (repeats, last, age, 0.0)))


def firm(model=TRUTH, customers=4_000, seed=0):
    rng = np.random.default_rng(seed)
    return model.simulate(rng.uniform(5, 120, customers), rng)


def stopped_by_formula(model, repeats, last, age):
    """The part of a customer that left, by the hypergeometric functions of Fader and Hardie's note, to 50 digits."""
    r, alpha, s, beta = (mpf(value) for value in (model.r, model.alpha, model.s, model.beta))
    total, far = r + s + repeats, max(alpha, beta)
    first = s + 1 if alpha >= beta else r + repeats

    def part(time):
        return hyp2f1(total, first, total + 1, abs(alpha - beta) / (far + time)) / (far + time) ** total

    return s / total * (part(mpf(last)) - part(mpf(age)))


@pytest.mark.parametrize("model", [TRUTH, LOYAL, Pareto(0.2, 3.0, 2.5, 400.0), Pareto(3.0, 90.0, 0.3, 0.5)])
@pytest.mark.parametrize(
    "case", [(0, 0, 30), (1, 2, 30), (5, 29.9, 30), (40, 150, 200), (161, 38, 38.5), (254, 90, 300)]
)
def test_likelihood_equals_the_hypergeometric_formula(model, case):
    repeats, _, age = case
    with mp.workdps(50):
        r, alpha, s, beta = (mpf(value) for value in (model.r, model.alpha, model.s, model.beta))
        shared = mp.gamma(r + repeats) / mp.gamma(r) * alpha**r * beta**s
        active = 1 / ((alpha + age) ** (r + repeats) * (beta + age) ** s)
        stopped = stopped_by_formula(model, *case)
        expected = float(mp.log(shared * (active + stopped))), float(active / (active + stopped))
    assert model.log_likelihood(one(*case))[0] == pytest.approx(expected[0], abs=1e-8, rel=1e-10)
    assert model.chance_active(one(*case))[0] == pytest.approx(expected[1], rel=1e-8)


@pytest.mark.parametrize("repeats", [161, 204, 221, 254, 3_000])
def test_chance_of_heavy_buyers_stays_a_chance(repeats):
    for model in (TRUTH, LOYAL, Pareto(0.01, 0.01, 0.01, 0.01), Pareto(20.0, 1e3, 20.0, 1e3)):
        found = model.chance_active(one(repeats, 38.0, 38.9))[0]
        assert 0 < found <= 1
        assert model.expected_orders(one(repeats, 38.0, 38.9), 39.0)[0] > 0


@settings(max_examples=25, deadline=None)
@given(
    st.floats(1e-2, 1e3), st.floats(0.05, 3e3), st.floats(1e-2, 1e3), st.floats(1.001, 20), st.floats(1e-3, 600)
)  # fmt: skip
def test_integral_of_two_falling_powers_keeps_nine_digits(a, p, b, q, span):
    found = Decay(*(np.array([value]) for value in (a, p, b, q, span))).log_integral()[0]
    with mp.workdps(30):
        near, rate = min(a, b), p * min(a, b) / a + q * min(a, b) / b
        reach = log1p(mpf(span) / near)
        ends = {min(reach, mpf(part) / rate) for part in (0, 0.3, 1, 3, 10, 20, 30, 40, 60, 100)}
        ends |= {reach * part / 8 for part in range(9)}

        def integrand(v):
            u = near * mp.expm1(v)
            return near * mp.exp(v) * (a + u) ** -mpf(p) * (b + u) ** -mpf(q)

        exact = mp.log(quad(integrand, sorted(ends)))
    assert found == pytest.approx(float(exact), abs=3e-9)


def test_slopes_are_those_of_the_likelihood():
    orders = firm(customers=200)
    weight, logs, step = np.linspace(0.5, 2, 200), np.log([0.4, 7.0, 0.9, 5.0]), 1e-5
    here = slopes(orders, weight, logs)
    value = weight @ Pareto(*np.exp(logs)).log_likelihood(orders)
    assert here.value == pytest.approx(value, rel=1e-12)
    for number, way in enumerate(np.eye(4) * step):
        there, back = slopes(orders, weight, logs + way), slopes(orders, weight, logs - way)
        assert here.gradient[number] == pytest.approx((there.value - back.value) / (2 * step), rel=1e-6, abs=1e-5)
        bend = (there.gradient - back.gradient) / (2 * step)
        assert here.hessian[number] == pytest.approx(bend, rel=1e-6, abs=1e-5)


def test_fit_recovers_the_parameters_customers_were_made_with():
    fitted = fit_pareto(orders=firm(LOYAL, customers=20_000), prior=None)
    errors = fitted.standard_errors
    assert fitted.converged
    for name in ("r", "alpha", "s", "beta"):
        assert getattr(fitted.model, name) == pytest.approx(getattr(LOYAL, name), abs=3.5 * errors[name])


def test_standard_errors_are_as_wide_as_fits_scatter():
    fits = [fit_pareto(orders=firm(LOYAL, customers=800, seed=seed), prior=None) for seed in range(40)]
    scatter = np.std([np.log([f.model.r, f.model.alpha, f.model.s, f.model.beta]) for f in fits], axis=0)
    told = np.mean([np.sqrt(np.diag(f.log_covariance)) for f in fits], axis=0)
    assert told == pytest.approx(scatter, rel=0.4)


def test_forecasts_add_up_to_the_orders_that_come():
    rng = np.random.default_rng(4)
    customers, age, weeks = 60_000, 60.0, 26.0
    rate = rng.gamma(LOYAL.r, 1 / LOYAL.alpha, customers)
    leave = rng.exponential(1 / rng.gamma(LOYAL.s, 1 / LOYAL.beta, customers))
    repeats = rng.poisson(rate * np.minimum(leave, age))
    last = np.minimum(leave, age) * rng.random(customers) ** (1 / np.maximum(repeats, 1)) * (repeats > 0)
    coming = rng.poisson(rate * np.clip(leave - age, 0, weeks))
    orders = Orders(repeats.astype(float), last, np.full(customers, age), np.zeros(customers))
    error = coming.std() / np.sqrt(customers)
    assert LOYAL.expected_orders(orders, weeks).mean() == pytest.approx(coming.mean(), abs=4 * error)
    assert LOYAL.chance_active(orders).mean() == pytest.approx((leave > age).mean(), abs=0.01)
    assert LOYAL.chance_of_order(orders, weeks).mean() == pytest.approx((coming > 0).mean(), abs=0.01)
    many = repeats >= 8
    assert LOYAL.expected_orders(orders, weeks)[many].sum() == pytest.approx(coming[many].sum(), rel=0.03)


@pytest.mark.parametrize("model", [TRUTH, LOYAL, Pareto(0.8, 5.0, 1.0, 20.0)])
def test_draws_have_the_mean_and_the_chance_that_are_told(model):
    orders = Orders(*(np.array(v, dtype=float) for v in ([0, 3, 40], [0, 20, 99], [5, 50, 100], [0, 0, 0])))
    drawn = model.draw(orders, 26.0, 40_000, np.random.default_rng(4))
    assert drawn.mean(axis=1) == pytest.approx(model.expected_orders(orders, 26.0), rel=0.04)
    assert (drawn > 0).mean(axis=1) == pytest.approx(model.chance_of_order(orders, 26.0), abs=0.01)


def test_forecast_is_smooth_where_the_shape_of_leaving_is_one():
    near = [Pareto(0.8, 5.0, s, 20.0).expected_orders(one(4, 30, 33), 12.0)[0] for s in (1 - 1e-9, 1.0, 1 + 1e-9)]
    assert near == pytest.approx([near[1]] * 3, rel=1e-7)


def test_chance_of_an_order_in_no_time_is_its_rate():
    orders, weeks = firm(customers=50), 1e-6
    rate = TRUTH.expected_orders(orders, weeks)
    assert TRUTH.chance_of_order(orders, weeks) == pytest.approx(rate, rel=1e-5)
    assert (np.diff([TRUTH.chance_of_order(orders, w) for w in (1.0, 4.0, 52.0)], axis=0) > 0).all()


def test_weeks_may_differ_between_customers():
    orders, weeks = firm(customers=3), np.array([1.0, 5.0, 50.0])
    alone = [TRUTH.expected_orders(orders.at(slice(i, i + 1)), float(weeks[i]))[0] for i in range(3)]
    assert TRUTH.expected_orders(orders, weeks) == pytest.approx(alone)
    assert TRUTH.draw(orders, weeks, 5, np.random.default_rng(1)).shape == (3, 5)


def test_simulated_gaps_are_those_of_random_moments():
    made = TRUTH.simulate(np.full(20_000, 300.0), np.random.default_rng(2))
    repeated = made.repeats > 0
    assert (made.log_gaps[~repeated] == 0).all()
    most = made.repeats * np.log(made.last / np.maximum(made.repeats, 1), where=repeated, out=np.zeros(repeated.size))
    assert (made.log_gaps <= most + 1e-9).all()
    # Two gaps part their span at a random moment, and the mean logarithm of such a part is -1.
    two = made.repeats == 2
    assert np.mean(made.log_gaps[two] / 2 - np.log(made.last[two])) == pytest.approx(-1, abs=0.03)


def test_units_of_time_change_nothing_but_the_unit():
    orders = firm(customers=300)
    days = replace(orders, last=orders.last * 7, age=orders.age * 7)
    fits = [fit_pareto(orders=made).model for made in (orders, days)]
    assert (fits[1].r, fits[1].alpha, fits[1].s, fits[1].beta) == pytest.approx(
        (fits[0].r, 7 * fits[0].alpha, fits[0].s, 7 * fits[0].beta), rel=1e-5
    )
    assert fits[1].expected_orders(days, 84.0) == pytest.approx(fits[0].expected_orders(orders, 12.0), rel=1e-5)


def test_order_of_customers_and_their_copies_change_nothing():
    orders = firm(customers=300)
    back = fit_pareto(orders=orders.at(np.arange(300)[::-1]), prior=None).model
    twice = fit_pareto(orders=orders.at(np.repeat(np.arange(300), 2)), prior=None).model
    plain = fit_pareto(orders=orders, prior=None).model
    for other in (back, twice):
        assert other.expected_orders(orders, 26.0) == pytest.approx(plain.expected_orders(orders, 26.0), rel=1e-4)


def test_weak_prior_helps_thirty_customers():
    off = {"prior": [], "none": []}
    for seed in range(20):
        orders = firm(LOYAL, customers=30, seed=seed)
        truth = LOYAL.expected_orders(orders, 26.0)
        for name, fitted in (("prior", fit_pareto(orders=orders)), ("none", fit_pareto(orders=orders, prior=None))):
            off[name].append(np.abs(fitted.model.expected_orders(orders, 26.0) - truth).mean() / truth.mean())
    assert np.mean(off["prior"]) < np.mean(off["none"])
    assert np.mean(off["prior"]) < 0.15


def test_without_a_prior_somebody_must_have_ordered_again():
    quiet = Orders(np.zeros(20), np.zeros(20), np.linspace(1, 40, 20), np.zeros(20))
    with pytest.raises(NothingVaries):
        fit_pareto(orders=quiet, prior=None)
    assert fit_pareto(orders=quiet, prior=Prior()).model.expected_orders(quiet, 12.0).max() < 1


def test_unusable_numbers_are_refused_by_name():
    with pytest.raises(BelowZero):
        Pareto(0.5, -1.0, 0.5, 1.0)
    with pytest.raises(OutOfOrder):
        TRUTH.chance_active(one(3, 50, 40))
