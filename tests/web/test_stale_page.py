"""The page for a save that came too late: both values, who was first, and the choice between the two."""

from __future__ import annotations

import re

import pytest
from django.test import RequestFactory

from tests import cast
from tests.cast import MORNING, alice, as_alice, ben
from vitalfew.selection import capacity
from vitalfew.selection.models import KeyAccount, PlannedHours
from vitalfew.trust import people
from vitalfew.trust.actors import person_actor
from vitalfew.trust.models import Person
from vitalfew.trust.people import Wanted
from vitalfew.trust.versions import StaleRecord
from vitalfew.web.doorway import Doorway

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def static_files(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()


def too_late(**values) -> StaleRecord:
    """Ben's save of Alice's record, who was renamed by herself since he opened it."""
    people.change_person(
        email="alice@example.org", wanted=Wanted(name="Alice Ahead"), by=as_alice(), at=MORNING, version=1
    )
    with pytest.raises(StaleRecord) as refusal:
        people.change_person(
            email="alice@example.org", wanted=Wanted(**values), by=person_actor(alice(), door="web"), at=MORNING, version=1
        )  # fmt: skip
    return refusal.value


def shown(refusal: StaleRecord, posted: dict, **more) -> tuple[int, str]:
    request = RequestFactory().post("/people/1/", posted, HTTP_REFERER="http://testserver/people/1/", **more)
    request.user, request.htmx, request.request_id = ben(), False, "0"
    answer = Doorway(lambda _request: None).process_exception(request, refusal)
    return answer.status_code, answer.content.decode()


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page[page.index("<tbody") :]))


def test_both_values_stand_side_by_side_with_who_and_when():
    code, page = shown(too_late(name="Alice Behind"), {"name": "Alice Behind", "version": "1"})
    assert code == 409
    assert '<th scope="row">Name</th><td>Alice Behind</td><td>Alice Ahead</td>' in page
    assert "Alice Head saved it on 1 Jul 2026 at 08:30." in page


def test_what_i_wrote_can_be_sent_again_on_top_of_what_stands_now():
    posted = {"name": "Alice <Behind>", "role": ["head"], "version": "1", "csrfmiddlewaretoken": "x"}
    fields = hidden(shown(too_late(name="Alice <Behind>"), posted)[1])
    assert fields.pop("csrfmiddlewaretoken") != "x"
    assert fields == {"name": "Alice &lt;Behind&gt;", "role": "head", "version": "2"}


def test_a_form_that_is_done_once_gets_a_fresh_word():
    fields = hidden(shown(too_late(name="Alice Behind"), {"name": "Alice Behind", "version": "1", "once": "old"})[1])
    assert fields["once"] not in ("", "old")


@pytest.mark.parametrize("posted", [{"name": "Alice Behind"}, {"version": "1", "new_password": "x"}])
def test_a_form_that_cannot_be_sent_again_offers_the_way_back_only(posted):
    page = shown(too_late(name="Alice Behind"), posted)[1]
    assert "Save what I wrote" not in page
    assert 'href="http://testserver/people/1/">Leave it as it is now' in page


def test_a_refusal_without_its_record_is_told_too():
    code, page = shown(StaleRecord(yours={"giver": "Ben"}, theirs={"giver": "Carla"}), {"version": "1"})
    assert (code, "<td>Ben</td><td>Carla</td>" in page, "Save what I wrote" in page) == (409, True, False)


def test_a_part_of_a_page_gets_the_sentence():
    request = RequestFactory().post("/people/1/", {})
    request.user, request.htmx = ben(), True
    answer = Doorway(lambda _request: None).process_exception(request, too_late(name="Alice Behind"))
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#messages")


def test_the_trail_is_found_under_the_account_that_a_record_belongs_to():
    cast.portfolio()
    cast.key(1)
    seen = KeyAccount.objects.get()
    capacity.plan_hours(account=1, hours=20, by=as_alice(), at=MORNING)
    with pytest.raises(StaleRecord) as refusal:
        capacity.plan_hours(account=1, hours=30, by=as_alice(), at=MORNING, version=0)
    page = shown(refusal.value, {"hours": "30", "version": "0"})[1]
    assert '<th scope="row">Hours a month</th><td>30</td><td>20</td>' in page
    assert "Alice Head saved it" in page
    assert (seen.trail, PlannedHours.objects.get().trail, Person(pk=3).trail) == (
        "customer:1",
        "customer:1",
        "person:3",
    )


def test_saving_what_i_wrote_after_the_refusal_takes_effect(client):
    cast.portfolio()
    cast.key(1)
    client.force_login(alice())
    capacity.plan_hours(account=1, hours=20, by=as_alice(), at=MORNING)
    first = client.post("/accounts/1/hours/", {"hours": "30", "version": "0"})
    assert first.status_code == 409
    fields = hidden(first.content.decode())
    assert client.post("/accounts/1/hours/", fields).status_code == 302
    assert PlannedHours.objects.get().hours_a_month == 30
