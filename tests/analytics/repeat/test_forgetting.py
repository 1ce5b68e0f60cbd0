from dataclasses import replace

import numpy as np
import pytest

from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.refusals import NotFinite, NothingThere, OutOfOrder
from vitalfew.analytics.repeat.combined import Combined, fit_combined
from vitalfew.analytics.repeat.fitting import fit_orders
from vitalfew.analytics.repeat.forgetting import fit_forgetting
from vitalfew.analytics.repeat.orders import Orders
from vitalfew.analytics.repeat.origin import orders_at, origin, thinned
from vitalfew.analytics.repeat.pareto import Pareto
from vitalfew.analytics.repeat.regular import Regular
from vitalfew.analytics.repeat.simulated_days import simulate_days

TRUTH = Regular(2, 1.0, 8.0, 0.4, 6.0)
TODAY = 143 * 7
THREE = OrderDays(np.array([0, 3, 3, 5]), np.array([0, 14, 70, 35, 77]), np.ones(5))


def single(orders):
    return fit_orders(orders=orders).model


def days(seed=0, **world):
    return simulate_days(model=TRUTH, customers=1_200, weeks=156, joining=0.7, rng=np.random.default_rng(seed), **world)


def test_orders_of_a_day_are_those_known_by_then():
    rows, orders = orders_at(days=THREE, day=70)
    assert rows.tolist() == [0, 2]
    assert orders.repeats.tolist() == [2, 0]
    assert orders.last.tolist() == [10, 0]
    assert orders.age.tolist() == [10, 5]
    assert orders.log_gaps == pytest.approx([np.log(2) + np.log(8), 0])


def test_origin_counts_what_came_after_its_day():
    found = origin(days=THREE, day=35, weeks=5)
    assert found.rows.tolist() == [0, 2]
    assert found.coming.tolist() == [1, 0]
    assert origin(days=THREE, day=35, weeks=6).coming.tolist() == [1, 1]


def test_half_life_weighs_orders_gaps_and_time_by_their_age():
    rows, orders = orders_at(days=THREE, day=84, half_life=4.0)
    weight = 0.5 ** (np.array([10.0, 2.0]) / 4)
    assert rows.tolist() == [0, 2]
    assert orders.repeats == pytest.approx([weight.sum(), 0.5 ** (1 / 4)])
    assert orders.log_gaps[0] == pytest.approx(weight @ np.log([2.0, 8.0]))
    spent = 4 / np.log(2) * (0.5 ** (2 / 4) - 0.5 ** (12 / 4))
    assert orders.last[0] == pytest.approx(spent)
    assert (orders.age - orders.last) == pytest.approx([2, 1])


def test_endless_half_life_is_no_forgetting():
    made = days()
    plain, endless = (orders_at(days=made, day=TODAY, half_life=one)[1] for one in (np.inf, 1e9))
    for name in ("repeats", "last", "age", "log_gaps"):
        assert getattr(endless, name) == pytest.approx(getattr(plain, name), rel=1e-6, abs=1e-9)


def test_very_short_half_life_leaves_orders_a_model_can_read():
    orders = orders_at(days=days(), day=TODAY, half_life=0.1)[1]
    for model in (TRUTH, Pareto(0.5, 8.0, 0.5, 60.0)):
        assert np.isfinite(model.expected_orders(orders, 12.0)).all()


@pytest.mark.parametrize("seed", range(3))
def test_customers_who_stay_as_they_are_are_not_forgotten(seed):
    found = fit_forgetting(days=days(seed), day=TODAY, weeks=12.0, fit=single)
    assert found.half_life == np.inf
    assert found.why.startswith("none, because")


@pytest.mark.parametrize("seed", range(3))
def test_customers_who_change_are_forgotten_and_foretold_better(seed):
    made = days(seed, drift=1.0)
    found = fit_forgetting(days=made, day=TODAY, weeks=12.0, fit=single)
    assert found.half_life <= 52
    assert found.gain > found.gain_error > 0
    assert found.loss[np.isfinite(found.tried)].min() < found.loss[0]
    past = origin(days=made, day=TODAY, weeks=12.0)
    told = orders_at(days=made, day=TODAY, half_life=found.half_life)[1]
    model = single(past.orders)
    off = [((model.expected_orders(orders, 12.0) - past.coming) ** 2).mean() for orders in (past.orders, told)]
    assert off[1] < 0.9 * off[0]


