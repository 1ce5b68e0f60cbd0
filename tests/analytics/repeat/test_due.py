from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from tests.analytics.repeat.item_world import sold_lines
from vitalfew.analytics import frames
from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.refusals import NothingThere, OutOfOrder, TooFew
from vitalfew.analytics.repeat.clocks import calendar, item_sales, learned_accounts, own_orders
from vitalfew.analytics.repeat.due import chances, estimate_due, medians
from vitalfew.analytics.repeat.item_orders import item_orders
from vitalfew.analytics.repeat.next_order import time_until
from vitalfew.analytics.repeat.origin import orders_at
from vitalfew.analytics.repeat.record import fit_steps, levelled, record

TODAY = 110 * 7
SMALL = {
    "account": ["x", "x", "x", "x", "y", "x", "y", "x"],
    "item": ["tea", "tea", "tea", "cup", "tea", "cup", "tea", "tea"],
    "day": [0, 7, 28, 0, 14, 14, 35, 28],
    "quantity": [4.0, 6.0, 3.0, 1.0, 9.0, 1.0, 9.0, 2.0],
    "amount": [8.0, 12.0, 6.0, 5.0, 18.0, 5.0, 18.0, 4.0],
}


def ask(lines, **more):
    return estimate_due(frame=lines, quantity="quantity", as_of=TODAY, **more)


@cache
def due():
    return ask(sold_lines())


def came(found, weeks=12):
    later = item_orders(frame=sold_lines(), as_of=found.as_of + 7 * weeks)
    known = later.days.day[later.days.start[:-1]] <= found.as_of
    return (later.days.total(later.days.day > found.as_of) > 0)[known]


def test_lines_become_order_days_of_pairs():
    pairs = item_orders(frame=SMALL, quantity="quantity", as_of=40)
    assert pairs.accounts.to_pylist() == ["x", "y"]
    assert pairs.items.to_pylist() == ["cup", "tea"]
    assert list(zip(pairs.account.tolist(), pairs.item.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 1)]
    assert pairs.days.start.tolist() == [0, 2, 5, 7]
    assert pairs.days.day.tolist() == [0, 14, 0, 7, 28, 14, 35]
    assert pairs.days.value.tolist() == [1, 1, 4, 6, 5, 9, 9]


def test_earlier_day_forgets_what_came_later():
    pairs = item_orders(frame=SMALL, quantity="quantity", as_of=40).upto(13)
    assert list(zip(pairs.account.tolist(), pairs.item.tolist(), strict=True)) == [(0, 0), (0, 1)]
    assert pairs.days.day.tolist() == [0, 0, 7]
    with pytest.raises(NothingThere):
        pairs.upto(-1)


def test_calendar_reads_weeks():
    pairs = item_orders(frame=SMALL, as_of=42)
    orders = calendar(pairs, 12.0).orders(pairs.days)
    assert orders.repeats.tolist() == [1, 2, 1]
    assert orders.last.tolist() == [2, 4, 3]
    assert orders.age.tolist() == [6, 6, 4]
    assert orders.log_gaps == pytest.approx(np.log([2, 3, 3]))


def test_second_clock_counts_the_accounts_own_orders():
    lines = sold_lines()
    pairs = item_orders(frame=lines, as_of=TODAY)
    clock = own_orders(pairs, 12.0)
    orders = clock.orders(pairs.days)
    for pair in (0, 17, pairs.item.size - 1):
        days = pairs.days.day[pairs.days.start[pair] : pairs.days.start[pair + 1]]
        mine = np.isin(np.array(lines["account"]), pairs.accounts[int(pairs.account[pair])].as_py())
        own = np.unique(lines["day"][mine & (lines["day"] <= TODAY)])
        assert orders.repeats[pair] == days.size - 1
        assert orders.last[pair] == ((own > days[0]) & (own <= days[-1])).sum()
        assert orders.age[pair] == (own > days[0]).sum()
    spans, weights = zip(*clock.ahead, strict=True)
    assert list(spans[:-1]) == [1, 2, 3, 4, 5, 6, 7]
    assert (spans[-1] >= 8).all()
    assert (np.sum(weights, axis=0) <= 1 + 1e-9).all()
    ordered = account_days(lines, pairs.accounts)
    accounts = orders_at(days=ordered, day=TODAY)[1]
    expected = learned_accounts(ordered, TODAY).expected_orders(accounts, 12.0)
    told = np.sum([span * chance for span, chance in clock.ahead], axis=0)
    assert told == pytest.approx(expected[pairs.account], rel=1e-6)


