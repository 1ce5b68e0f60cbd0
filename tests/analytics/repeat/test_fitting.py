from dataclasses import replace

import numpy as np
import pytest

from vitalfew.analytics.refusals import NotAlike, NothingVaries, OutOfOrder, TooFew
from vitalfew.analytics.repeat import Orders, Prior, Regular, fit_orders, fitting
from vitalfew.analytics.repeat.newton import Slopes, climb
from vitalfew.analytics.repeat.rows import distinct, each
from vitalfew.analytics.repeat.slopes import Likelihood

TRUTH = Regular(3, 1.2, 5.0, 0.45, 1.0)
NAMES = ("r", "alpha", "a", "b")


def made(model=TRUTH, customers=3_000, seed=1, days=True):
    rng = np.random.default_rng(seed)
    ages = rng.integers(70, 730, customers) / 7
    orders = model.simulate(ages, rng)
    return replace(orders, last=np.ceil(orders.last * 7) / 7) if days else orders


def logs(model):
    return np.log([getattr(model, name) for name in NAMES])


@pytest.mark.parametrize(
    "truth",
    [TRUTH, Regular(1, 0.8, 9.0, 0.5, 3.0), Regular(7, 2.5, 10.0, 0.3, 6.0), Regular(2, 0.5, 4, 0.8, 2.4, False)],
)
def test_fit_finds_the_regularity_and_the_parameters_customers_were_made_with(truth):
    fitted = fit_orders(orders=made(truth, 20_000, days=False), first_may_stop=truth.first_may_stop)
    assert (fitted.model.k, fitted.converged) == (truth.k, True)
    errors = fitted.standard_errors
    for name in NAMES:
        assert getattr(fitted.model, name) == pytest.approx(getattr(truth, name), abs=4 * errors[name])
        assert errors[name] < 0.15 * getattr(truth, name)


def test_truth_lies_within_its_standard_errors_as_often_as_it_should():
    inside = []
    for seed in range(60):
        fitted = fit_orders(orders=made(customers=1_000, seed=seed, days=False), k=3, prior=None)
        off = (logs(fitted.model) - logs(TRUTH)) / np.sqrt(np.diag(fitted.log_covariance))
        inside.append(np.abs(off) < 1.645)
    assert np.mean(inside, axis=0) == pytest.approx(np.full(4, 0.9), abs=0.13)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("k", [1, 2, 5, 12])
def test_slopes_are_those_of_the_likelihood(k, first):
    orders = made(Regular(k, 1.2, 5.0, 0.45, 1.0, first), 300)
    likelihood, point = Likelihood(distinct(orders), k, first), np.log([0.9, 7.0, 0.6, 1.4])
    model = Regular(k, 0.9, 7.0, 0.6, 1.4, first)
    gaps = replace(orders, log_gaps=np.zeros(300))
    assert likelihood(point).value == pytest.approx(
        (model.log_likelihood(gaps) + orders.repeats * np.log(float(np.prod(np.arange(1, k))))).sum(), rel=1e-12
    )
    small = 1e-5
    steps = small * np.eye(4)
    gradient = [(likelihood(point + step).value - likelihood(point - step).value) / (2 * small) for step in steps]
    hessian = [(likelihood(point + step).gradient - likelihood(point - step).gradient) / (2 * small) for step in steps]
    found = likelihood(point)
    assert found.gradient == pytest.approx(np.array(gradient), rel=1e-6)
    assert found.hessian == pytest.approx(np.array(hessian), rel=1e-5, abs=1e-4)


def test_slopes_of_each_row_add_up_to_those_of_all():
    orders, point = made(customers=500), np.log([0.9, 7.0, 0.6, 1.4])
    likelihood = Likelihood(each(orders), 3, True)
    values, gradients = likelihood.of_rows(point, likelihood.endings(point))
    whole = likelihood(point)
    assert values.sum() == pytest.approx(whole.value)
    assert gradients.sum(axis=1) == pytest.approx(whole.gradient)


def test_equal_customers_are_counted_and_not_repeated():
    orders = made(Regular(1, 0.3, 9.0, 0.5, 3.0), 5_000)
    few, many = distinct(orders), each(orders)
    assert few.weight.sum() == 5_000
    assert few.quiet.size < 0.6 * many.quiet.size
    here, there = Likelihood(few, 2, True)(logs(TRUTH)), Likelihood(many, 2, True)(logs(TRUTH))
    assert here.value == pytest.approx(there.value, rel=1e-12)
    assert here.hessian == pytest.approx(there.hessian, rel=1e-10)


def test_nothing_is_left_to_climb_where_the_fit_ends():
    orders = made()
    for prior in (None, Prior()):
        believed = fit_orders(orders=orders, prior=prior)
        assert believed.log_likelihood == pytest.approx(believed.model.log_likelihood(orders).sum(), rel=1e-12)
    fitted = fit_orders(orders=orders, prior=None)
    assert Likelihood(each(orders), fitted.model.k, True)(logs(fitted.model)).gradient == pytest.approx(0, abs=0.01)


