"""From an imported file to a led account through the API, and lists that stay small."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import ben, carla
from vitalfew.selection.models import KeyAccount
from vitalfew.trust.models import AuditEntry


def pages(api, **words):
    """All accounts, page after page through `next`."""
    after, found, turned = "", [], 0
    while True:
        page = api("get", "/accounts", after=after, **words).json()
        found += page["accounts"]
        after, turned = page["next"], turned + 1
        if not after:
            return found, turned, page["total"]


def test_from_file_to_led_account(found, api):
    found(8)
    ben(), carla()
    told = api("get", "/concentration").json()
    assert (told["lines"], told["net"], told["customers"], told["positive"]) == (192, 864000, 8, 8)
    made = api("post", "/designations", account="C1", reason="Largest", manager="ben@example.org")
    assert (made.status_code, made.json()["is_key"], made.json()["manager"]["email"], made.json()["key_version"]) == (
        201,
        True,
        "ben@example.org",
        1,
    )
    led = api("post", "/leads", account="C1", reason="Stands in", person="Carla Deputy", role="deputy")
    assert (led.status_code, led.json()["deputy"]["name"]) == (201, "Carla Deputy")
    (row,) = api("get", "/accounts", show="key").json()["accounts"]
    assert (row["account"], row["rank"], row["net_12_months"], row["manager"], row["deputy"], row["is_key"]) == (
        "C1", 1, 96000, "ben@example.org", "carla@example.org", True,
    )  # fmt: skip
    reviewed = api("post", "/reviews", account="C1", reason="Looked", outcome="invest")
    assert (reviewed.status_code, len(reviewed.json()["events"])) == (201, 4)
    released = api("post", "/releases", account="C1", reason="Sold")
    assert (released.status_code, released.json()["is_key"], released.json()["manager"]) == (201, False, None)
    assert sorted(event["what"] for event in released.json()["events"]) == [
        "deputy", "designated", "key account manager", "released", "reviewed: invest",
    ]  # fmt: skip
    doors = (
        AuditEntry.objects.filter(verb__startswith="selection.")
        .order_by("pk")
        .values_list("verb", "actor_name", "door")
    )
    assert list(doors) == [
        (f"selection.{verb}", "Alice Head", "api") for verb in ("designate", "assign", "assign", "review", "release")
    ]


def test_newest_refresh_tells_how_it_ended(found, api):
    assert api("get", "/refreshes/newest").json() == {}
    found(3)
    assert (
        api("get", "/refreshes/newest").json()["state"],
        api("post", "/refreshes", as_of="2025-06-30").json()["state"],
    ) == ("done", "done")
    assert api("get", "/accounts").json()["as_of"] == "2025-06-30"


@pytest.mark.parametrize(
    "sort", ["rank", "-rank", "net", "-net", "chance", "-chance", "moved", "-moved", "last", "-last"]
)
def test_pages_cover_every_account_exactly_once(found, api, sort):
    found(23)
    rows, turned, total = pages(api, sort=sort, limit=5)
    assert (turned, total, sorted(row["account"] for row in rows)) == (5, 23, sorted(f"C{n}" for n in range(1, 24)))
    assert rows == api("get", "/accounts", sort=sort, limit=200).json()["accounts"]


def test_last_full_page_has_no_next(found, api):
    found(10)
    assert pages(api, limit=5)[1:] == (2, 10)
    assert api("get", "/accounts").json()["next"] == ""


@pytest.mark.parametrize("after", ["x", "%%%", "bnVsbA", "e30", "W10", "WzEsMl0", "WyJhIiwxLDFd"])
def test_a_mark_that_is_not_ours_starts_afresh(found, api, after):
    found(3)
    answer = api("get", "/accounts", after=after)
    assert answer.status_code in (200, 422)
    assert answer.status_code == 422 or [row["account"] for row in answer.json()["accounts"]] == ["C1", "C2", "C3"]


def test_without_a_run_the_list_is_empty(api):
    assert api("get", "/accounts").json() == {"as_of": None, "total": 0, "next": "", "accounts": []}


def test_without_a_ledger_concentration_says_what_to_do(api):
    answer = api("get", "/concentration")
    assert (answer.status_code, "vitalfew import" in answer.json()["detail"]) == (422, True)


def test_margin_without_costs_is_refused(found, api):
    found(3)
    assert api("get", "/concentration", by="margin").status_code == 422
    assert api("get", "/concentration", months=12, level="group").json()["customers"] == 3


@pytest.mark.parametrize(
    ("path", "words", "status"),
    [
        ("/designations", {"account": "C99", "reason": "x"}, 404),
        ("/designations", {"account": "C1", "reason": " "}, 422),
        ("/designations", {"account": "C1", "reason": "x", "manager": "Nobody"}, 404),
        ("/designations", {"account": "C1", "reason": "x", "manager": "Ben Manager", "deputy": "Ben Manager"}, 422),
        ("/leads", {"account": "C1", "reason": "x", "person": "Ben Manager"}, 422),
        ("/reviews", {"account": "C1", "reason": "x", "outcome": "keep"}, 422),
        ("/releases", {"account": "C1", "reason": "x"}, 422),
    ],
)
def test_refusals_change_nothing(found, api, path, words, status):
    found(3)
    ben()
    answer = api("post", path, **words)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (KeyAccount.objects.count(), AuditEntry.objects.filter(verb__startswith="selection.").count()) == (0, 0)


def test_list_of_25_is_small_and_asks_a_fixed_number_of_times(found, api):
    found(60)
    ben()
    for n in range(1, 6):
        api("post", "/designations", account=f"C{n}", reason="Large", manager="Ben Manager")
    asked = []
    for limit in (2, 25, 60):
        with CaptureQueriesContext(connection) as caught:
            answer = api("get", "/accounts", limit=limit)
        assert len(answer.json()["accounts"]) == limit
        asked.append(len(caught))
        if limit == 25:
            assert len(answer.content) <= 20_000
    assert asked[0] == asked[1] == asked[2] <= 12
