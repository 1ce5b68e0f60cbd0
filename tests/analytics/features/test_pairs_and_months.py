import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from tests.analytics.features.reckoned import Line, columns, pairs
from tests.analytics.features.test_features import AS_OF, FRAMES, lines_by_chance
from vitalfew.analytics.features import counting, measure_features, measure_months, measure_pairs, simulate_lines
from vitalfew.analytics.features.naming import coded
from vitalfew.analytics.refusals import NothingThere

PAIR = ("orders", "first_age", "last_age", "sum_log_gap", "quantity", "sale", "net")


def by_pair(found):
    names = zip(np.array(found.account)[found.rows], np.array(found.items)[found.item], strict=True)
    return {name: {one: getattr(found, one)[row] for one in PAIR} for row, name in enumerate(names)}


@settings(max_examples=150, deadline=None)
@given(lines=lines_by_chance)
def test_pairs_are_what_plain_python_reckons(lines):
    wanted = pairs(lines, as_of=AS_OF)
    if not wanted:
        return
    got = by_pair(measure_pairs(frame=columns(lines), as_of=AS_OF, kind="kind", quantity="quantity"))
    assert list(got) == list(wanted)
    for name, row in wanted.items():
        assert got[name] == pytest.approx(row, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("block", [1, 100, 10**6])
def test_blocks_of_any_size_give_the_same_pairs(block, monkeypatch):
    table = simulate_lines(accounts=50)
    wanted = by_pair(measure_pairs(frame=table, quantity="quantity"))
    monkeypatch.setattr(counting, "BLOCK", block)
    mixed = table.take(pa.array(np.random.default_rng(1).permutation(table.num_rows)))
    assert by_pair(measure_pairs(frame=mixed, quantity="quantity")) == wanted


@pytest.mark.parametrize("kind", FRAMES)
def test_every_frame_gives_the_same_pairs(kind):
    table = simulate_lines(accounts=30)
    wanted = by_pair(measure_pairs(frame=table, quantity="quantity"))
    assert by_pair(measure_pairs(frame=FRAMES[kind](table), quantity="quantity")) == wanted


def test_accounts_of_pairs_are_those_of_the_features():
    lines = [Line("x", 5, 2, item="b"), Line("w", 5, -2, "credit"), Line("y", 5, 2, item="a")]
    found = measure_pairs(frame=columns(lines))
    assert found.account.equals(measure_features(frame=columns(lines)).account)
    assert (found.start.tolist(), found.item.tolist(), found.rows.tolist()) == ([0, 0, 1, 2], [1, 0], [1, 2])
    assert found.quantity is None
    assert found.matrix(found.orders).toarray().tolist() == [[0, 0], [0, 1], [1, 0]]


def test_pairs_know_weeks_as_the_repeat_models_want_them():
    found = measure_pairs(frame=columns([Line("x", day, 1) for day in (0, 14, 14, 21)]), as_of=28)
    assert (found.repeats.tolist(), found.last.tolist(), found.age.tolist()) == ([2], [3], [4])
    assert found.log_gaps == pytest.approx([np.log(2)])


def test_each_day_of_a_pair_is_kept_where_asked_for():
    table = simulate_lines(accounts=40, seed=2)
    found = measure_pairs(frame=table, kind="kind", quantity="quantity", each_day=True)
    days = found.days
    assert np.diff(days.start).tolist() == found.orders.tolist()
    assert (found.as_of - days.day[days.start[:-1]]).tolist() == found.first_age.tolist()
    assert (found.as_of - days.day[days.start[1:] - 1]).tolist() == found.last_age.tolist()
    assert np.add.reduceat(days.sale, days.start[:-1]).tolist() == found.sale.tolist()
    assert np.add.reduceat(days.quantity, days.start[:-1]).tolist() == found.quantity.tolist()
    inside = np.ones(days.day.size, dtype=bool)
    inside[days.start[:-1]] = False
    assert (np.diff(days.day)[inside[1:]] > 0).all()
    plain = measure_pairs(frame=table, kind="kind", each_day=True)
    assert (plain.quantity, plain.days.quantity) == (None, None)
    assert by_pair(measure_pairs(frame=table, kind="kind", quantity="quantity")) == by_pair(found)


def test_lines_without_an_item_are_in_no_pair():
    lines = [Line("x", 1, 1), Line("x", 2, 1, item=None), Line("x", 3, 1, item="")]
    assert measure_pairs(frame=columns(lines)).orders.tolist() == [1]


def test_pairs_of_nothing_are_refused():
    with pytest.raises(NothingThere, match="Nothing that names its item was sold"):
        measure_pairs(frame=columns([Line("x", 1, -1, "credit")]))


def test_months_hold_zeros_where_nothing_was_bought():
    day = [(dt.date(2024, month, 9) - dt.date(1970, 1, 1)).days for month in (1, 2, 5)]
    lines = [Line("x", day[0], 10), Line("x", day[2], 5), Line("y", day[1], 7), Line("y", day[1], -9, "credit")]
    found = measure_months(frame=columns(lines), as_of=dt.date(2024, 6, 30))
    assert found.month.tolist() == [2024 * 12 + month for month in range(6)]
    assert found.complete.tolist() == [False, True, True, True, True, True]
    assert found.net.tolist() == [[10, 0, 0, 0, 5, 0], [0, -2, 0, 0, 0, 0]]
    assert found.sale.tolist() == [[10, 0, 0, 0, 5, 0], [0, 7, 0, 0, 0, 0]]
    assert found.orders.tolist() == [[1, 0, 0, 0, 1, 0], [0, 1, 0, 0, 0, 0]]
    assert found.first.tolist() == [0, 1]
    assert found.known.tolist() == [[True] * 6, [False] + [True] * 5]


def test_a_month_that_is_not_over_is_not_complete():
    lines = [Line("x", (dt.date(2023, 12, 1) - dt.date(1970, 1, 1)).days, 10)]
    found = measure_months(frame=columns(lines), as_of=dt.date(2024, 2, 28))
    assert found.complete.tolist() == [True, True, False]


def test_months_add_up_to_the_features():
    table = simulate_lines(accounts=80)
    months, whole = measure_months(frame=table, kind="kind"), measure_features(frame=table, kind="kind")
    assert (months.net.sum(axis=1) == whole.net).all()
    assert (months.sale.sum(axis=1) == whole.sale).all()
    assert (months.orders.sum(axis=1) == whole.orders).all()


def test_names_of_categories_are_those_of_all_chunks_in_order():
    parts = [pa.array(one).dictionary_encode() for one in (["d", "b", None, "b"], ["", "a"], ["c", "d"])]
    found = coded(pa.table({"account": pa.chunked_array(parts)}), "account")
    assert found.name.to_pylist() == ["a", "b", "c", "d"]
    assert found.code.tolist() == [3, 1, -1, 1, -1, 0, 2, 3]


def test_room_of_lines_is_not_kept_for_the_days_made_of_them():
    table = simulate_lines(accounts=30)
    pairs = measure_pairs(frame=pa.concat_tables([table] * 3), quantity="quantity", as_of=20_500, each_day=True)
    assert pairs.days.sale.size == pairs.days.day.size == pairs.days.quantity.size == pairs.orders.sum()
    assert pairs.days.sale.base is None and pairs.days.quantity.base is None
    once = measure_pairs(frame=table, quantity="quantity", as_of=20_500, each_day=True)
    assert (pairs.days.day == once.days.day).all()
    assert pairs.days.sale == pytest.approx(3 * once.days.sale, rel=1e-12)


def test_days_too_far_apart_for_small_keys_are_kept_all_the_same():
    far = 1 << 30
    lines = {
        "account": ["a", "a", "b", "a"],
        "item": ["x", "y", "x", "x"],
        "day": [0, 3, 5, far],
        "amount": [1.0, 2.0, 3.0, 4.0],
    }
    found = measure_pairs(frame=lines, as_of=far, each_day=True)
    assert (found.orders.tolist(), found.days.day.tolist()) == ([2, 1, 1], [0, far, 3, 5])
    assert (found.sale.tolist(), found.days.sale.tolist()) == ([5.0, 2.0, 3.0], [1.0, 4.0, 2.0, 3.0])