def account_days(lines, accounts):
    """The order days of the accounts, worked out apart."""
    past = lines["day"] <= TODAY
    mine = [np.unique(lines["day"][past & (lines["account"] == name)]) for name in accounts.to_pylist()]
    start = np.concatenate(([0], np.cumsum([days.size for days in mine])))
    return OrderDays(start, np.concatenate(mine), np.ones(start[-1]))


def test_third_clock_counts_the_items_sales():
    pairs = item_orders(frame=SMALL, as_of=42)
    clock = item_sales(pairs, 8.0)
    orders = clock.orders(pairs.days)
    # Tea was sold on 5 account days in 43 days of ledger, cups on 2: one unit is an average week's sales.
    unit = (43 / 7) / np.array([2, 5, 5])
    assert orders.last == pytest.approx(np.array([1, 3, 2]) * unit)
    assert orders.age == pytest.approx(np.array([1, 4, 2]) * unit)
    assert clock.ahead[0][0] == pytest.approx(np.array([2, 5, 5]) * unit * 8 / (43 / 7))


def test_chances_hold_and_beat_the_share_of_all():
    found = due()
    yes = came(found)
    scored = record(found.chance, yes, day=TODAY)
    assert scored.brier < 0.85 * scored.base
    assert np.average(np.abs(scored.came - scored.told), weights=scored.pairs) < 0.04
    assert found.chance.mean() == pytest.approx(yes.mean(), abs=0.03)


def test_three_clocks_tell_more_than_the_calendar():
    lines = sold_lines()
    pairs = item_orders(frame=lines, as_of=TODAY)
    found = due()
    clock = calendar(pairs, 12.0)
    alone = clock.chance(found.model, clock.orders(pairs.days))
    yes = came(found)
    assert np.mean((found.chance - yes) ** 2) < np.mean((alone - yes) ** 2)


def test_items_out_of_range_are_not_due():
    found = due()
    gone = np.isin(found.item, [found.items.index(f"i{one:02d}").as_py() for one in range(5)])
    assert found.chance[gone].mean() < 0.25 * found.chance[~gone].mean()


def test_record_is_what_the_chances_of_an_earlier_day_were_worth():
    found = due()
    earlier = item_orders(frame=sold_lines(), as_of=TODAY - 84)
    later = item_orders(frame=sold_lines(), as_of=TODAY)
    yes = (later.days.total(later.days.day > TODAY - 84) > 0)[later.days.day[later.days.start[:-1]] <= TODAY - 84]
    again = record(chances(earlier, 12.0), yes, day=TODAY - 84)
    assert found.record.day == TODAY - 84
    assert found.record.brier == pytest.approx(again.brier)
    assert found.record.came.tolist() == again.came.tolist()


def test_nothing_after_the_day_is_looked_at():
    lines = sold_lines()
    past = lines["day"] <= TODAY
    cut = ask({name: column[past] for name, column in lines.items()})
    assert cut.chance.tolist() == due().chance.tolist()


def test_every_frame_and_every_order_of_lines_gives_the_same():
    lines, found = sold_lines(), due()
    shuffled = np.random.default_rng(5).permutation(lines["day"].size)
    for frame in (
        pl.DataFrame(lines),
        pd.DataFrame(lines),
        pa.table(lines),
        {n: c[shuffled] for n, c in lines.items()},
    ):
        again = ask(frame)
        assert again.chance == pytest.approx(found.chance)
        assert again.quantity.tolist() == found.quantity.tolist()