def test_half_life_is_chosen_from_the_past_alone():
    made = days(drift=0.5)
    upto = made.day <= TODAY
    start = np.concatenate(([0], np.cumsum(made.total(upto)))).astype(np.int64)
    cut = OrderDays(start, made.day[upto], made.value[upto])
    whole, past = (fit_forgetting(days=one, day=TODAY, weeks=12.0, fit=single) for one in (made, cut))
    assert whole.loss.tolist() == past.loss.tolist()
    assert (whole.origins + 84 <= TODAY).all()


def test_season_that_moves_everybody_is_not_taken_for_change():
    season = np.where(np.arange(52) < 40, 0.7, 2.0)
    found = fit_forgetting(days=days(season=season), day=TODAY, weeks=12.0, fit=single)
    assert found.half_life >= 104


class Boastful:
    """A model that expects three times too much of everybody."""

    def __init__(self, orders):
        self.model = single(orders)

    def expected_orders(self, orders, weeks):
        return 3 * self.model.expected_orders(orders, weeks)


def test_level_of_the_forecasts_has_no_say():
    made = days(drift=0.5)
    plain, boastful = (fit_forgetting(days=made, day=TODAY, weeks=12.0, fit=fit) for fit in (single, Boastful))
    assert boastful.loss == pytest.approx(plain.loss)


def test_ledger_too_short_to_foretell_forgets_nothing():
    made = simulate_days(model=TRUTH, customers=200, weeks=20, rng=np.random.default_rng(1))
    found = fit_forgetting(days=made, day=139, weeks=12.0, fit=single)
    assert (found.half_life, found.loss.size, found.origins.size) == (np.inf, 0, 0)
    assert "too short" in found.why


def test_short_ledger_foretells_its_second_half_from_its_first():
    made = simulate_days(model=TRUTH, customers=300, weeks=60, rng=np.random.default_rng(1))
    found = fit_forgetting(days=made, day=60 * 7 - 1, weeks=52.0, fit=single)
    assert found.origins.tolist() == [60 * 7 - 1 - 30 * 7]


def test_without_another_model_the_mean_of_both_is_learned():
    assert fit_forgetting(days=days(drift=1.0), day=TODAY, weeks=12.0, most_origins=1).half_life < 104


def test_combined_answers_are_the_means_of_its_models():
    orders = orders_at(days=days(), day=TODAY)[1]
    found = fit_combined(orders=orders)
    for question in (lambda m: m.expected_orders(orders, 9.0), lambda m: m.chance_of_order(orders, 9.0)):
        assert question(found) == pytest.approx(np.mean([question(one) for one in found.models], axis=0))
    both = np.mean([np.exp(one.log_likelihood(orders.at(slice(9)))) for one in found.models], axis=0)
    assert np.exp(found.log_likelihood(orders.at(slice(9)))) == pytest.approx(both)


def test_combined_draws_and_customers_come_from_its_models_in_equal_parts():
    model = Combined((Regular(1, 50.0, 50.0, 1.0, 1e6), Pareto(50.0, 5.0, 1.0, 1e6)))
    orders = Orders(*(np.array([value]) for value in (10.0, 10.0, 10.0, 0.0)))
    drawn = model.draw(orders, 26.0, 20_000, np.random.default_rng(3))
    assert drawn.mean() == pytest.approx(model.expected_orders(orders, 26.0)[0], rel=0.02)
    made = model.simulate(np.full(4_000, 20.0), np.random.default_rng(3))
    assert made.repeats.mean() == pytest.approx((20 + 200) / 2, rel=0.05)


def test_combined_thins_customers_evenly():
    orders = orders_at(days=days(), day=TODAY)[1]
    few = fit_combined(orders=orders, most=400)
    assert few.expected_orders(orders, 12.0).sum() == pytest.approx(
        fit_combined(orders=orders).expected_orders(orders, 12.0).sum(), rel=0.1
    )


def test_thinned_days_keep_every_other_customer_whole():
    found = thinned(THREE, 2)
    assert found.count.tolist() == [3, 2]
    assert found.day.tolist() == THREE.day.tolist()
    assert thinned(THREE, 3).count.tolist() == THREE.count.tolist()


def test_unusable_days_are_refused_by_name():
    with pytest.raises(OutOfOrder):
        orders_at(days=replace(THREE, day=np.array([0, 14, 14, 35, 77])), day=80)
    with pytest.raises(NotFinite):
        orders_at(days=replace(THREE, day=np.array([0, np.nan, 14, 35, 77])), day=80)
    with pytest.raises(NothingThere):
        orders_at(days=THREE, day=-1)
    for weeks, lives in ((0.0, [52.0]), (12.0, [0.0])):
        with pytest.raises(OutOfOrder):
            fit_forgetting(days=THREE, day=80, weeks=weeks, half_lives=lives)
