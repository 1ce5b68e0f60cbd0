"""Published Pareto/NBD fits and forecasts, and seasons of a real ledger as their page prints them."""

from functools import cache

import numpy as np
import pytest

from benchmarks.repeat_ledgers import ledger, since_epoch
from tests.analytics.pages import table
from vitalfew.analytics.repeat.origin import origin, usual
from vitalfew.analytics.repeat.pareto_fitting import fit_pareto
from vitalfew.analytics.repeat.season import estimate_season

pytestmark = pytest.mark.data
NAMES = ("r", "alpha", "s", "beta")


def held(name):
    found = ledger(name)
    if found is None:
        pytest.skip(f"the reference ledger {name} is not here: set VITALFEW_DATA to the folder that holds it")
    return found.days


@cache
def fitted(name, cut, weeks):
    past = origin(days=held(name), day=since_epoch(cut)[0], weeks=weeks)
    return past, fit_pareto(orders=past.orders, prior=None)


def parameters(found):
    return [getattr(found.model, name) for name in NAMES]


def test_cdnow_fit_of_clvtools():
    past, found = fitted("cdnow", "1997-09-30", 39)
    assert (past.rows.size, past.orders.repeats.sum()) == (2357, 2457)
    assert parameters(found) == pytest.approx([0.55315, 10.57633, 0.60625, 11.67150], rel=3e-3)
    assert found.log_likelihood >= -9594.976 - 0.01
    assert [found.standard_errors[name] for name in NAMES] == pytest.approx([0.0476, 0.8427, 0.1873, 6.2105], rel=0.01)


def test_cdnow_fit_of_fader_hardie_and_lee_2005():
    found = fitted("cdnow", "1997-09-30", 39)[1]
    assert parameters(found) == pytest.approx([0.553, 10.578, 0.606, 11.669], rel=3e-3)
    assert found.log_likelihood == pytest.approx(-9595.0, abs=0.05)


@pytest.mark.parametrize(
    ("case", "actual", "total", "mae", "rmse"),
    [
        (("cdnow", "1997-09-30", 39), 1882, 1666, 0.7545, 1.603),
        (("grocery", "2006-12-31", 52), 3389, None, 1.508, None),
        (("apparel", "2006-12-31", 104), 758, None, 1.178, None),
    ],
    ids=["cdnow", "grocery", "apparel"],
)
def test_holdout_orders_are_foretold_as_published(case, actual, total, mae, rmse):
    past, found = fitted(*case)
    told = found.model.expected_orders(past.orders, float(case[2]))
    assert past.coming.sum() == actual
    assert np.abs(told - past.coming).mean() == pytest.approx(mae, rel=5e-3)
    if total:
        assert told.sum() == pytest.approx(total, rel=5e-3)
        assert np.sqrt(((told - past.coming) ** 2).mean()) == pytest.approx(rmse, rel=5e-3)


def test_weak_prior_hardly_moves_a_ledger_of_two_thousand():
    past, plain = fitted("cdnow", "1997-09-30", 39)
    assert fit_pareto(orders=past.orders).log_likelihood == pytest.approx(plain.log_likelihood, abs=0.01)


@pytest.mark.parametrize(
    "row", table("season_factor", "How good it is"), ids=lambda row: f"{row['day']}-{row['weeks']}"
)
def test_seasons_of_the_wholesaler_are_those_printed(row):
    days, day, weeks = held("retail"), since_epoch(row["day"])[0], float(row["weeks"])
    found = estimate_season(days=days, day=day, weeks=weeks)
    now = origin(days=days, day=day, weeks=weeks)
    this_year = now.coming.sum() / usual(now.orders).expected_orders(now.orders, weeks).sum()
    printed = [float(row[name]) for name in ("measured", "low", "high", "factor", "this year")]
    assert printed == pytest.approx([found.measured, found.low, found.high, found.factor, this_year], abs=0.011)
