"""Loyalty from a ledger's rhythm: intervals that hold what they claim, and nothing told without evidence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import gammaincc

from tests.analytics.pages import column, table
from vitalfew.analytics.repeat import Mixture, Orders, Regular
from vitalfew.analytics.repeat.simulation import simulate_orders
from vitalfew.relationship.behaviour import loyalty as room
from vitalfew.relationship.behaviour.loyalty import FEW_CUSTOMERS, FEW_ORDERS, TOLD, TOO_NEW, loyalty, own_chances
from vitalfew.selection.standings import Rhythm

SHAPE = {"r": 1.3, "alpha": 5.6, "a": 0.42, "b": 2.8}
MODEL = Mixture((Regular(1, **SHAPE), Regular(2, **SHAPE), Regular(8, **SHAPE)), np.array([0.4, 0.3, 0.3]))


def rhythm(*rows, history_days=1_000) -> Rhythm:
    """Rows of (orders, days since the first, days since the last), gaps all alike."""
    orders, first, last = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    gaps = np.maximum(orders - 1, 1)
    return Rhythm(
        account=np.arange(1, len(rows) + 1),
        orders=orders,
        orders_12=orders,
        first_age=first,
        last_age=last,
        log_gaps=np.where(orders > 1, gaps * np.log(np.maximum((first - last) / gaps, 1)), 0.0),
        sum_log=np.zeros(len(rows)),
        sum_log_squared=np.zeros(len(rows)),
        sale=orders * 100,
        history_days=history_days,
    )


def firm(customers: int, seed: int):
    """Customers with at least three orders, each with the chances that its own pace and stop give it."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(3, customers, p=MODEL.share)
    pace, stop = rng.gamma(SHAPE["r"], 1 / SHAPE["alpha"], customers), rng.beta(SHAPE["a"], SHAPE["b"], customers)
    ages, columns, coming = rng.uniform(13, 104, customers), np.empty((4, customers)), np.empty(customers)
    for number, one in enumerate(MODEL.classes):
        mine = kind == number
        made = simulate_orders(
            k=one.k, pace=pace[mine], stop=stop[mine], ages=ages[mine], weeks=room.WEEKS, first_may_stop=True, rng=rng
        )
        columns[:, mine] = (made.orders.repeats, made.orders.last, made.orders.age, made.orders.log_gaps)
        coming[mine] = made.coming
    k, kept = np.array([one.k for one in MODEL.classes])[kind], columns[0] >= 2
    orders = Orders(*columns[:, kept])
    return orders, own(orders, pace[kept], stop[kept], k[kept]), coming[kept]


def own(orders, pace, stop, k):
    """The chance of an order and of being active of somebody whose pace, stop and evenness are known."""
    quiet = orders.age - orders.last
    now, then = (gammaincc(k, k * pace * span) for span in (quiet, quiet + room.WEEKS))
    told = (1 - stop) * now + stop
    return (1 - stop) * (now - then) / told, (1 - stop) * now / told


def held(found, truth):
    return float(((found[1] <= truth) & (truth <= found[2])).mean())


@pytest.fixture(scope="module")
def many():
    orders, (order, active), coming = firm(16_000, seed=11)
    return own_chances(MODEL, orders), order, active, coming


def test_the_intervals_hold_each_accounts_own_chance_as_often_as_they_claim(many):
    found, order, active, _ = many
    assert held(found[:3], order) == pytest.approx(room.LEVEL, abs=0.03)
    assert held(found[3:6], active) == pytest.approx(room.LEVEL, abs=0.03)
    sure = found[0] > 0.5
    assert held(found[:3, sure], order[sure]) == pytest.approx(room.LEVEL, abs=0.03)


def test_the_orders_that_come_lie_in_their_interval_at_least_as_often_as_it_claims(many):
    found, _, _, coming = many
    assert room.LEVEL <= held(found[6:], coming) < 0.96
    assert found[6].sum() == pytest.approx(coming.sum(), rel=0.03)


def test_few_draws_hold_as_much_as_many(monkeypatch):
    monkeypatch.setattr(room, "_CELLS", 1)
    orders, (order, active), _ = firm(16_000, seed=12)
    found = own_chances(MODEL, orders)
    assert (held(found[:3], order), held(found[3:6], active)) == pytest.approx((room.LEVEL, room.LEVEL), abs=0.03)


