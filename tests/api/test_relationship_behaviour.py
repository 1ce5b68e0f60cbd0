"""Price and loyalty, prices that moved, and the levels' tests through the API."""

from __future__ import annotations

import pytest

from tests.cast import ben, let_in, person
from tests.relationship.behaviour.test_events import ledger
from tests.relationship.level.world import answer, judged, made_firm
from vitalfew.relationship.behaviour import figures
from vitalfew.relationship.models import Evidence, PriceEvent
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.rights import Role

MOVED = {"account": "C00001", "on": "2026-03-01", "thousandths": 50, "words": "All cutlery"}


@pytest.fixture
def run(db):
    firm = made_firm()
    ledger()
    answer(firm, *range(1, 31))
    return judged(firm)


def test_what_orders_show_comes_as_figures_with_what_is_missing(api, run):
    told = api("get", "/accounts/C00001/behaviour").json()
    assert told["account"] == "C00001" and set(figures.KINDS) <= set(told)
    assert told["price_response"]["value"] is None and told["price_response"]["missing"]


def test_price_that_moved_is_noted_told_and_withdrawn(api, run):
    made = api("post", "/price-events", **MOVED)
    number = made.json()["number"]
    assert (made.status_code, made.json()["account"]) == (201, "C00001")
    (row,) = api("get", "/accounts/C00001/price-events").json()["price_events"]
    assert (row["number"], row["thousandths"], row["words"], row["noted_by"]) == (
        number,
        50,
        "All cutlery",
        "Alice Head",
    )
    assert row["volume"]["value"] is None and row["volume"]["missing"]
    assert api("post", f"/price-events/{number}/withdraw", reason="Wrong firm").status_code == 201
    assert api("get", "/accounts/C00001/price-events").json()["price_events"] == []
    assert not Evidence.objects.filter(withdrawn_at=None).exists()
    assert [row.door for row in AuditEntry.objects.order_by("pk")] == ["api", "api"]


@pytest.mark.parametrize(
    ("words", "status"),
    [({"thousandths": 0}, 422), ({"thousandths": -901}, 422), ({"on": "2039-01-01"}, 422), ({"words": " "}, 422), ({"share": 1}, 400)],
)  # fmt: skip
def test_what_is_no_price_that_moved_is_refused_and_leaves_nothing(api, run, words, status):
    assert api("post", "/price-events", **MOVED | words).status_code == status
    assert (PriceEvent.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_hidden_account_answers_like_one_that_does_not_exist(api, run, client):
    number = api("post", "/price-events", **MOVED).json()["number"]
    client.force_login(let_in(ben(), 2))
    for hidden in ("C00001", "C99999"):
        for path in ("behaviour", "price-events"):
            assert api("get", f"/accounts/{hidden}/{path}").status_code == 404
        assert api("post", "/price-events", **MOVED | {"account": hidden}).status_code == 404
    for wanted in (number, number + 99):
        assert api("post", f"/price-events/{wanted}/withdraw", reason="x").status_code == 404


def test_levels_tests_are_told_to_who_sees_every_account(api, run, client):
    told = api("get", "/levels/tests").json()
    assert (told["as_of"], told["doubts"], told["stayed"]) == ("2026-06-30", [], None)
    assert "refresh --history" in told["missing"]["stayed"]
    client.force_login(let_in(person(Role.MANAGER), 1))
    assert "see every account" in api("get", "/levels/tests").json()["missing_all"]
