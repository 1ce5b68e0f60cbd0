from dataclasses import fields, replace

import numpy as np
import pytest

from tests.analytics.firm import firm
from vitalfew.analytics.repeat import Regular
from vitalfew.analytics.standing.outlook import Features, UnusableFeatures, estimate_standing

ARRAYS = tuple(field.name for field in fields(Features) if field.name != "history_days")
KNOWN = firm(customers=4_000, seed=7)
EVEN = firm(customers=4_000, seed=8, truth=Regular(k=4, r=1.5, alpha=9.0, a=0.5, b=6.0))


def picked(features, rows):
    return replace(features, **{name: getattr(features, name)[rows] for name in ARRAYS})


def next_rank(future):
    return np.searchsorted(np.sort(-future), -future, side="right")


@pytest.mark.parametrize("known", [KNOWN, EVEN], ids=["irregular", "even"])
def test_chance_of_top_comes_true_as_often_as_it_says(known):
    found = estimate_standing(features=known.features, recent_weight=0.0)
    top = (next_rank(known.future) <= found.top) & (known.future > 0)
    for low in (0.1, 0.3, 0.5, 0.7):
        those = (found.outlook.chance_top >= low) & (found.outlook.chance_top < low + 0.2)
        error = np.sqrt(0.25 / those.sum())
        assert top[those].mean() == pytest.approx(found.outlook.chance_top[those].mean(), abs=3 * error + 0.02)


def test_chances_add_up_to_the_number_of_places():
    found = estimate_standing(features=KNOWN.features)
    assert found.outlook.chance_top.sum() == pytest.approx(found.top, rel=0.01)


def test_chance_beats_the_rule_that_today_stays():
    found = estimate_standing(features=KNOWN.features)
    top = (next_rank(KNOWN.future) <= found.top) & (KNOWN.future > 0)
    rule = found.rank <= found.top
    assert np.mean((found.outlook.chance_top - top) ** 2) < 0.75 * np.mean((rule * 1.0 - top) ** 2)


@pytest.mark.parametrize("known", [KNOWN, EVEN], ids=["irregular", "even"])
def test_chance_of_buying_comes_true_as_often_as_it_says(known):
    found = estimate_standing(features=known.features).outlook.chance_buys
    for low in (0.0, 0.25, 0.5, 0.75):
        those = (found >= low) & (found < low + 0.25)
        error = np.sqrt(0.25 / those.sum())
        assert (known.future_orders[those] > 0).mean() == pytest.approx(found[those].mean(), abs=3 * error + 0.01)


@pytest.mark.parametrize(("known", "low", "high"), [(KNOWN, 1.0, 1.5), (EVEN, 3.2, 4.6)], ids=["irregular", "even"])
def test_regularity_of_those_who_order_often_is_that_of_the_firm(known, low, high):
    often = known.features.orders >= 10
    assert low <= estimate_standing(features=known.features).outlook.regularity[often].mean() <= high


def test_one_giant_stands_first_and_not_below_itself():
    f = picked(EVEN.features, np.arange(60))
    row = int(np.argmax(f.orders))
    changes = {name: getattr(f, name).copy() for name in ("sum_log", "sum_log_squared", "sale", "net", "net_recent")}
    count, log = f.orders[row], np.log(3_000)
    changes["sum_log_squared"][row] += 2 * log * f.sum_log[row] + count * log**2
    changes["sum_log"][row] += count * log
    for name in ("sale", "net", "net_recent"):
        changes[name][row] *= 3_000
    giant = estimate_standing(features=replace(f, **changes)).outlook
    assert (giant.median[row], giant.low[row]) == (1, 1)


def test_fewer_points_give_much_the_same_answer():
    few, many = (estimate_standing(features=KNOWN.features, points=points).outlook for points in (16, 200))
    assert few.chance_top == pytest.approx(many.chance_top, abs=0.06)
    assert np.array_equal(few.chance_buys, many.chance_buys)


@pytest.mark.parametrize("known", [KNOWN, EVEN], ids=["irregular", "even"])
def test_rank_interval_holds_the_next_rank_as_often_as_it_says(known):
    found = estimate_standing(features=known.features)
    rank = next_rank(known.future)
    assert np.mean(rank < found.outlook.low) == pytest.approx(0.1, abs=0.02)
    assert 0.78 <= np.mean((rank >= found.outlook.low) & (rank <= found.outlook.high)) <= 0.93


def test_small_firm_of_forty_is_calibrated_over_many_firms():
    chances, happened = [], []
    for seed in range(40):
        small = firm(customers=40, seed=500 + seed)
        found = estimate_standing(features=small.features)
        chances.append(found.outlook.chance_top)
        happened.append((next_rank(small.future) <= found.top) & (small.future > 0))
    chance, top = np.concatenate(chances), np.concatenate(happened)
    for low in (0.0, 0.25, 0.5):
        those = (chance >= low) & (chance < low + 0.25)
        assert top[those].mean() == pytest.approx(chance[those].mean(), abs=0.08)


