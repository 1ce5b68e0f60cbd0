"""Capacity and hand-over through the API: what each has left, plans with If-Match, hand-overs, the taker's word."""

from __future__ import annotations

import pytest

from tests.cast import ben, carla, customers, key
from vitalfew.selection.models import HandOver, Lead, PlannedHours
from vitalfew.trust.models import AuditEntry

BEN, CARLA = "ben@example.org", "carla@example.org"


@pytest.fixture
def send(client, api):
    """send("/hours", account=…, match="*") posts JSON as whoever is signed in."""
    customers()
    key(1, manager=ben(), deputy=carla()), key(2, manager=ben())

    def post(path: str, match: str | None = None, **words):
        headers = {} if match is None else {"If-Match": match}
        return client.post(f"/api{path}", words, content_type="application/json", headers=headers)

    return post


def state() -> tuple:
    models = (HandOver, Lead, PlannedHours)
    return (*(list(model.objects.order_by("pk").values()) for model in models), AuditEntry.objects.count())


def test_what_each_manager_has_left(send, api):
    rows = {row["person"]: row for row in api("get", "/capacity").json()["managers"]}
    assert rows[BEN] == {
        "person": BEN, "name": "Ben Manager", "active": True, "accounts": 2, "as_deputy": 0, "assumed": 2, "planned": 54.0,
        "capacity": 120.0, "capacity_assumed": True, "left": 66.0, "over": False, "too_many": False,
    }  # fmt: skip
    assert sorted(rows) == ["alice@example.org", BEN, CARLA]


def test_a_manager_gets_their_own_row(send, client):
    client.force_login(ben())
    assert [row["person"] for row in client.get("/api/capacity").json()["managers"]] == [BEN]


def test_hours_are_planned_on_the_state_that_was_read(send, api, client):
    read = api("get", "/accounts/C00001/hours")
    assert read.json() == {"account": "C00001", "hours": 30, "assumed": True}
    made = send("/hours", account="C00001", hours=50, match=read["ETag"])
    assert (made.status_code, made.json()) == (201, {"account": "C00001", "hours": 50, "assumed": False})
    before = state()
    stale = send("/hours", account="C00001", hours=70, match=read["ETag"])
    assert (stale.status_code, stale.json()["yours"], stale.json()["now"]) == (412, {"hours": 70}, {"hours": 50})
    assert send("/hours", account="C00001", hours=70).status_code == 428
    assert state() == before
    assert send("/hours", account="C00001", hours=70, match=made["ETag"]).status_code == 201
    known = client.get("/api/accounts/C00001/hours", headers={"If-None-Match": send("/hours", account="C00001", hours=70, match="*")["ETag"]})  # fmt: skip
    assert known.status_code == 304


def test_one_account_passes_on_and_the_taker_says_so(send, client):
    made = send("/handovers", account="C00002", to=CARLA, giver=BEN, reason="Ben is away", note="Ask for Ida")
    (told,) = made.json()["hand_overs"]
    assert made.status_code == 201
    assert (told["account"], told["giver"], told["taker"], told["role"], told["note"], told["taken_over_at"]) == (
        "C00002", BEN, CARLA, "manager", "Ask for Ida", None,
    )  # fmt: skip
    refused = send("/takeovers", hand_over=told["hand_over"])
    assert (refused.status_code, "Only Carla Deputy" in refused.json()["detail"]) == (422, True)
    client.force_login(carla())
    assert send("/takeovers", hand_over=told["hand_over"]).json()["taken_over_at"] is not None
    assert send("/takeovers", hand_over=told["hand_over"]).status_code == 422


def test_all_of_a_person_passes_on(send):
    made = send("/handovers", all_of=BEN, to=CARLA, reason="Ben leaves")
    assert (made.status_code, [one["account"] for one in made.json()["hand_overs"]]) == (201, ["C00001", "C00002"])
    assert set(Lead.objects.filter(holds_until=None).values_list("person__email", flat=True)) == {CARLA}


@pytest.mark.parametrize(
    ("path", "words", "status"),
    [
        ("/handovers", {"to": CARLA, "reason": "x"}, 422),
        ("/handovers", {"to": CARLA, "reason": "x", "account": "C00001", "all_of": BEN}, 422),
        ("/handovers", {"to": CARLA, "reason": " ", "account": "C00001"}, 422),
        ("/handovers", {"to": CARLA, "reason": "x", "account": "C00009"}, 404),
        ("/handovers", {"to": "nobody@example.org", "reason": "x", "account": "C00001"}, 404),
        ("/handovers", {"to": "alice@example.org", "giver": CARLA, "reason": "x", "account": "C00001"}, 409),
        ("/handovers", {"to": CARLA, "reason": "x", "account": "C00001", "dryrun": True}, 400),
        ("/handovers", {"to": CARLA, "reason": "x", "account": "C00001", "note": "x" * 4001}, 422),
        ("/takeovers", {"hand_over": 99}, 404),
        ("/takeovers", {"hand_over": "1"}, 422),
        ("/takeovers", {"hand_over": 10**30}, 422),
        ("/hours", {"account": "C00001", "hours": 1001}, 422),
        ("/hours", {"account": "C00001", "hours": -1}, 422),
        ("/hours", {"account": "C00001", "hours": "30"}, 422),
        ("/hours", {"account": "C00003", "hours": 30}, 422),
    ],
)
def test_refusals_change_nothing(send, path, words, status):
    before = state()
    answer = send(path, match="*", **words)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert state() == before


def test_whoever_may_not_select_changes_nothing(send, client):
    client.force_login(ben())
    before = state()
    for path, words in (
        ("/handovers", {"to": CARLA, "reason": "x", "account": "C00001"}),
        ("/hours", {"account": "C00001", "hours": 10, "match": "*"}),
    ):
        assert send(path, **words).status_code == 403
    assert state() == before
