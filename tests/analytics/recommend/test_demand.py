import numpy as np
import pyarrow as pa
import pytest

from vitalfew.analytics.recommend import Purchases
from vitalfew.analytics.recommend.demand import buyers_aged, demand, knows_season


def sold(events, items=3, as_of=500):
    """Purchases from (account, item, day), known at `as_of`, in a ledger that begins on day 0."""
    account, item, day = np.array(sorted(events)).T
    names = pa.array(np.arange(100)), pa.array(np.arange(items))
    return Purchases(account, item, day, *names, 0, as_of)


def test_buyers_are_accounts_and_not_purchases():
    known = sold([(0, 0, 490), (0, 0, 495), (1, 0, 499), (1, 1, 400), (2, 2, 500)])
    assert buyers_aged(known, 0, 28).tolist() == [2, 0, 1]
    assert buyers_aged(known, 10, 11).tolist() == [1, 0, 0]
    wanted = demand(known, window=84)
    assert wanted.buyers.tolist() == [2, 0, 1]
    assert np.exp(wanted.ever) - 1 == pytest.approx([2, 1, 1])
    assert np.exp(wanted.quiet) - 3 == pytest.approx([1, 100, 0])
    assert np.exp(wanted.again) == pytest.approx([1.5, 1, 1])


def test_an_item_never_sold_is_quiet_for_all_the_history():
    wanted = demand(sold([(0, 0, 490)]), window=84)
    assert np.exp(wanted.quiet[1]) - 3 == pytest.approx(501)
    assert wanted.again[1] == 0 and wanted.ever[1] == 0


def test_the_turn_of_last_year_moves_demand_by_half_and_rare_items_hardly():
    before = [(account, 0, 130) for account in range(20)]
    coming = [(account, 0, 160) for account in range(80)] + [(0, 1, 160)]
    known = sold(before + coming)
    moved = demand(known, window=84).lately
    assert moved[0] == pytest.approx(0.5 * np.log((80 / 3 + 30) / (20 + 30)))
    assert 0 < moved[1] < 0.01 and moved[2] == 0


def test_a_ledger_of_less_than_thirteen_months_knows_no_season():
    events = [(account, 0, 160) for account in range(80)]
    short = sold(events, as_of=391)
    assert not knows_season(short) and knows_season(sold(events, as_of=392))
    assert (demand(short, window=84).lately == 0).all()
