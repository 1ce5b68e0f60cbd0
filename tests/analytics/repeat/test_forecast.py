import numpy as np
import pytest

from vitalfew.analytics import frames
from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.refusals import OutOfOrder, TooFew
from vitalfew.analytics.repeat.fitting import fit_orders
from vitalfew.analytics.repeat.forecast import estimate_orders
from vitalfew.analytics.repeat.origin import orders_at, origin
from vitalfew.analytics.repeat.regular import Regular
from vitalfew.analytics.repeat.simulated_days import simulate_days

TODAY = 143 * 7
SEASON = 1 + 0.5 * np.sin(2 * np.pi * (np.arange(52) - 26) / 52)


def single(orders):
    return fit_orders(orders=orders).model


def days(customers=1_500, drift=0.8):
    return simulate_days(
        model=Regular(2, 1.0, 8.0, 0.4, 6.0),
        customers=customers,
        weeks=156,
        joining=0.3,
        season=SEASON,
        drift=drift,
        rng=np.random.default_rng(4),
    )


def test_forecast_is_model_half_life_and_season_together():
    made = days()
    found = estimate_orders(days=made, day=TODAY, weeks=12.0, fit=single)
    rows, orders = orders_at(days=made, day=TODAY, half_life=found.forgetting.half_life)
    assert found.rows.tolist() == rows.tolist()
    assert found.expected == pytest.approx(found.season.factor * found.model.expected_orders(orders, 12.0))
    assert found.chance == pytest.approx(found.model.chance_of_order(orders, 12.0 * found.season.factor))
    assert found.forgetting.half_life < np.inf and found.season.factor > 1


@pytest.mark.parametrize("fit", [single, None], ids=["one-k", "mean-of-both"])
def test_customers_who_change_in_a_season_are_foretold_better_than_by_the_model_alone(fit):
    made = days()
    now = origin(days=made, day=TODAY, weeks=12.0)
    found = estimate_orders(days=made, day=TODAY, weeks=12.0, **({} if fit is None else {"fit": fit}))
    plain = found.model.expected_orders(now.orders, 12.0)
    assert np.mean((found.expected - now.coming) ** 2) < 0.85 * np.mean((plain - now.coming) ** 2)
    assert abs(found.expected.sum() / now.coming.sum() - 1) < abs(plain.sum() / now.coming.sum() - 1)
    assert found.chance.mean() == pytest.approx((now.coming > 0).mean(), abs=0.06)


def test_forecast_looks_at_the_past_alone():
    made = days(customers=300)
    past = made.day <= TODAY
    start = np.concatenate(([0], np.cumsum(made.total(past)))).astype(np.int64)
    cut = OrderDays(start, made.day[past], made.value[past])
    whole, alone = (estimate_orders(days=one, day=TODAY, weeks=12.0, fit=single) for one in (made, cut))
    assert whole.expected.tolist() == alone.expected.tolist()


def test_forecast_makes_a_table():
    found = estimate_orders(days=days(customers=100), day=TODAY, weeks=12.0, fit=single)
    assert {"rows", "expected", "chance", "active"} == set(frames.told(found).column_names)


def test_unusable_questions_are_refused_by_name():
    with pytest.raises(OutOfOrder):
        estimate_orders(days=days(customers=100), day=TODAY, weeks=-1.0)
    with pytest.raises(TooFew):
        estimate_orders(days=days(customers=5), day=TODAY, weeks=12.0)
