"""The doorway: strangers, request ids, what may be kept by browsers, and refusals as pages or parts."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import cast
from vitalfew.ground.errors import Missing, Refusal
from vitalfew.ledger.engines.folder import LedgerBusy
from vitalfew.trust.access import Denied
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.versions import StaleRecord
from vitalfew.web.doorway import Doorway

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def static_files(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture
def alice(client):
    person = cast.alice()
    client.force_login(person)
    return person


def test_a_stranger_is_sent_to_sign_in_and_back(client):
    answer = client.get("/accounts/7/?tab=1")
    assert (answer.status_code, answer["Location"]) == (302, "/signin/?next=%2Faccounts%2F7%2F%3Ftab%3D1")


def test_a_stranger_learns_nothing_of_what_exists(client):
    assert client.get("/no-such-page/").status_code == client.get("/accounts/1/").status_code == 302


def test_a_part_for_a_stranger_sends_the_whole_page(client):
    answer = client.get("/", HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/signin/")


def test_a_switched_off_person_is_a_stranger(client, alice):
    alice.is_active = False
    alice.save()
    assert client.get("/").status_code == 302


def test_whoever_watches_the_server_needs_no_sign_in(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_pages_are_never_kept_by_the_browser(client, alice):
    answer = client.get("/")
    assert answer["Cache-Control"] == "no-store"
    assert "HX-Request" in answer["Vary"]


def test_the_policy_allows_no_script_or_style_inside_pages(client, alice):
    cast.portfolio()
    cast.key(1, manager=cast.ben())
    policy = client.get("/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for address in ("/", "/accounts/1/", "/measures/", "/import/", "/people/"):
        page = client.get(address).content.decode()
        assert (" style=" in page, "<style" in page, "<script>" in page, " onclick=" in page) == (False,) * 4, address


def test_each_request_has_an_id_that_the_audit_trail_keeps(client, alice):
    cast.portfolio()
    answer = client.post("/accounts/1/designate/", {"reason": "Grows"})
    assert AuditEntry.objects.get(verb="selection.designate").request_id == answer["X-Request-ID"]
    assert len(answer["X-Request-ID"]) == 32


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Refusal("No."), 400),
        (Missing("Gone."), 404),
        (Denied("Not yours."), 403),
        (LedgerBusy("Busy."), 409),
    ],
)
def test_each_kind_of_refusal_has_its_status(rf, alice, refusal, status):
    request = rf.get("/")
    request.user, request.htmx = alice, False
    answer = Doorway(lambda _request: None).process_exception(request, refusal)
    assert (answer.status_code, str(refusal) in answer.content.decode()) == (status, True)


def test_a_stale_save_shows_both_values(rf, alice):
    request = rf.get("/")
    request.user, request.htmx = alice, False
    refusal = StaleRecord(yours={"name": "Ours"}, theirs={"name": "Theirs"})
    answer = Doorway(lambda _request: None).process_exception(request, refusal)
    page = answer.content.decode()
    assert (answer.status_code, "Ours" in page, "Theirs" in page) == (409, True, True)


def test_what_is_no_refusal_is_left_to_the_log(rf, alice):
    assert Doorway(lambda _request: None).process_exception(rf.get("/"), ValueError("broken")) is None


def test_the_api_answers_for_its_own_refusals(rf, alice):
    assert Doorway(lambda _request: None).process_exception(rf.get("/api/accounts"), Refusal("No.")) is None


def test_a_refused_part_becomes_a_message_on_the_page(client, alice):
    cast.portfolio()
    answer = client.post("/accounts/1/designate/", {"reason": ""}, HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer["HX-Retarget"]) == (400, "#messages")
    assert answer.content.decode().startswith('<div class="alert vf-message vf-message-error" role="alert">Say why:')


def test_the_way_back_never_leads_to_another_site(client, alice):
    answer = client.get("/accounts/99/", HTTP_REFERER="https://elsewhere.example/")
    assert 'class="btn btn-primary" href="/">Go back' in answer.content.decode()


def test_a_missing_page_says_so_politely(client, alice):
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "There is no such page, or you may not see it." in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_words(alice):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    answer = strict.post("/portfolio/designate/", {"reason": "x"})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()
