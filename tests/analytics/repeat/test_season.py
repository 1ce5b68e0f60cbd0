import numpy as np
import pytest

from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.refusals import NothingThere, OutOfOrder
from vitalfew.analytics.repeat.fitting import fit_orders
from vitalfew.analytics.repeat.origin import origin
from vitalfew.analytics.repeat.regular import Regular
from vitalfew.analytics.repeat.season import estimate_season, pooled, ratio
from vitalfew.analytics.repeat.simulated_days import simulate_days

TRUTH = Regular(2, 1.0, 8.0, 0.4, 6.0)
TODAY = 143 * 7
# The 12 weeks after today, and those a year before, sell a third less.
WAVE = 1 + 0.5 * np.sin(2 * np.pi * np.arange(52) / 52)


def single(orders):
    return fit_orders(orders=orders).model


def days(seed=0, customers=600, **world):
    rng = np.random.default_rng(seed)
    return simulate_days(model=TRUTH, customers=customers, weeks=156, joining=0.3, rng=rng, **world)


def told(made, **more):
    return estimate_season(days=made, day=TODAY, weeks=12.0, fit=single, **more)


def came_by_expected(made):
    now = origin(days=made, day=TODAY, weeks=12.0)
    return now.coming.sum() / single(now.orders).expected_orders(now.orders, 12.0).sum()


def test_season_of_last_year_foretells_that_of_this_year():
    made = days(customers=3_000, season=np.roll(WAVE, -26))
    found = told(made)
    assert found.factor == found.measured
    assert found.factor == pytest.approx(came_by_expected(made), rel=0.1)
    assert abs(np.log(found.factor)) > 0.2


def test_firm_without_season_gets_none_and_is_told_why():
    found = told(days())
    assert found.factor == 1
    assert found.low < 1 < found.high
    assert found.why.startswith("none, because") and "may be chance" in found.why


def test_interval_holds_this_years_season_as_often_as_it_says():
    holds, applied = [], []
    for seed in range(40):
        made = days(seed, season=np.roll(1 + 0.6 * (WAVE - 1), -13 * (seed % 4)))
        found = told(made)
        holds.append(found.low <= came_by_expected(made) <= found.high)
        applied.append(found.factor != 1)
    assert 0.8 <= np.mean(holds) <= 1
    assert np.mean(applied) > 0.8


def test_season_is_measured_from_the_past_alone():
    made = days(season=WAVE)
    past = made.day <= TODAY
    start = np.concatenate(([0], np.cumsum(made.total(past)))).astype(np.int64)
    assert told(OrderDays(start, made.day[past], made.value[past])) == told(made)


def test_ledger_of_one_year_has_no_season_yet():
    made = simulate_days(model=TRUTH, customers=300, weeks=60, rng=np.random.default_rng(1))
    found = estimate_season(days=made, day=60 * 7, weeks=12.0, fit=single)
    assert (found.factor, found.measured, found.low, found.years) == (1.0, None, None, 0)
    assert "earlier year" in found.why


def test_span_of_more_than_a_year_has_no_season():
    assert "every season" in estimate_season(days=days(), day=TODAY, weeks=53.0, fit=single).why


def test_few_orders_a_year_ago_tell_nothing():
    assert told(days(customers=35)).measured is None


def test_year_with_little_before_it_is_asked_only_where_there_is_no_other():
    assert told(days()).years == 1
    later = estimate_season(days=days(), day=156 * 7, weeks=4.0, fit=single)
    assert later.years == 2


def test_ratio_and_its_spread_are_those_of_the_bootstrap():
    rng = np.random.default_rng(3)
    expected = rng.gamma(1.0, 1.0, 400)
    came = rng.poisson(expected * 1.3)
    log, variance = ratio(came, expected)
    picked = rng.integers(0, 400, (4_000, 400))
    drawn = np.log(came[picked].sum(axis=1) / expected[picked].sum(axis=1))
    assert log == pytest.approx(np.log(came.sum() / expected.sum()))
    assert np.sqrt(variance) == pytest.approx(drawn.std(), rel=0.05)


def test_years_are_pooled_by_their_precision_and_disagreement_widens_the_interval():
    alike = pooled([(0.3, 0.01), (0.3, 0.01)], 0.9, 0.0)
    apart = pooled([(0.6, 0.01), (0.0, 0.01)], 0.9, 0.0)
    alone = pooled([(0.3, 0.01)], 0.9, 0.0)
    assert alike.measured == pytest.approx(np.exp(0.3))
    assert np.log(alone.high / alone.low) == pytest.approx(np.sqrt(2) * np.log(alike.high / alike.low))
    assert apart.measured == pytest.approx(alike.measured)
    assert apart.high / apart.low > 2 * alike.high / alike.low
    assert apart.factor == 1
    weighed = pooled([(0.4, 0.01), (0.1, 0.03)], 0.9, 0.0)
    assert np.log(weighed.measured) == pytest.approx((3 * 0.4 + 0.1) / 4)


def test_wider_drift_between_years_widens_the_interval():
    narrow, wide = (told(days(season=WAVE), drift=drift) for drift in (0.0, 0.3))
    assert wide.high / wide.low > narrow.high / narrow.low
    assert wide.measured == narrow.measured


def test_half_life_enters_the_expectation():
    made = days(season=WAVE)
    assert told(made, half_life=26.0).measured != told(made).measured


def test_unusable_questions_are_refused_by_name():
    made = days(customers=50)
    for weeks, level in ((0.0, 0.9), (12.0, 1.0)):
        with pytest.raises(OutOfOrder):
            estimate_season(days=made, day=TODAY, weeks=weeks, level=level)
    with pytest.raises(NothingThere):
        estimate_season(days=made, day=-5, weeks=12.0)


def test_simulated_days_follow_pace_season_and_chance_to_stop():
    steady = Regular(4, 400.0, 800.0, 1.0, 1e6)
    made = simulate_days(model=steady, customers=300, weeks=208, joining=0.001, rng=np.random.default_rng(1))
    assert made.count.mean() == pytest.approx(1 + 208 / 2, rel=0.03)
    season = np.where(np.arange(52) < 26, 1.5, 0.5)
    sold = simulate_days(
        model=steady, customers=300, weeks=208, joining=0.001, season=season, rng=np.random.default_rng(1)
    )
    first_half = (sold.day // 7) % 52 < 26
    assert first_half.mean() == pytest.approx(0.75, abs=0.02)
    gone = simulate_days(
        model=Regular(1, 400.0, 4_000.0, 1e6, 1e6),
        customers=4_000,
        weeks=208,
        joining=0.1,
        rng=np.random.default_rng(1),
    )
    assert (gone.count == 1).mean() == pytest.approx(0.5, abs=0.03)
