import numpy as np
import pytest

from vitalfew.analytics.refusals import OutOfOrder
from vitalfew.analytics.repeat import Mixture, Orders, Regular, fit_mixture, fit_orders, mixture_fitting
from vitalfew.analytics.repeat.fitting import WEAK

TRUTH = Mixture((Regular(1, 1.2, 8.0, 0.5, 2.0), Regular(6, 3.0, 12.0, 0.4, 4.0)), np.array([0.6, 0.4]))


def made(customers=4_000, seed=1, model=TRUTH):
    rng = np.random.default_rng(seed)
    return model.simulate_on(rng.uniform(20, 150, customers), 26.0, rng)


def test_fit_finds_the_shares_and_parameters_of_the_classes():
    orders, _ = made(20_000)
    fitted = fit_mixture(orders=orders, classes=(1, 6))
    assert fitted.share == pytest.approx(TRUTH.share, abs=0.02)
    for found, truth in zip(fitted.classes, TRUTH.classes, strict=True):
        assert (found.k, found.first_may_stop) == (truth.k, True)
        assert (found.r, found.alpha) == pytest.approx((truth.r, truth.alpha), rel=0.15)
        assert found.a / (found.a + found.b) == pytest.approx(truth.a / (truth.a + truth.b), abs=0.03)


def test_more_classes_than_there_are_put_their_weight_where_the_truth_is():
    orders, _ = made(6_000)
    fitted = fit_mixture(orders=orders)
    assert np.array([one.k for one in fitted.classes]) @ fitted.share == pytest.approx(3.0, abs=0.4)
    assert fitted.log_likelihood(orders).sum() > TRUTH.log_likelihood(orders).sum() - 5


def test_mixture_explains_a_mixed_firm_better_than_one_regularity():
    orders, _ = made()
    fitted = fit_mixture(orders=orders)
    assert fitted.log_likelihood(orders).sum() > fit_orders(orders=orders).log_likelihood + 300


def test_regularity_of_each_customer_follows_its_gaps():
    orders, _ = made()
    often = orders.repeats >= 8
    regularity = TRUTH.regularity(orders)
    evenness = orders.log_gaps[often] / orders.repeats[often] - np.log(orders.last[often] / orders.repeats[often])
    assert np.corrcoef(regularity[often], evenness)[0, 1] > 0.8
    assert np.ptp(regularity[orders.repeats == 0]) < 0.3


def test_classes_are_guessed_as_often_right_as_they_are_sure():
    rng = np.random.default_rng(7)
    kinds = [one.simulate(rng.uniform(20, 150, 3_000), rng) for one in TRUTH.classes]
    both = Orders(*(np.concatenate([getattr(kind, name) for kind in kinds]) for name in Orders.__slots__))
    chance = Mixture(TRUTH.classes, np.array([0.5, 0.5])).chance_of_class(both)[1]
    second = np.repeat([False, True], 3_000)
    for low in (0.0, 0.25, 0.5, 0.75):
        those = (chance >= low) & (chance <= low + 0.25)
        assert second[those].mean() == pytest.approx(chance[those].mean(), abs=0.03)


def test_predictions_add_up_to_what_happens():
    orders, coming = made(60_000, seed=3)
    for promised, happened in (
        (TRUTH.expected_orders(orders, 26.0), coming),
        (TRUTH.chance_of_order(orders, 26.0), coming > 0),
    ):
        error = (happened - promised).std() / np.sqrt(coming.size)
        assert promised.mean() == pytest.approx(happened.mean(), abs=4 * error)


def test_fitted_mixture_promises_no_less_truly_than_the_truth():
    orders, coming = made(6_000, seed=5)
    fitted = fit_mixture(orders=orders)
    ours, best = (np.mean((one.chance_of_order(orders, 26.0) - (coming > 0)) ** 2) for one in (fitted, TRUTH))
    assert ours < best + 0.003


