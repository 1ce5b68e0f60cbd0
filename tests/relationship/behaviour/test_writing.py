"""Behaviour as it is stored: one small row an account, nothing in it that may not be told."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.cast import portfolio
from tests.relationship.behaviour.found import breadth, loyalty, prices
from tests.sales import LAST, NOW, brought, monthly
from vitalfew.analytics.price import enough
from vitalfew.ledger import batches, measuring, runs, snapshot
from vitalfew.relationship.behaviour import loyalty as room
from vitalfew.relationship.behaviour import prices as reckoned
from vitalfew.relationship.behaviour import writing
from vitalfew.relationship.behaviour.figures import account_behaviour
from vitalfew.relationship.models import Behaviour
from vitalfew.selection import standings

pytestmark = pytest.mark.django_db


def written(count=4, **more):
    run = portfolio(count)
    found = {"accounts": np.arange(1, count + 1), "prices": prices(), "loyalty": loyalty(), "breadth": breadth()}
    writing.write(run, **found | more)
    return dict(Behaviour.objects.filter(run=run).values_list("account", "price")), dict(
        Behaviour.objects.filter(run=run).values_list("account", "loyalty")
    )


def test_every_account_has_one_row_with_rounded_numbers():
    price, loyal = written()
    assert price[1] == {
        "paid": [-0.05, -0.08, -0.02], "items": 12, "lines": 120, "response": [-1.8, -2.4, -1.2], "own": True, "stronger": 0.877,
        "verdict": 0, "reason": 0, "bought": [12, 150, 9],
    }  # fmt: skip
    assert loyal[1] == {
        "orders": 40, "reason": 0, "order": [0.9123, 0.8, 0.97], "active": [0.95, 0.9, 0.99], "coming": [5.5, 3.0, 8.0],
        "regularity": [3.4, 2.0, 4.0], "gap": 14.3, "cycles": 0.49, "known": 700, "at_least": True,
        "breadth": [20, 15, 90, 100_000, -2_500], "before": [14, 13, 60, 2, 7],
    }  # fmt: skip
    assert (sorted(price), sorted(loyal)) == ([1, 2, 3, 4], [1, 2, 3, 4])


def test_what_may_not_be_told_is_left_open_with_its_reason():
    price, loyal = written()
    assert (price[3]["paid"], price[3]["stronger"], price[3]["reason"]) == (None, None, 4)
    assert price[4] == writing.NOT_RECKONED
    assert {
        name: loyal[2][name] for name in ("order", "active", "coming", "regularity", "gap", "cycles")
    } == dict.fromkeys(("order", "active", "coming", "regularity", "gap", "cycles"))
    assert (loyal[2]["reason"], loyal[2]["orders"]) == (1, 1)
    assert loyal[3] == {"breadth": [0, 0, 0, 0, -900], "before": [9, 0, 21, 1, 0]}


def test_a_run_that_found_nothing_still_has_a_row_for_each():
    price, loyal = written(prices=None, loyalty=None, breadth=None)
    assert set(price.values()) == set(loyal.values()) == {None}


def test_a_verdict_on_the_book_is_kept_as_its_number():
    price, _ = written(prices=prices(verdict=enough.NOT_LASTING))
    assert {row["verdict"] for row in price.values() if "verdict" in row} == {
        writing.VERDICTS.index(enough.NOT_LASTING)
    }


def test_every_verdict_that_can_be_reached_has_a_number():
    sentences = {enough.NOTHING_MOVED, enough.NOT_PASSED_ON, enough.FEW_ACCOUNTS, enough.NOT_LASTING}
    assert sentences == set(writing.VERDICTS) - {""}


def test_rows_stay_small():
    price, loyal = written()
    assert len(json.dumps(price[1])) < 300 and len(json.dumps(loyal[1])) < 350


def test_more_accounts_than_fit_at_once_are_all_written(monkeypatch):
    monkeypatch.setattr(writing, "_AT_ONCE", 2)
    price, loyal = written(5)
    assert sorted(price) == [1, 2, 3, 4, 5] and (price[5], loyal[5]) == (writing.NOT_RECKONED, None)


def test_a_real_ledger_is_found_written_and_read_back(home, tmp_path):
    brought(tmp_path, monthly(30))
    with measuring.session(batches.scope(as_of=LAST)) as opened:
        found, rhythm = snapshot.find(opened, as_of=LAST), standings.rhythm(opened, as_of=LAST)
        stood, goods = standings.stand(found, rhythm), reckoned.breadth(opened, as_of=LAST)
        paid = reckoned.prices(opened, as_of=LAST, first=())
    loyal = room.loyalty(rhythm, stood.outlook.model)
    run = runs.begin(as_of=LAST, at=NOW)
    snapshot.write(run, found, standings.aligned(rhythm.orders_12, found, rhythm))
    writing.write(run, accounts=found.account, prices=paid, loyalty=loyal, breadth=goods)
    runs.show(run, totals={"currency": "GBP"}, at=NOW)
    shown = account_behaviour(account=int(found.account[0]), person=None)
    assert Behaviour.objects.filter(run=run).count() == 30
    assert (shown.loyalty.n, shown.loyalty.value > 0.95, shown.loyalty.low > 0.9) == (24, True, True)
    assert shown.chance_active.value == pytest.approx(
        stood.outlook.model.chance_active(room._orders(rhythm, [0]))[0], abs=1e-4
    )
    assert 2 <= shown.orders_expected.value <= 4 and 28 < shown.usual_gap.value < 32
    assert (shown.range_bought.value, shown.repeat_share.value, shown.returned.value) == (1, 1, 0)
    assert "needed: it has 1," in shown.price_response.missing or shown.price_response.missing in writing.VERDICTS