def test_order_of_the_rows_changes_nothing():
    rows = np.random.default_rng(1).permutation(4_000)
    there, here = estimate_standing(features=picked(KNOWN.features, rows)), estimate_standing(features=KNOWN.features)
    assert np.array_equal(there.rank, here.rank[rows])
    assert there.outlook.chance_top == pytest.approx(here.outlook.chance_top[rows], abs=1e-6)
    assert there.outlook.regularity == pytest.approx(here.outlook.regularity[rows], abs=1e-6)


def test_unit_of_money_changes_no_rank_and_no_chance():
    f, factor = KNOWN.features, 100
    log = np.log(factor)
    scaled = replace(
        f,
        sum_log=f.sum_log + f.orders * log,
        sum_log_squared=f.sum_log_squared + 2 * log * f.sum_log + f.orders * log**2,
        sale=f.sale * factor,
        net=f.net * factor,
        net_recent=f.net_recent * factor,
    )
    here, there = estimate_standing(features=f), estimate_standing(features=scaled)
    assert there.share == pytest.approx(here.share)
    assert there.outlook.chance_top == pytest.approx(here.outlook.chance_top, abs=1e-3)


def test_top_of_a_number_has_as_many_places():
    found = estimate_standing(features=KNOWN.features, top_count=20)
    assert found.top == 20
    assert found.outlook.chance_top.sum() == pytest.approx(20, rel=0.05)


def test_more_revenue_never_lowers_share_or_chance():
    f = picked(KNOWN.features, np.arange(400))
    row = int(np.argmax(f.orders))
    more = {name: getattr(f, name).copy() for name in ("sum_log", "sum_log_squared", "sale", "net", "net_recent")}
    count, log = f.orders[row], np.log(4)
    more["sum_log_squared"][row] += 2 * log * f.sum_log[row] + count * log**2
    more["sum_log"][row] += count * log
    for name in ("sale", "net", "net_recent"):
        more[name][row] *= 4
    before, after = estimate_standing(features=f), estimate_standing(features=replace(f, **more))
    assert after.share[row] > before.share[row]
    assert after.outlook.chance_top[row] >= before.outlook.chance_top[row] - 0.01


@pytest.mark.parametrize("customers", [0, 1, 29])
def test_fewer_than_thirty_buyers_get_a_rank_and_no_chance(customers):
    found = estimate_standing(features=picked(KNOWN.features, np.arange(customers)))
    assert found.outlook is None
    assert found.missing == f"30 customers with an order are needed, the ledger has {customers}"
    assert found.rank.size == customers


def test_short_history_gives_a_rank_and_no_chance():
    found = estimate_standing(features=replace(KNOWN.features, history_days=89))
    assert (found.outlook, found.missing) == (None, "90 days of history are needed, the ledger has 89")


def test_customer_with_credit_notes_only_stands_last():
    f = picked(KNOWN.features, np.arange(100))
    values = {"orders": 0, "first_age": -1, "last_age": -1, "net": -500, "net_recent": -500}
    none = {name: np.append(getattr(f, name), [values.get(name, 0)]) for name in ARRAYS}
    found = estimate_standing(features=replace(f, **none))
    last = found.outlook
    assert (found.share[-1], found.rank[-1]) == (0.0, found.rank.max())
    assert (last.low[-1], last.high[-1], last.chance_top[-1], last.chance_buys[-1]) == (101, 101, 0.0, 0.0)


def test_one_huge_single_order_is_not_taken_at_face_value():
    f = picked(KNOWN.features, np.arange(1_000))
    row = int(np.flatnonzero((f.orders == 1) & (f.first_age > 300))[0])
    huge = 50 * int(f.sale.max())
    changes = {name: getattr(f, name).copy() for name in ARRAYS}
    changes["sum_log"][row], changes["sum_log_squared"][row] = np.log(huge), np.log(huge) ** 2
    for name in ("sale", "net", "net_recent"):
        changes[name][row] = huge
    found = estimate_standing(features=replace(f, **changes))
    assert found.rank[row] == 1
    assert found.outlook.chance_top[row] < 0.5


@pytest.mark.parametrize(
    ("name", "value"),
    [("last_age", 10_000), ("orders", 10_000), ("sale", 0), ("sum_log", np.nan), ("log_gaps", np.inf), ("orders", -1)],
)
def test_rows_that_contradict_themselves_are_refused(name, value):
    broken = getattr(KNOWN.features, name).copy()
    broken[0] = value
    with pytest.raises(UnusableFeatures):
        estimate_standing(features=replace(KNOWN.features, **{name: broken}))


def test_firm_where_all_order_alike_still_answers():
    same = np.full(60, 1)
    logs = np.full(60, np.log(1000.0))
    f = Features(same, same * 100, same * 100, logs * 0, logs, logs**2, same * 1000, same * 1000, same * 1000, 400)
    found = estimate_standing(features=f)
    assert np.array_equal(found.rank, np.ones(60))
    assert found.outlook.chance_top == pytest.approx(np.full(60, found.outlook.chance_top.mean()), abs=0.06)
