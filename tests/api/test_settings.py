"""Settings through the API: listed for readers, one with its ETag, chosen with If-Match by whoever may."""

from __future__ import annotations

import pytest

from tests.cast import alice, ben
from vitalfew.ledger import choices
from vitalfew.ledger.models import Setting
from vitalfew.trust.models import AuditEntry

LIKELY = "/settings/level_likely"


@pytest.fixture
def put(client, api):
    def call(name: str, value: object, match: str | None = "*"):
        headers = {} if match is None else {"If-Match": match}
        return client.put(f"/api/settings/{name}", {"value": value}, content_type="application/json", headers=headers)

    return call


def test_all_are_listed_with_what_they_decide_and_their_range(api):
    rows = {row["name"]: row for row in api("get", "/settings").json()["settings"]}
    assert list(rows) == [row.name for row in choices.choices()]
    told = rows["level_likely"]
    assert (told["value"], told["usual"], told["least"], told["most"], told["since"], told["version"]) == (0.55, 0.55, 0.3, 0.99, None, 0)  # fmt: skip
    assert rows["account_level"]["could_be"] == ["customer", "firm", "group"]


def test_a_choice_holds_and_its_tag_goes_with_the_next(api, put):
    first = api("get", LIKELY)
    made = put("level_likely", 0.6, first["ETag"])
    assert (made.status_code, made.json()["value"], made.json()["chosen_by"]) == (200, 0.6, "Alice Head")
    assert put("level_likely", 0.7, first["ETag"]).status_code == 412
    assert put("level_likely", 0.7, made["ETag"]).status_code == 200
    assert choices.number("level_likely") == 0.7


def test_a_late_choice_is_told_both_values(put):
    put("level_orders", 20)
    late = put("level_orders", 30, '"setting-level_orders.0"')
    assert (late.status_code, late.json()["yours"], late.json()["now"]) == (412, {"value": 30}, {"value": 20})


def test_a_client_that_has_it_already_is_not_told_again(api):
    tag = api("get", LIKELY)["ETag"]
    assert api("get", LIKELY, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("value", [2, 0, "much", True, None, [0.6], {"a": 1}, "nan"])
def test_what_is_no_number_of_the_range_is_refused(put, value):
    assert put("level_likely", value).status_code == 422
    assert Setting.objects.count() == 0


def test_without_a_state_nothing_is_chosen(put):
    assert put("level_likely", 0.6, None).status_code == 428
    assert Setting.objects.count() == 0


def test_an_invented_setting_is_not_there(api, put):
    assert (api("get", "/settings/level_mood").status_code, put("level_mood", 1).status_code) == (404, 404)


def test_a_manager_reads_and_chooses_nothing(client, api, put):
    alice()
    client.force_login(ben())
    assert api("get", "/settings").status_code == 200
    before = AuditEntry.objects.count()
    assert (put("level_likely", 0.6).status_code, AuditEntry.objects.count()) == (403, before)
