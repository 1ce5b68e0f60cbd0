"""A refresh turns what the orders of key accounts show into evidence, once it is shown, and only forwards in time."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rounds.test_refresh import Power, fails_at
from tests.sales import NOW, monthly
from vitalfew.ledger.models import Customer
from vitalfew.relationship.models import Evidence
from vitalfew.rounds.history import refresh_with_history
from vitalfew.selection import operations as selection
from vitalfew.trust.actors import operator

WIDER = [("W", f"2025-{month:02}-20", "C1", f"N{month}", 1, "10.00") for month in range(1, 11)]
CREDITED = [(f"G{month}", f"2024-{month:02}-15", "C1", "I1", -1, "1.00") for month in range(1, 12)]


@pytest.fixture
def led(bring):
    """led(rows) imports sales and makes customer C1 key."""

    def lead(rows):
        bring(rows)
        account = Customer.objects.get(key="C1").pk
        selection.designate(account=account, reason="The largest", by=operator(), at=NOW)
        return account

    return lead


def states():
    rows = Evidence.objects.filter(side="behaviour", withdrawn_at=None).order_by("kind", "holds_from")
    return [(row.kind, row.holds_from.isoformat(), row.holds_until) for row in rows]


def test_a_refresh_tells_what_the_lines_themselves_show(led, refreshed):
    account = led([*monthly(40), *WIDER, *CREDITED])
    refreshed("2025-12-28")
    assert states() == [
        ("breadth_grows", "2025-12-28", None), ("cadence_steady", "2025-12-28", None), ("credit_notes_fall", "2025-12-28", None),
        ("orders_repeat", "2025-12-28", None),
    ]  # fmt: skip
    assert {row.account_id for row in Evidence.objects.all()} == {account}
    words = dict(Evidence.objects.values_list("kind", "words"))
    assert words["orders_repeat"] == "22 orders in twelve months"
    assert words["breadth_grows"] == "11 different items in twelve months, 1 in the twelve before"
    assert words["credit_notes_fall"] == (
        "something credited on 0 days beside 22 sale lines in twelve months, on 11 beside 12 in the twelve before"
    )


def test_a_refresh_that_breaks_off_tells_nothing(led, refreshed):
    led(monthly(8))
    with pytest.raises(Power):
        refreshed(progress=fails_at(0.85))
    assert states() == []
    refreshed()
    assert [kind for kind, *_ in states()] == ["orders_repeat"]


def test_history_tells_since_when_and_a_second_one_rewrites_nothing(led):
    led(monthly(40))
    refresh_with_history(by=operator(), at=NOW)
    found = states()
    assert ("orders_repeat", "2024-12-28", None) in found and all(until is None for *_, until in found)
    refresh_with_history(by=operator(), at=NOW)
    assert states() == found


def test_the_past_found_after_today_changes_nothing(led, refreshed):
    led([row for row in monthly(8) if row[1] >= "2025-06-01" or row[2] != "C1"])
    refreshed()
    assert states() == [("orders_repeat", "2025-12-08", None)]
    refreshed("2025-06-15")
    assert states() == [("orders_repeat", date(2025, 12, 8).isoformat(), None)]