def test_draws_agree_with_the_models_own_mean():
    orders = firm(300, seed=3)[0]
    drawn = room._drawn(MODEL, orders, 2_000, np.random.default_rng(1)).mean(axis=2)
    assert drawn[0] == pytest.approx(MODEL.chance_of_order(orders, room.WEEKS), abs=0.04)
    assert drawn[1] == pytest.approx(MODEL.chance_active(orders), abs=0.04)
    assert drawn[2].mean() == pytest.approx(MODEL.expected_orders(orders, room.WEEKS).mean(), rel=0.02)


def test_chances_are_told_from_three_orders_and_ninety_days_on():
    found = loyalty(rhythm((2, 400, 10), (3, 89, 10), (3, 90, 10), (40, 900, 5)), MODEL)
    assert found.reason.tolist() == [FEW_ORDERS, TOO_NEW, TOLD, TOLD]
    for band in (found.order, found.active, found.coming, found.regularity):
        assert np.isnan(band.value).tolist() == np.isnan(band.low).tolist() == [True, True, False, False]
        assert bool(np.all(band.low[2:] <= band.value[2:]) and np.all(band.value[2:] <= band.high[2:]))


def test_a_ledger_too_small_for_a_model_still_tells_gaps_and_silence():
    found = loyalty(rhythm((5, 120, 20), (1, 30, 30)), None)
    assert found.reason.tolist() == [FEW_CUSTOMERS, FEW_ORDERS]
    assert (found.gap[0], found.cycles[0]) == (25.0, 0.8) and np.isnan([found.gap[1], found.cycles[1]]).all()
    assert np.isnan(found.order.value).all()


def test_nobody_who_ordered_is_nothing_to_tell():
    assert loyalty(rhythm(), MODEL) is None


def test_who_is_silent_for_long_is_less_likely_to_order():
    found = loyalty(rhythm((13, 365, 5), (13, 365, 60), (13, 425, 120)), MODEL)
    assert found.order.value.tolist() == sorted(found.order.value, reverse=True)
    assert found.order.value[0] > 0.9 and found.order.value[2] < 0.2
    assert found.cycles == pytest.approx([5 / 30, 60 / (305 / 12), 120 / (305 / 12)])


def test_even_orders_are_of_a_regular_class():
    even = rhythm((20, 600, 10))
    uneven = replace(even, log_gaps=even.log_gaps - 19 * 0.6)
    assert loyalty(even, MODEL).regularity.low[0] == pytest.approx(8, abs=0.01)
    assert loyalty(uneven, MODEL).regularity.value[0] < 1.5


def test_a_first_order_near_the_ledgers_first_day_may_not_be_the_first():
    found = loyalty(rhythm((11, 990, 0), (11, 700, 0), (2, 995, 990), (1, 950, 950)), MODEL)
    assert found.known.tolist() == [990, 700, 995, 950]
    assert found.at_least.tolist() == [True, False, True, True]


def test_the_same_rhythm_gives_the_same_answer():
    first, second = (loyalty(rhythm((13, 365, 5), (4, 365, 60)), MODEL) for _ in range(2))
    assert first.order.low.tolist() == second.order.low.tolist()


def test_the_worked_chances_come_out_as_printed(monkeypatch):
    rows = table("loyalty", "An account's own chance")
    orders = Orders(*(np.array(column(rows, name)) for name in ("repeats", "last", "age")), np.zeros(len(rows)))
    monkeypatch.setattr(room, "_MOST_DRAWS", draws := 20_000)
    monkeypatch.setattr(room, "_CELLS", draws * len(rows))
    found = own_chances(Mixture((Regular(2, 1.330, 5.627, 0.425, 0.790),), np.ones(1)), orders)
    chances = [column(rows, name) for name in ("order", "low", "high", "active", "active low", "active high")]
    assert np.array(chances) == pytest.approx(found[:6], abs=0.016)
    assert [column(rows, name) for name in ("fewest", "most")] == found[7:].tolist()
    assert column(rows, "orders") == pytest.approx(found[6], abs=6e-3)


def test_the_limits_on_the_page_are_the_settings():
    assert (room.WEEKS, room.LEVEL, room.ENOUGH_ORDERS, room.ENOUGH_DAYS) == (12, 0.8, 3, 90)
    assert (room._MOST_DRAWS, room._FEWEST_DRAWS, room._CELLS // room._MOST_DRAWS) == (400, 32, 5_000)
