"""Sessions: seen with device and address, ended one by one, ended by a changed password, never somebody else's."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import alice, ben, carla, person
from tests.web.codes import OTHER, PASSWORD, is_in, sign_in, with_password, words
from vitalfew.ground import clock
from vitalfew.trust import people
from vitalfew.trust.actors import operator
from vitalfew.trust.models import AuditEntry, OutboxMail
from vitalfew.trust.rights import Role
from vitalfew.web.pages.me_words import device

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


@pytest.fixture(autouse=True)
def _static(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()


def place(somebody, agent: str = FIREFOX, address: str = "127.0.0.1") -> Client:
    """A browser of its own in which somebody is signed in."""
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    sign_in(client, somebody)
    assert is_in(client)
    return client


def ends() -> list[object]:
    rows = AuditEntry.objects.filter(verb="trust.end_session").order_by("number")
    return [row.after["ended"] for row in rows]


def test_the_own_page_lists_where_one_is_signed_in():
    somebody = with_password(ben())
    place(somebody, IPHONE, "192.0.2.7")
    here = place(somebody)
    page = words(here.get(reverse("me")))
    assert "Firefox on Windows this one 127.0.0.1, since" in page
    assert "Safari on iPhone 192.0.2.7, since" in page


def test_one_session_ends_and_the_others_stay():
    somebody = with_password(ben())
    phone, here, third = place(somebody, IPHONE), place(somebody), place(somebody)
    number = UserSession.objects.get(session_key=phone.session.session_key).pk
    assert here.post(reverse("end_session", args=[number])).status_code == 302
    assert (is_in(phone), is_in(here), is_in(third)) == (False, True, True)
    assert ends() == [1]
    assert here.post(reverse("end_session", args=[number])).status_code == 404
    assert ends() == [1]


def test_nobody_ends_the_session_of_somebody_else():
    mine, theirs = place(with_password(ben())), place(with_password(carla()))
    number = UserSession.objects.get(session_key=theirs.session.session_key).pk
    foreign, missing = mine.post(reverse("end_session", args=[number])), mine.post(reverse("end_session", args=[99999]))
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert words(foreign) == words(missing)
    assert is_in(theirs)
    assert ends() == []


def test_all_others_end_at_once():
    somebody = with_password(ben())
    others, here = [place(somebody), place(somebody)], place(somebody)
    stranger = place(with_password(carla()))
    here.post(reverse("end_sessions"))
    assert [is_in(client) for client in (*others, here, stranger)] == [False, False, True, True]
    assert ends() == [2]


def test_signing_out_everywhere_ends_this_one_too():
    somebody = with_password(ben())
    other, here = place(somebody), place(somebody)
    assert here.post(reverse("end_sessions"), {"all": "1"})["Location"] == reverse("signin")
    assert (is_in(other), is_in(here)) == (False, False)
    assert ends() == [2]
    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)


def test_a_changed_password_ends_the_others_and_renews_this_one():
    somebody = with_password(ben())
    other, here = place(somebody), place(somebody)
    before = here.session.session_key
    answer = here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    )
    assert answer["Location"] == reverse("me")
    assert (is_in(other), is_in(here)) == (False, True)
    assert here.session.session_key != before
    page = words(here.get(reverse("me")))
    assert page.count("since") == 1 and "this one" in page
    entry = AuditEntry.objects.get(verb="trust.change_password")
    assert (entry.actor_id, entry.after["sessions_ended"]) == (somebody.pk, 1)
    assert OutboxMail.objects.get().subject == "Your password was changed"


def test_a_password_is_changed_by_whoever_knows_it():
    here = place(with_password(ben()))
    answer = here.post(
        reverse("account_change_password"), {"oldpassword": "guess", "password1": OTHER, "password2": OTHER}
    )
    assert "This is not your password" in words(answer)
    assert AuditEntry.objects.filter(verb="trust.change_password").count() == 0
    assert AuditEntry.objects.get(verb="trust.fail_sign_in").target == f"person:{ben().pk}"


def test_a_stolen_cookie_is_worth_nothing_after_signing_out():
    here = place(with_password(ben()))
    thief = Client()
    thief.cookies = here.cookies.copy()
    assert is_in(thief)
    here.post(reverse("signout"))
    assert not is_in(thief)


def test_somebody_switched_off_is_out_at_once_and_stays_out_when_switched_on_again():
    somebody = with_password(ben())
    here = place(somebody)
    person(Role.ADMINISTRATOR)
    people.set_active(email=somebody.email, active=False, by=operator(), at=clock.now())
    assert not is_in(here)
    people.set_active(email=somebody.email, active=True, by=operator(), at=clock.now())
    assert not is_in(here)


def test_the_page_asks_the_store_the_same_however_many_sessions_there_are():
    somebody = with_password(ben())
    here, counts = place(somebody), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            here.get(reverse("me"))
        counts.append(len(asked))
        for _more in range(3):
            place(somebody)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("public", ["", "https://kam.example.org"])
def test_the_session_cookie_is_kept_from_scripts_and_other_sites(settings, public):
    settings.SESSION_COOKIE_SECURE = public.startswith("https://")
    client = Client()
    sign_in(client, with_password(alice()))
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Lax", bool(public))


def test_every_page_of_ones_own_and_at_the_door_holds_to_the_strict_policy():
    somebody = with_password(ben())
    here, stranger = place(somebody), Client()
    door = ("signin", "account_reset_password", "account_reset_password_done", "account_reset_password_from_key_done")
    own = ("me", "account_change_password", "account_reauthenticate")
    pages = [stranger.get(reverse(name)) for name in door] + [here.get(reverse(name)) for name in own]
    here.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    pages.append(here.get(reverse("mfa_activate_totp")))
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        assert [sign in text for sign in (" style=", "<style", "<script>", " onclick=", "javascript:")] == [False] * 5
        assert "allauth" not in text.lower()
        assert page["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("agent", "said"),
    [(FIREFOX, "Firefox on Windows"), (IPHONE, "Safari on iPhone"), ("", "Unknown device"), ("curl/8.5.0", "curl/8.5.0"),
     ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Linux")],
)  # fmt: skip
def test_a_device_is_named_by_what_the_browser_says(agent, said):
    assert device(agent) == said


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", r"/\evil.example", "javascript:alert(1)"]
)
def test_no_page_of_ones_own_leads_elsewhere(address):
    here = place(with_password(ben()))
    sure = here.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": address})
    changed = here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER, "next": address},
    )
    left = here.post(reverse("signout"), {"next": address})
    assert [answer["Location"] for answer in (sure, changed, left)] == ["/", reverse("me"), reverse("signin")]


@pytest.mark.parametrize(
    "name", ["signin", "account_reset_password", "end_sessions", "account_change_password", "signout"]
)
def test_every_form_needs_the_token_of_its_page(name):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(with_password(ben()))
    assert strict.post(reverse(name), {"login": "ben@example.org", "password": PASSWORD}).status_code == 403