def test_expected_weeks_lateness_and_quantity_come_from_the_pair_itself():
    found = due()
    pairs = item_orders(frame=sold_lines(), quantity="quantity", as_of=TODAY)
    orders = calendar(pairs, 12.0).orders(pairs.days)
    assert found.orders.tolist() == (orders.repeats + 1).tolist()
    assert found.active == pytest.approx(found.model.chance_active(orders))
    assert found.expected == pytest.approx(time_until(model=found.model, orders=orders, chance=found.active / 2))
    then = replace(orders, age=orders.last)
    assert found.lateness == pytest.approx(found.model.chance_if_active(then, orders.age - orders.last))
    pair = int(np.flatnonzero(found.orders >= 4)[0])
    days = pairs.days
    assert found.quantity[pair] == np.median(days.value[days.start[pair] : days.start[pair + 1]])
    assert found.overdue.tolist() == ((found.lateness >= 0.8) & (found.orders >= 3)).tolist()
    assert 0 < found.overdue.mean() < 0.7


def test_lateness_of_pairs_that_go_on_is_spread_as_gaps_are():
    found = due()
    rare = found.orders >= 5
    ordered = rare & came(found)
    # Those that order soon are mostly not late, those that never come mostly are.
    assert found.lateness[ordered].mean() < found.lateness[rare & ~came(found)].mean() - 0.2


def test_season_moves_the_chances():
    plain, less, more = due(), ask(sold_lines(), season=0.5), ask(sold_lines(), season=1.5)
    assert less.chance.mean() < plain.chance.mean() < more.chance.mean()


def test_without_quantity_there_is_no_usual_quantity_and_names_make_a_table():
    found = estimate_due(frame=sold_lines(), as_of=TODAY)
    assert found.quantity is None
    told = frames.told(found, **found.names())
    assert told.num_rows == found.chance.size
    assert {"account", "item", "chance", "expected", "overdue"} <= set(told.column_names)


def test_median_of_even_and_odd_numbers_of_orders():
    days = OrderDays(np.array([0, 1, 3, 6]), np.arange(6), np.array([5.0, 1.0, 2.0, 9.0, 1.0, 4.0]))
    assert medians(days).tolist() == [5, 1.5, 4]


def test_short_ledger_has_no_record_and_still_a_list():
    lines = sold_lines()
    early = {name: column[lines["day"] <= 70] for name, column in lines.items()}
    found = estimate_due(frame=early, as_of=70)
    assert found.record is None and found.steps is None
    assert ((found.chance > 0) & (found.chance < 1)).all()


def test_isotonic_steps_undo_a_bent_chance_and_leave_the_level_alone():
    rng = np.random.default_rng(1)
    true = rng.beta(1, 3, 40_000)
    yes = rng.random(true.size) < true
    bent = np.sqrt(true)
    mended = fit_steps(bent, yes).of(levelled(bent, yes))
    assert np.mean((mended - yes) ** 2) < 1.01 * np.mean((true - yes) ** 2)
    steps = fit_steps(true, yes)
    assert (np.diff(steps.came) >= 0).all()
    usual = true < 0.7
    assert steps.of(true)[usual] == pytest.approx(true[usual], abs=0.06)


def test_levelled_chances_are_as_many_as_came():
    rng = np.random.default_rng(1)
    chance, yes = rng.beta(1, 5, 5_000), rng.random(5_000) < 0.4
    even = levelled(chance, yes)
    assert even.mean() == pytest.approx(yes.mean(), abs=1e-6)
    assert (np.argsort(even) == np.argsort(chance)).all()
    assert levelled(chance, np.zeros(5_000, dtype=bool)).max() < 1e-3


def test_record_of_chances_by_hand():
    found = record(np.array([0.05, 0.15, 0.15, 0.95]), np.array([False, True, False, True]), day=3)
    assert found.told.tolist() == [0.05, 0.15, 0.95]
    assert found.came.tolist() == [0, 0.5, 1]
    assert found.pairs.tolist() == [1, 2, 1]
    assert found.brier == pytest.approx((0.05**2 + 0.85**2 + 0.15**2 + 0.05**2) / 4)
    assert found.base == 0.25


def test_unusable_questions_are_refused_by_name():
    with pytest.raises(OutOfOrder):
        ask(SMALL, weeks=0.0)
    with pytest.raises(OutOfOrder):
        ask(SMALL, season=-1.0)
    with pytest.raises(TooFew):
        estimate_due(frame=SMALL, as_of=40)
