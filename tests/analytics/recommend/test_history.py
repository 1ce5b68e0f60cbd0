from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.analytics.recommend.cases import lines, shuffled
from vitalfew.analytics.features import measure_pairs, simulate_lines
from vitalfew.analytics.frames import days
from vitalfew.analytics.recommend import purchases
from vitalfew.analytics.refusals import BelowZero, NotAColumn, NothingThere, OutOfOrder

FRAME = {
    "account": ["Mill", "Mill", "Mill", "Bakery", "Bakery", "Dairy", "Mill"],
    "item": ["10001", "10001", "10002", "10001", "POST", "10002", "10001"],
    "day": [10, 10, 12, 14, 14, 15, 40],
    "quantity": [5, 2, 1, 3, 1, -4, 1],
    "net": [50.0, 20.0, 0.0, 30.0, 12.0, -40.0, 10.0],
}


def told(known):
    names = known.account_name.to_pylist(), known.item_name.to_pylist()
    events = zip(known.account.tolist(), known.item.tolist(), known.day.tolist(), strict=True)
    return [(names[0][account], names[1][item], day) for account, item, day in events]


def test_an_account_buys_an_item_once_a_day_however_many_lines_say_so():
    known = purchases(frame=FRAME)
    assert told(known)[:2] == [("Bakery", "10001", 14), ("Bakery", "POST", 14)]
    assert told(known)[3:] == [("Mill", "10001", 10), ("Mill", "10001", 40), ("Mill", "10002", 12)]
    assert (known.since, known.as_of, known.history) == (10, 40, 31)


def test_returns_free_samples_and_freight_are_no_purchases_and_their_accounts_are_still_known():
    known = purchases(frame=FRAME, quantity="quantity", net="net", products="^[0-9]{5}")
    assert told(known) == [("Bakery", "10001", 14), ("Mill", "10001", 10), ("Mill", "10001", 40)]
    assert known.account_name.to_pylist() == ["Bakery", "Dairy", "Mill"]
    assert known.item_name.to_pylist() == ["10001", "10002", "POST"]


def test_lines_after_the_last_complete_day_are_not_looked_at():
    known = purchases(frame=FRAME, as_of=14)
    assert known.day.max() == 14 and known.as_of == 14
    later = {"account": ["a"], "item": ["b"], "day": [date(2011, 5, 2)]}
    assert purchases(frame=later, as_of=date(2011, 5, 3)).age.tolist() == [1]
    with pytest.raises(NothingThere):
        purchases(frame=FRAME, as_of=9)


@pytest.mark.parametrize("kind", [dict, pa.table, pl.DataFrame, pd.DataFrame])
def test_every_kind_of_frame_gives_the_same_purchases(kind):
    frame = dict(FRAME, day=[datetime(2011, 1, day % 28 + 1, 9, 30, tzinfo=UTC) for day in FRAME["day"]])
    assert told(purchases(frame=kind(frame))) == told(purchases(frame=frame))


def test_the_order_of_the_lines_changes_nothing():
    one, other = purchases(frame=lines()), purchases(frame=shuffled())
    assert told(one) == told(other)
    assert one.account_name.equals(other.account_name) and one.item_name.equals(other.item_name)


def test_counts_decay_and_are_cut():
    known = purchases(frame=FRAME)
    place = known.accounts_named(["Mill"])[0], known.items_named(["10001"])[0]
    assert known.counts().toarray()[place] == 2
    assert known.counts(at_most=1).toarray()[place] == 1
    assert known.counts(half_life=30).toarray()[place] == pytest.approx(1.5)
    assert known.counts(half_life=30).sum() == pytest.approx((0.5 ** (known.age / 30)).sum(), rel=1e-6)


def test_what_was_known_earlier_holds_nothing_later_and_keeps_the_codes():
    known = purchases(frame=lines())
    earlier, later = known.until(200), known.after(200)
    assert earlier.day.max() <= 200 < later.day.min()
    assert earlier.day.size + later.day.size == known.day.size
    assert (earlier.as_of, earlier.since, later.as_of) == (200, known.since, known.as_of)
    assert earlier.account_name is known.account_name


def test_rhythm_is_that_of_order_days():
    known = purchases(frame=FRAME)
    orders, decayed, last = known.rhythm(half_life=30)
    assert dict(zip(known.account_name.to_pylist(), orders.tolist(), strict=True)) == {
        "Bakery": 1,
        "Dairy": 1,
        "Mill": 3,
    }
    mill = known.accounts_named(["Mill"])[0]
    assert decayed[mill] == pytest.approx(1 + 0.5 ** (28 / 30) + 0.5)
    assert last.tolist() == [26, 25, 0]
    assert known.until(9).rhythm(half_life=30)[2].tolist() == [0, 0, 0]


def test_unknown_names_and_codes_are_told_apart():
    known = purchases(frame=FRAME)
    assert known.items_named(["10002", "nothing"]).tolist() == [1, -1]
    assert known.chosen(None).tolist() == [0, 1, 2]
    assert known.chosen(np.array([2, 0, 2])).tolist() == [0, 2]
    with pytest.raises(OutOfOrder, match="codes run from 0 to 2"):
        known.chosen(np.array([3]))
    with pytest.raises(NotAColumn):
        purchases(frame={"account": [1], "item": [1], "day": [1]}).items_named(["ten"])


def test_counts_of_a_ledgers_pairs_are_those_of_its_purchases():
    table = simulate_lines(accounts=40)
    pairs = measure_pairs(frame=table, each_day=True, as_of=int(days(table, "day").max()))
    sold = {name: table[name].filter(pc.greater(table["amount"], 0)) for name in ("account", "item", "day")}
    known = purchases(frame=sold, as_of=pairs.as_of)
    assert known.account_name.equals(pairs.account) and known.item_name.equals(pairs.items)
    for asked in ({}, {"half_life": 90.0}, {"half_life": 90.0, "at_most": 1.0}, {"at_most": 2.0}):
        assert (pairs.counts(**asked) != known.counts(**asked)).nnz == 0
    age = known.as_of - known.day
    assert known.decayed(30.0).sum() == pytest.approx((0.5 ** (age / 30.0)).sum(), rel=1e-12)


def test_days_that_were_not_kept_cannot_fade():
    pairs = measure_pairs(frame=simulate_lines(accounts=5))
    assert pairs.counts().sum() == pairs.orders.sum()
    with pytest.raises(NothingThere, match="each_day"):
        pairs.counts(half_life=90.0)
    with pytest.raises(BelowZero):
        measure_pairs(frame=simulate_lines(accounts=5), each_day=True).counts(half_life=0.0)