def test_search_reports_each_regularity_it_tried_and_takes_the_best():
    orders = made()
    fitted = fit_orders(orders=orders)
    assert fitted.tried.tolist() == [1, 2, 3, 4, 5]
    for k, height in zip(fitted.tried, fitted.tried_log_likelihood, strict=True):
        assert fit_orders(orders=orders, k=int(k)).log_likelihood == pytest.approx(height, abs=1e-6)
    assert fitted.log_likelihood == fitted.tried_log_likelihood.max()
    assert fit_orders(orders=orders, most=2).model.k == 2


def test_many_customers_give_the_same_fit_with_and_without_scouts(monkeypatch):
    orders = made(customers=25_000)
    scouted = fit_orders(orders=orders)
    monkeypatch.setattr(fitting, "SCOUTS", 10**9)
    alone = fit_orders(orders=orders)
    assert scouted.model.k == alone.model.k == 3
    assert logs(scouted.model) == pytest.approx(logs(alone.model), abs=1e-5)
    assert scouted.log_likelihood == pytest.approx(alone.log_likelihood, abs=1e-6)


def test_order_of_the_rows_changes_nothing():
    orders = made(customers=25_000)
    mixed = orders.at(np.random.default_rng(5).permutation(25_000))
    assert logs(fit_orders(orders=mixed).model) == pytest.approx(logs(fit_orders(orders=orders).model), abs=1e-5)


def test_unit_of_time_changes_the_scale_and_nothing_else():
    weeks = made(customers=100)
    days = Orders(weeks.repeats, weeks.last * 7, weeks.age * 7, weeks.log_gaps + weeks.repeats * np.log(7))
    here, there = fit_orders(orders=weeks).model, fit_orders(orders=days).model
    assert there.k == here.k
    assert logs(there) - logs(here) == pytest.approx([0, np.log(7), 0, 0], abs=1e-5)


def test_weak_prior_is_needed_by_thirty_and_hardly_felt_by_three_hundred():
    def error(customers, prior):
        found = [fit_orders(orders=made(customers=customers, seed=s, days=False), k=3, prior=prior) for s in range(30)]
        return np.mean([np.abs(logs(one.model) - logs(TRUTH)) for one in found])

    assert error(30, Prior()) < 0.7 * error(30, None)
    assert error(300, Prior()) == pytest.approx(error(300, None), rel=0.25)


def test_customers_that_never_came_back_give_a_firm_that_expects_little():
    orders = Orders(np.zeros(200), np.zeros(200), np.linspace(1, 100, 200), np.zeros(200))
    fitted = fit_orders(orders=orders)
    assert fitted.model.expected_orders(orders, 52.0).max() < 0.2
    with pytest.raises(NothingVaries):
        fit_orders(orders=orders, prior=None)


def test_forgotten_gaps_are_noticed_where_they_matter():
    orders = replace(made(customers=100), log_gaps=np.zeros(100))
    with pytest.raises(NotAlike):
        fit_orders(orders=orders)
    assert fit_orders(orders=orders, k=1).converged


def test_customers_all_of_this_moment_tell_nothing():
    with pytest.raises(NothingVaries):
        fit_orders(orders=Orders(*np.zeros((4, 50))))


def test_fewer_than_ten_customers_are_too_few():
    with pytest.raises(TooFew):
        fit_orders(orders=made(customers=9))


@pytest.mark.parametrize("wrong", [{"k": 0}, {"k": 25}, {"most": 0}, {"most": 25}])
def test_a_regularity_lies_between_one_and_twenty_four(wrong):
    with pytest.raises(OutOfOrder):
        fit_orders(orders=made(customers=50), **wrong)


def test_flat_likelihood_has_no_standard_errors():
    """Nobody of these stops, so that the chance to stop goes to zero and its parameters are not determined."""
    orders = made(Regular(1, 2.0, 4.0, 1e-6, 10.0), 300)
    assert fit_orders(orders=orders, k=1, prior=None).standard_errors is None
    assert fit_orders(orders=orders, k=1).standard_errors is not None


def test_climb_leaves_a_saddle_and_finds_the_top():
    def two_hills(x):
        u, v = x
        value = -((u * u - 1) ** 2) - v * v
        return Slopes(value, np.array([-4 * u * (u * u - 1), -2 * v]), np.diag([4 - 12 * u * u, -2.0]))

    top = climb(two_hills, np.array([1e-3, 3.0]))
    assert top.converged
    assert np.abs(top.point) == pytest.approx([1, 0], abs=1e-4)


def test_climb_says_when_there_is_no_top():
    def ever_higher(x):
        return Slopes(float(x[0]), np.array([1.0]), np.array([[-1e-12]]))

    assert not climb(ever_higher, np.zeros(1)).converged
