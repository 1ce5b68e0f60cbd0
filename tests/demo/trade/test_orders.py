from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from vitalfew.demo.cast.accounts import make_accounts
from vitalfew.demo.cast.customers import make_customers
from vitalfew.demo.scene.streams import stream
from vitalfew.demo.trade.orders import make_orders, renewals


@pytest.fixture(scope="module")
def process(world):
    """A renewal process of 2,000 accounts that nobody cast by hand, with its accounts."""
    customers = make_customers(seed=5, buyers=2000)
    accounts = make_accounts(seed=5, customers=customers, window=world.market.window)
    buyer, moment, stopped = renewals(rng=stream(seed=5, topic="test"), accounts=accounts, window=world.market.window)
    order = np.lexsort((moment, buyer))
    return accounts, buyer[order], moment[order], stopped


def test_gaps_have_mean_and_regularity(process):
    accounts, buyer, moment, _ = process
    same = buyer[1:] == buyer[:-1]
    # In units of the account's own mean gap; gaps far shorter than the window, so that its end cuts few.
    gaps = (np.diff(moment) * accounts.rate[buyer[1:]] / 7)[same]
    k = accounts.stages[buyer[1:]][same]
    often = (accounts.rate[buyer[1:]] > 0.3)[same]
    for stages in (1, 2, 4, 7):
        chosen = gaps[often & (k == stages)]
        assert chosen.mean() == pytest.approx(1.0, abs=0.04)
        assert chosen.var() / chosen.mean() ** 2 == pytest.approx(1.0 / stages, rel=0.08)


def test_known_customers_start_in_equilibrium(process, world):
    accounts, buyer, moment, _ = process
    known = (accounts.known_before == 1) & (accounts.quit_chance < 0.001)
    first_quarter = np.bincount(buyer[moment < 91], minlength=accounts.count)[known].sum()
    assert first_quarter == pytest.approx((accounts.rate[known] * 13).sum(), rel=0.06)


def test_stops_come_at_their_chance(process):
    accounts, buyer, _, stopped = process
    # Every order is one trial, so the expected number of stops is the sum of chances.
    assert stopped.sum() == pytest.approx(accounts.quit_chance[buyer].sum(), rel=0.12)


def test_customers_come_and_go(process, world):
    accounts, buyer, moment, stopped = process
    yearly = [len(np.unique(buyer[(moment >= 365 * year) & (moment < 365 * (year + 1))])) for year in range(3)]
    assert min(yearly) > 0.5 * accounts.count
    assert 0.15 < stopped.mean() < 0.45
    assert 0.25 < (accounts.known_before == 0).mean() < 0.45


def test_orders_repeat_for_same_seed(world):
    again = make_orders(
        seed=2026, accounts=world.market.accounts, customers=world.customers, window=world.market.window
    )
    assert np.array_equal(again.day, world.orders.day)
    assert np.array_equal(again.buyer, world.orders.buyer)


def test_truth_dates_match_the_ledger(firm, ledger, accounts):
    sold = np.char.startswith(ledger["invoice"], "INV-")
    doubles = {row["same_as"]: row["customer"] for row in firm.truth.tables["doubles"].to_pylist()}
    for customer, row in accounts.items():
        days = ledger["day"][sold & np.isin(ledger["customer"], [customer, doubles.get(customer, customer)])]
        if row["orders"] == 0:
            assert len(days) == 0
            continue
        # An order whose items are all delisted leaves no line, so the ledger may begin later or end earlier.
        assert row["first_order"] <= days.min().item() <= days.max().item() <= row["last_order"]
        assert row["dropout_date"] in (None, row["last_order"])


def test_quiet_story_is_quiet(firm, accounts):
    (customer,) = firm.truth["stories"]["gone_quiet"]["customers"]
    silence = firm.window.last - accounts[customer]["last_order"]
    assert timedelta(days=80) <= silence <= timedelta(days=115)
    assert accounts[customer]["dropout_date"] == accounts[customer]["last_order"]
