"""ETag, If-Match and If-None-Match: an edit made on a state that stands no more is refused with both values."""

from __future__ import annotations

import pytest

from tests.cast import alice, as_alice, ben, carla, key, portfolio
from tests.sales import NOW
from vitalfew.selection import operations
from vitalfew.selection.models import KeyAccount, Lead
from vitalfew.trust.models import AuditEntry

RELEASE = {"account": "C00001", "reason": "Sold"}
LEAD = {"account": "C00001", "reason": "Nearer", "person": "carla@example.org"}


@pytest.fixture
def led(api):
    """Account 1 is key and led by Ben; the tag of its state."""
    portfolio()
    carla()
    key(1, manager=ben())
    return tag(api)


def tag(api, account="C00001"):
    answer = api("get", f"/accounts/{account}/selection")
    assert answer.status_code == 200
    return answer["ETag"]


def test_the_state_is_what_can_be_edited(api, led):
    told = api("get", "/accounts/C00001/selection").json()
    assert {**told, "designated_on": ""} == {
        "account": "C00001", "is_key": True, "designated_on": "", "designated_by": "Alice Head", "reason": "Carries the region",
        "manager": "ben@example.org", "deputy": "",
    }  # fmt: skip
    assert api("get", "/accounts/C00002/selection").json()["is_key"] is False
    assert api("get", "/accounts/C77777/selection").status_code == 404


def test_an_edit_of_the_state_that_stands_goes_through(api, led):
    answer = api("post", "/leads", headers={"If-Match": led}, **LEAD)
    assert (answer.status_code, answer.json()["manager"]["email"]) == (201, "carla@example.org")
    again = api("post", "/releases", headers={"If-Match": answer["ETag"]}, **RELEASE)
    assert (again.status_code, again["ETag"]) == (201, tag(api))
    assert len({led, answer["ETag"], again["ETag"]}) == 3


@pytest.mark.parametrize(("path", "words"), [("/releases", RELEASE), ("/leads", LEAD)])
def test_an_edit_must_say_on_which_state_it_was_made(api, led, path, words):
    answer = api("post", path, headers={}, **words)
    assert (answer.status_code, answer["Content-Type"]) == (428, "application/problem+json")
    assert "If-Match" in answer.json()["detail"]
    assert KeyAccount.objects.get().released_on is None


def test_a_stale_edit_is_refused_with_both_values_and_the_tag_of_now(api, led):
    operations.assign(account=1, person=carla(), role="deputy", reason="Helps", by=as_alice(), at=NOW)
    answer = api(
        "post", "/leads", headers={"If-Match": led}, **{**LEAD, "person": "alice@example.org", "role": "deputy"}
    )
    told = answer.json()
    assert (answer.status_code, answer["Content-Type"], answer["ETag"]) == (412, "application/problem+json", tag(api))
    assert (told["yours"], told["now"]) == ({"deputy": alice().email}, {"deputy": "carla@example.org"})
    answer = api("post", "/releases", headers={"If-Match": led}, **RELEASE)
    assert (answer.status_code, answer.json()["yours"]["is_key"], answer.json()["now"]["is_key"]) == (412, False, True)
    assert (KeyAccount.objects.get().released_on, Lead.objects.filter(holds_until=None).count()) == (None, 2)
    assert AuditEntry.objects.filter(verb="selection.release").count() == 0


def test_a_state_that_looks_the_same_again_is_another(api, led):
    for person, role in ((carla(), "manager"), (ben(), "manager")):
        operations.assign(account=1, person=person, role=role, reason="Turns", by=as_alice(), at=NOW)
    assert api("get", "/accounts/C00001/selection").json()["manager"] == "ben@example.org"
    assert api("post", "/releases", headers={"If-Match": led}, **RELEASE).status_code == 412


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("*", 201), ("{tag}", 201), ('"other", {tag}', 201), (' , {tag} , ', 201), ("W/{tag}", 412), ('"other"', 412), ('""', 412),
        ("", 400), ("other", 400), ('"open', 400), ("{tag} {tag}", 400), ("*, *", 400), ("'x'", 400), (",", 400),
    ],
)  # fmt: skip
def test_tags_are_read_as_the_standard_says(api, led, said, status):
    assert api("post", "/releases", headers={"If-Match": said.format(tag=led)}, **RELEASE).status_code == status
    assert (KeyAccount.objects.get().released_on is None) == (status != 201)


def test_whoever_knows_the_state_is_not_told_again(api, client, led):
    for said in (led, f"W/{led}", f'"x", {led}', "*"):
        answer = client.get("/api/accounts/C00001/selection", headers={"If-None-Match": said})
        assert (answer.status_code, answer["ETag"], answer.content) == (304, led, b"")
    assert client.get("/api/accounts/C00001/selection", headers={"If-None-Match": '"x"'}).status_code == 200
    assert client.get("/api/accounts/C00001/selection", headers={"If-None-Match": "x"}).status_code == 400


def test_a_refresh_makes_no_edit_stale(api, led):
    portfolio_again = AuditEntry.objects.count()
    api("post", "/reviews", account="C00001", reason="Looked", outcome="keep")
    assert (AuditEntry.objects.count(), tag(api)) == (portfolio_again + 1, led)