def test_draws_have_the_expected_mean_and_share_of_buyers():
    orders = Orders(np.array([0.0, 3.0, 20.0]), np.array([0.0, 45.0, 99.0]), np.array([5.0, 50.0, 100.0]), np.ones(3))
    spans = np.array([26.0, 26.0, 9.0])
    drawn = TRUTH.draw(orders, spans, 40_000, np.random.default_rng(4))
    assert drawn.mean(axis=1) == pytest.approx(TRUTH.expected_orders(orders, spans), rel=0.04)
    assert (drawn > 0).mean(axis=1) == pytest.approx(TRUTH.chance_of_order(orders, spans), abs=0.01)


def test_chances_of_so_many_orders_add_up_to_the_expectation():
    orders, _ = made(300)
    chances = TRUTH.chance_of_orders(orders, 26.0, int(TRUTH.most_orders(orders, 26.0).max()))
    assert chances.sum(axis=1) == pytest.approx(TRUTH.expected_orders(orders, 26.0))
    assert chances[:, 0] == pytest.approx(TRUTH.chance_of_order(orders, 26.0))


def test_mixture_of_one_class_is_that_class():
    orders, _ = made(200)
    alone, one = Mixture((TRUTH.classes[1],), np.array([1.0])), TRUTH.classes[1]
    assert alone.log_likelihood(orders) == pytest.approx(one.log_likelihood(orders))
    assert alone.expected_orders(orders, 9.0) == pytest.approx(one.expected_orders(orders, 9.0))
    assert alone.chance_active(orders) == pytest.approx(one.chance_active(orders))
    assert alone.pace(orders) == pytest.approx(one.pace(orders))


def test_slopes_are_those_of_the_posterior():
    orders, _ = made(150)
    function = mixture_fitting._Classes.of(
        orders, ks=np.array([1, 2, 5]), middle=np.full(4, 0.1), first_may_stop=True, prior=WEAK, scatter=0.5
    )
    size = 3 * 5 + 4
    point = np.concatenate((np.tile([0, 0.3, 1.5, -0.5, 0.0], 3), [0.3, 1.5, -0.5, 0.2]))
    point += np.random.default_rng(0).normal(0, 0.3, size)
    small = 1e-5
    steps, found = small * np.eye(size), function(point)
    gradient = [(function(point + step).value - function(point - step).value) / (2 * small) for step in steps]
    hessian = [(function(point + step).gradient - function(point - step).gradient) / (2 * small) for step in steps]
    assert found.gradient == pytest.approx(np.array(gradient), abs=1e-5)
    assert found.hessian == pytest.approx(np.array(hessian), abs=1e-5)


def test_parts_and_scouts_change_nothing(monkeypatch):
    orders, _ = made(3_000)
    whole = fit_mixture(orders=orders, classes=(1, 6))
    monkeypatch.setattr(mixture_fitting, "SCOUTS", 500)
    monkeypatch.setattr(mixture_fitting, "AT_ONCE", 700)
    parts = fit_mixture(orders=orders, classes=(1, 6))
    assert parts.share == pytest.approx(whole.share, abs=1e-3)
    assert parts.classes[1].alpha == pytest.approx(whole.classes[1].alpha, rel=1e-2)


def test_order_of_the_rows_changes_nothing():
    orders, _ = made(2_000)
    mixed = orders.at(np.random.default_rng(5).permutation(2_000))
    assert fit_mixture(orders=mixed).share == pytest.approx(fit_mixture(orders=orders).share, abs=1e-4)


def test_little_scatter_holds_all_classes_to_the_same_parameters():
    orders, _ = made(1_000)
    fitted = fit_mixture(orders=orders, scatter=1e-3)
    assert [one.alpha for one in fitted.classes] == pytest.approx([fitted.classes[0].alpha] * 7, rel=0.01)


@pytest.mark.parametrize("classes", [(), (0, 1), (2, 1), (1, 1), (1, 25)])
def test_classes_ascend_from_one(classes):
    with pytest.raises(OutOfOrder):
        fit_mixture(orders=made(50)[0], classes=classes)
