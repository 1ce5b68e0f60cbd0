from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from vitalfew.analytics import frames
from vitalfew.analytics.price import measure_realisation, simulate_prices


@cache
def book(seed, **changed):
    drawn = simulate_prices(seed=seed, **changed)
    return drawn, measure_realisation(frame=drawn.frame, price="price")


def relative(drawn, found):
    """The discounts on the scale of the index, which knows no list: what accounts pay beside each other."""
    return drawn.discount - np.median((drawn.discount - found.centre)[found.told])


@pytest.mark.parametrize("seed", range(4))
def test_discounts_are_found_beside_quantity_breaks(seed):
    drawn, found = book(seed)
    error = (found.centre - relative(drawn, found))[found.told]
    assert np.sqrt(np.mean(error**2)) < 0.2 * np.std(drawn.discount)
    assert found.common.spread == pytest.approx(np.std(drawn.discount), rel=0.15)


def test_a_large_buyer_pays_no_less_for_buying_large():
    """Without its discount, the quantity break alone would make an account that buys large look 6 % cheaper."""
    drawn, found = book(1, discount=(0.0, 0.0), lines=6000)
    assert np.abs(found.centre[found.told]).max() < 0.01
    small = measure_realisation(frame=drawn.frame, price="price", least_items=10**6)
    assert not small.told.any()


def test_the_bands_hold_nine_in_ten():
    inside = []
    for seed in range(8):
        drawn, found = book(seed, accounts=80, lines=4000)
        truth = relative(drawn, found)
        inside.append(((found.low <= truth) & (truth <= found.high))[found.told])
    assert 0.85 <= np.mean(np.concatenate(inside)) <= 0.95


def test_thin_accounts_are_drawn_in_and_say_less():
    _, found = book(2)
    thin, thick = found.lines < 20, found.lines > 150
    assert (found.error[thin].mean() > 2 * found.error[thick].mean()) and thin.any()
    off, drawn_in = (one[found.told] - found.common.mean for one in (found.index, found.centre))
    assert (np.abs(drawn_in) <= np.abs(off) + 1e-3).all() and (np.abs(off - drawn_in) < np.abs(off) / 2 + 1e-3).all()


def test_halves_of_the_items_agree_where_accounts_differ_and_not_where_they_do_not():
    assert book(3)[1].reliability > 0.9
    assert abs(book(3, discount=(0.0, 0.0))[1].reliability) < 0.35


def test_too_few_accounts_have_no_reliability():
    assert book(4, accounts=6, lines=800)[1].reliability is None


def test_an_account_with_too_few_items_is_told_as_any_account():
    drawn, _ = book(5)
    extra = pa.table(
        {"account": ["new"], "item": ["P1"], "day": drawn.frame["day"].slice(0, 1), "quantity": [1.0], "price": [1.0]}
    )
    found = measure_realisation(frame=pa.concat_tables([drawn.frame, extra.cast(drawn.frame.schema)]), price="price")
    last = found.accounts.to_pylist().index("new")
    assert not found.told[last] and found.items[last] <= 1
    assert found.centre[last] == pytest.approx(found.common.mean)
    assert found.high[last] - found.low[last] == pytest.approx(2 * 1.645 * found.common.spread, rel=0.15)


def test_money_given_away_and_prices_to_come_follow_from_the_index():
    _, found = book(6)
    assert found.given_away == pytest.approx(found.spend * (np.exp(-found.centre) - 1))
    low, middle, high = found.price_at(market=np.full(found.centre.size, 20.0))
    assert middle == pytest.approx(20 * np.exp(found.centre))
    assert (low < middle).all() and (middle < high).all()


def test_another_currency_changes_no_index():
    drawn, found = book(7)
    dollars = drawn.frame.set_column(4, "price", pa.array(drawn.frame["price"].to_numpy() * 1.27))
    assert measure_realisation(frame=dollars, price="price").centre == pytest.approx(found.centre, abs=1e-9)


def test_the_result_is_a_table():
    _, found = book(0)
    told = frames.told(found, account=found.accounts)
    assert told.num_rows == len(found.accounts)
    assert {"account", "index", "centre", "low", "high", "lines", "told"} <= set(told.column_names)
