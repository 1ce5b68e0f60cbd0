from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from tests.analytics.value.invented import VALUES, firm
from vitalfew.analytics.refusals import BelowZero, OutOfOrder
from vitalfew.analytics.value import OrderValueModel, Spreads, fit_order_value


def simulated(customers=5_000, slope=0.3):
    rng = np.random.default_rng(1)
    count, log_rate = rng.integers(1, 12, customers).astype(float), rng.normal(-2, 1, customers)
    truth = 9 + slope * log_rate + rng.normal(0, 0.6, customers)
    logs = [truth[i] + rng.normal(0, 0.7, int(n)) for i, n in enumerate(count)]
    sale = np.array([np.exp(v).sum() for v in logs])
    sums = np.array([v.sum() for v in logs]), np.array([(v**2).sum() for v in logs])
    found = fit_order_value(
        count=count,
        sum_log=sums[0],
        sum_log_squared=sums[1],
        sale=sale,
        net=0.9 * sale,
        log_rate=log_rate,
        own_spread=False,
    )
    return truth, sums[0] / count, found


FIRM = firm(customers=8_000, seed=3)
OWN = fit_order_value(**FIRM.known())


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


def test_one_credited_order_does_not_say_that_all_will_be():
    known = FIRM.known()
    net = known["sale"].copy()
    net[0] = 0.0
    kept = fit_order_value(**known | {"net": net}).kept
    typical = 2 * known["sale"].sum() / known["count"].sum()
    whole = net.sum() / known["sale"].sum()
    assert kept[0] == pytest.approx(whole * typical / (known["sale"][0] + typical), rel=1e-12)
    assert kept[1] > 0.99


def test_one_order_each_at_one_rate_still_gives_a_value():
    ones, logs = np.ones(40), np.linspace(5, 6, 40)
    sale = np.exp(logs)
    for own in (False, True):
        found = fit_order_value(
            count=ones,
            sum_log=logs,
            sum_log_squared=logs**2,
            sale=sale,
            net=sale,
            log_rate=np.full(40, -1.0),
            own_spread=own,
        )
        assert np.isfinite(found.mean).all()
        assert (np.diff(found.centre) > 0).all()


def test_the_firm_comes_back_as_it_was_made():
    model = OWN.model
    assert (model.intercept, model.slope) == pytest.approx((VALUES.intercept, VALUES.slope), abs=0.04)
    assert model.between == pytest.approx(VALUES.between, rel=0.1)
    assert model.spreads.typical == pytest.approx(VALUES.spreads.typical, rel=0.08)
    assert model.spreads.freedom == pytest.approx(VALUES.spreads.freedom, rel=0.3)
    assert model.drift == pytest.approx(VALUES.drift, abs=0.012)


def test_the_level_of_coming_orders_lies_within_its_band_as_often_as_said():
    reach = np.abs(FIRM.sums.level - OWN.centre) / np.sqrt(OWN.variance)
    for chance in (0.5, 0.8, 0.95):
        assert np.mean(reach < norm.ppf((1 + chance) / 2)) == pytest.approx(chance, abs=0.02)


@pytest.mark.parametrize("orders", [1, 3, 20])
def test_draws_hold_what_coming_orders_bring(orders):
    rng = np.random.default_rng(9)
    count = np.full(FIRM.log_rate.size, orders)
    of = np.repeat(np.arange(count.size), count)
    worth = np.exp(rng.normal(FIRM.sums.level[of], np.sqrt(FIRM.sums.spread[of])))
    true = OWN.kept * np.bincount(of, worth)
    drawn = OWN.draw(np.full((count.size, 200), orders), rng)
    low, high = np.quantile(drawn, (0.1, 0.9), axis=1)
    assert np.mean((true >= low) & (true <= high)) == pytest.approx(0.8, abs=0.03)
    assert (OWN.mean * orders).sum() == pytest.approx(true.sum(), rel=0.06)


def test_own_spread_finds_who_orders_evenly_and_comes_nearer_to_what_an_order_is_worth():
    uneven = firm(customers=8_000, seed=3, values=replace(VALUES, spreads=Spreads(0.2, 4.0)))
    own, pooled = fit_order_value(**uneven.known()), fit_order_value(**uneven.known(late=False), own_spread=False)
    truth = 0.95 * np.exp(uneven.sums.level + uneven.sums.spread / 2)
    wrong = [np.abs(np.log(found.mean / truth)).mean() for found in (own, pooled)]
    assert wrong[0] < 0.9 * wrong[1]
    many = uneven.orders.repeats > 10
    assert np.corrcoef(np.log(own.spread[many]), np.log(uneven.sums.spread[many]))[0, 1] > 0.8
    assert (pooled.spread == pooled.within).all()


def test_nothing_drawn_for_no_order():
    drawn = OWN.draw(np.zeros((5, 3), dtype=np.int64), np.random.default_rng(1), slice(0, 5))
    assert (drawn == 0).all()


def test_without_drift_none_is_found():
    still = OrderValueModel(10.0, 0.0, 0.3, Spreads(0.2, 8.0), 0.0)
    count = np.full(4_000, 8.0)
    sums = still.simulate(count, np.zeros(4_000), np.random.default_rng(5))
    found = fit_order_value(
        count=count,
        sum_log=sums.sum_log,
        sum_log_squared=sums.sum_log_squared,
        sale=sums.sale,
        net=sums.sale,
        log_rate=np.zeros(4_000),
        sum_log_late=sums.sum_log_late,
    )
    assert found.model.drift < 0.005


def test_money_in_another_unit_changes_no_more_than_the_unit():
    known = FIRM.known()
    log, count = np.log(100), known["count"]
    larger = {
        "sum_log": known["sum_log"] + count * log,
        "sum_log_squared": known["sum_log_squared"] + 2 * log * known["sum_log"] + count * log**2,
        "sum_log_late": known["sum_log_late"] + (count // 2) * log,
        "sale": known["sale"] * 100,
        "net": known["net"] * 100,
    }
    assert fit_order_value(**known | larger).mean == pytest.approx(100 * OWN.mean, rel=1e-6)


def test_the_order_of_customers_does_not_matter():
    mixed = np.random.default_rng(2).permutation(FIRM.log_rate.size)
    found = fit_order_value(**{name: column[mixed] for name, column in FIRM.known().items()})
    assert found.mean == pytest.approx(OWN.mean[mixed], rel=1e-9)


def test_a_project_is_marked_and_does_not_set_the_value():
    count, small = np.full(200, 10.0), np.log(100.0)
    rng = np.random.default_rng(4)
    logs = small + rng.normal(0, 0.2, (200, 10))
    logs[0, 3] = np.log(10_000.0)
    found = fit_order_value(
        count=count,
        sum_log=logs.sum(axis=1),
        sum_log_squared=(logs**2).sum(axis=1),
        sale=np.exp(logs).sum(axis=1),
        net=np.exp(logs).sum(axis=1),
        log_rate=rng.normal(0, 1, 200),
        largest=np.exp(logs).max(axis=1),
    )
    assert np.flatnonzero(found.project).tolist() == [0]
    assert found.mean[0] < 0.5 * np.exp(logs[0]).mean()


def test_sums_that_contradict_each_other_are_refused():
    known = FIRM.known()
    with pytest.raises(OutOfOrder, match="first at row 7"):
        fit_order_value(**known | {"sum_log_squared": np.where(np.arange(8_000) == 7, 1.0, known["sum_log_squared"])})
    with pytest.raises(BelowZero, match="count"):
        fit_order_value(**known | {"count": known["count"] - 1})
