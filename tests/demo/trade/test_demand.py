from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vitalfew.demo.scene.wares import CATEGORIES
from vitalfew.demo.trade.baskets import make_baskets
from vitalfew.demo.trade.demand import make_sales
from vitalfew.demo.trade.treatment import Treated


def sales(world, market):
    baskets = make_baskets(seed=2026, accounts=market.accounts, orders=world.orders, products=market.products)
    return make_sales(seed=2026, market=market, orders=world.orders, baskets=baskets)


def volume(lines, count, after=0):
    chosen = lines.day >= after
    return np.bincount(lines.buyer[chosen], weights=lines.quantity[chosen], minlength=count)


def test_list_rise_cuts_by_elasticity(world):
    market = world.market
    dearer = market.prices.listed.copy()
    dearer[:, 18:] = np.rint(dearer[:, 18:] * 1.10).astype(np.int64)
    raised = replace(market, prices=replace(market.prices, listed=dearer))
    since = market.window.day(market.window.month_start(18))
    before, after = (volume(sales(world, one), market.accounts.count, since) for one in (market, raised))
    bought = before > 150
    response = np.log(after[bought] / before[bought]) / np.log(1.10)
    truth = market.accounts.elasticity[bought]
    slope, level = np.polyfit(truth, response, 1)
    assert bought.sum() > 60
    assert slope == pytest.approx(1.0, abs=0.12)
    assert level == pytest.approx(0.0, abs=0.15)


def test_elasticity_follows_perceived_level(firm, accounts):
    level = np.array([row["level"] for row in accounts.values()])
    elasticity = np.array([row["elasticity"] for row in accounts.values()])
    assert (elasticity < 0).all()
    means = [elasticity[level == one].mean() for one in (1, 2, 3, 4)]
    assert means == sorted(means)
    assert means[3] - means[0] > 0.6


def test_ledger_itself_shows_price_response(world):
    """Within account and item, without the paid price: log quantity on log list price of quarters."""
    lines = sales(world, world.market)
    market = world.market
    quarter = market.window.month(lines.day) // 3
    key, cell = np.unique((lines.buyer * market.products.count + lines.item) * 12 + quarter, return_inverse=True)
    quantity = np.bincount(cell, weights=lines.quantity) / np.bincount(cell)
    price = np.bincount(cell, weights=np.log(lines.listed)) / np.bincount(cell)
    pair, quarter = np.unique(key // 12, return_inverse=True)[1], key % 12
    x, y = (demeaned(values, pair, quarter) for values in (price, np.log(quantity)))
    buyer = key // 12 // market.products.count
    sensitive = market.accounts.elasticity[buyer] < np.median(market.accounts.elasticity[buyer])
    slopes = [(x[part] @ y[part]) / (x[part] @ x[part]) for part in (sensitive, ~sensitive)]
    assert slopes[0] < slopes[1] < 0


def demeaned(values, *effects):
    left = values.copy()
    for _ in range(20):
        for effect in effects:
            left = left - (np.bincount(effect, weights=left) / np.bincount(effect))[effect]
    return left


def test_lift_is_recovered_at_volume(world):
    market, treated = world.market, world.market.treated
    nobody = replace(market, treated=Treated(rows=treated.rows[:0], starts=treated.starts[:0], lifts=treated.lifts[:0]))
    with_lift, without = sales(world, market), sales(world, nobody)
    total = np.zeros(2)
    for row, start, lift in zip(treated.rows, treated.starts, treated.lifts, strict=True):
        a, b = (lines.quantity[(lines.buyer == row) & (lines.day >= start)].sum() for lines in (with_lift, without))
        if b > 500:
            assert a / b - 1 == pytest.approx(lift, abs=0.05)
        total += (a, b)
    assert total[0] / total[1] - 1 == pytest.approx(0.15, abs=0.05)
    untreated = ~np.isin(with_lift.buyer, treated.rows)
    assert with_lift.quantity[untreated].sum() == without.quantity[~np.isin(without.buyer, treated.rows)].sum()


def test_seasons_show_in_each_category(world):
    lines = sales(world, world.market)
    month = world.market.window.calendar_month(lines.day)
    for place, category in enumerate(CATEGORIES):
        of = world.market.products.category[lines.item] == place
        seen = np.bincount(month[of], weights=lines.quantity[of], minlength=12)
        expected = np.array(category.months)
        if expected.std() > 0.1:
            # Two of three months that should be high or low are, whatever single large orders do.
            assert np.corrcoef(seen, expected)[0, 1] > 0.5, category.name


def test_growing_story_grows_each_year(world):
    row = next(story.customers[0] for story in world.stories if story.name == "growing_fast")
    lines = sales(world, world.market)
    own = lines.where(lines.buyer == row)
    yearly = np.bincount(own.day // 366, weights=own.quantity, minlength=3)
    assert yearly[1] > 1.3 * yearly[0]
    assert yearly[2] > 1.3 * yearly[1]


def test_regular_items_come_again(world):
    """Most lines of the last year repeat an item that the account bought before."""
    lines = sales(world, world.market)
    code = lines.buyer * world.market.products.count + lines.item
    old, new = code[lines.day < 730], lines.day >= 730
    seen_buyers = np.isin(lines.buyer, lines.buyer[lines.day < 730])
    share = np.isin(code[new & seen_buyers], old).mean()
    assert 0.6 < share < 0.98
