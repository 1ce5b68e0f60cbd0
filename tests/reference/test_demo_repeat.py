"""The demo firm's rhythm, recovered from its own ledger: regularity k, pace, and who still buys."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow.compute as pc
import pytest

from vitalfew.analytics import features, repeat
from vitalfew.demo.firm import make_firm


@pytest.fixture(scope="module")
def told():
    """What the ledger says of each account, and its truth, row by row."""
    firm = make_firm(customers=600, until=date(2026, 11, 23))
    lines = firm.lines.filter(pc.is_valid(firm.lines["Customer"]))
    found = features.measure_features(frame=lines, account="Customer", day="Invoice Date", amount="Net Amount")
    truth = {row["customer"]: row for row in firm.truth.tables["accounts"].to_pylist()}
    names = found.account.to_pylist()
    rows = np.array([row for row in found.buyers if names[row] in truth])
    orders = repeat.Orders(*(column[rows] for column in (found.repeats, found.last, found.age, found.log_gaps)))
    return repeat.fit_mixture(orders=orders), orders, [truth[names[row]] for row in rows]


def seen_often(orders):
    return orders.repeats >= 5


def test_regularity_is_told_apart_and_its_90_percent_band_holds(told):
    model, orders, truth = told
    k = np.array([row["k"] for row in truth])
    often, classes = seen_often(orders), np.array([one.k for one in model.classes])
    known = np.cumsum(model.chance_of_class(orders), axis=0)
    low = classes[(known < 0.05).sum(axis=0)]
    high = classes[np.minimum((known < 0.95).sum(axis=0), classes.size - 1)]
    held = ((low <= k) & (k <= high))[often].mean()
    assert 0.84 <= held <= 0.97
    assert np.corrcoef(np.log(k[often]), np.log(model.regularity(orders)[often]))[0, 1] > 0.85
    means = [model.regularity(orders)[often & (k == one)].mean() for one in (1, 2, 4, 7)]
    assert means == sorted(means) and means[0] < 1.6 and means[3] > 5


def test_the_pace_of_orders_is_found(told):
    model, orders, truth = told
    rate, often = np.array([row["orders_per_week"] for row in truth]), seen_often(orders)
    pace = model.pace(orders)
    assert np.corrcoef(np.log(rate[often]), np.log(pace[often]))[0, 1] > 0.8
    assert np.median(pace[often] / rate[often]) == pytest.approx(1, abs=0.1)


def test_the_chance_of_still_buying_comes_true(told):
    model, orders, truth = told
    buys = np.array([row["dropout_date"] is None for row in truth])
    chance = model.chance_active(orders)
    assert chance.mean() == pytest.approx(buys.mean(), abs=0.03)
    assert buys[chance < 0.1].mean() < 0.1 and buys[chance > 0.9].mean() > 0.95
