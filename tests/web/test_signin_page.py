"""Signing in by password and by a one-time link, and out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import cast
from tests.web.codes import OTHER, PASSWORD, is_in, sign_in, with_password
from vitalfew.ground import clock
from vitalfew.trust import people
from vitalfew.trust.actors import operator
from vitalfew.trust.models import AuditEntry, Person
from vitalfew.trust.signing import one_time as signin

pytestmark = pytest.mark.django_db

SENTENCE = "This sign-in link was used already, has expired or never existed."


@pytest.fixture(autouse=True)
def _static(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture
def ada():
    return people.add_person(
        email="ada@example.org", name="Ada Miller", by=operator(), at=clock.now(), role="administrator"
    )


def link_for(person, *, age: timedelta = timedelta(0)) -> str:
    token = signin.make_link(person=person, by=operator(), at=clock.now() - age)
    return reverse("use_link", args=[token])


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_signin_page_explains_the_command(client):
    response = client.get(reverse("signin"))
    assert response.status_code == 200
    assert "vitalfew signin EMAIL" in words(response)


def test_opening_a_link_changes_nothing(client, ada):
    address = link_for(ada)
    for _ in range(3):
        response = client.get(address)
        assert "Sign in as Ada Miller" in words(response)
    assert client.head(address).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post(address).status_code == 302


def test_post_signs_in_and_rotates_session(client, ada):
    client.get(reverse("signin"))
    session = client.session
    session["kept"] = 1
    session.save()
    before = client.session.session_key
    response = client.post(link_for(ada))
    assert (response.status_code, response["Location"]) == (302, reverse("portfolio"))
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert client.session["_auth_user_backend"] == "vitalfew.trust.signing.backend.PasswordBackend"
    assert client.session.session_key != before
    ada.refresh_from_db()
    assert ada.last_login is not None


def test_another_persons_session_is_not_inherited(client, ada):
    bob = people.add_person(email="bob@example.org", name="Bob Stone", by=operator(), at=clock.now())
    client.force_login(bob)
    session = client.session
    session["kept"] = "Bob's"
    session.save()
    client.post(link_for(ada))
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert "kept" not in client.session


def test_used_expired_and_invented_links_answer_alike(client, ada):
    used, expired = link_for(ada), link_for(ada, age=timedelta(hours=2))
    client.post(used)
    stranger = Client()
    answers = []
    for address in (used, expired, reverse("use_link", args=["x" * 43])):
        for response in (stranger.get(address), stranger.post(address)):
            assert response.status_code == 410
            assert "Ada" not in response.content.decode()
            answers.append(words(response))
    assert len(set(answers)) == 1
    assert SENTENCE in answers[0]
    assert "_auth_user_id" not in stranger.session


def test_link_of_switched_off_person_is_dead(client, ada):
    address = link_for(ada)
    cast.alice()  # an administrator must stay
    people.set_active(email=ada.email, active=False, by=operator(), at=clock.now())
    assert client.post(address).status_code == 410


def test_wanted_page_follows_after_signin(client, ada):
    client.get(f"{reverse('signin')}?next=/people/")
    assert client.post(link_for(ada))["Location"] == "/people/"
    assert client.get(reverse("people")).status_code == 200


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", r"/\evil.example"]
)
def test_foreign_address_is_never_followed(client, ada, address):
    client.get(reverse("signin"), {"next": address})
    assert client.post(link_for(ada))["Location"] == reverse("portfolio")


def test_signed_in_person_is_sent_on(client, ada):
    client.force_login(ada)
    assert client.get(reverse("signin"))["Location"] == reverse("portfolio")


def test_signout_needs_a_post(client, ada):
    client.force_login(ada)
    assert client.get(reverse("signout")).status_code == 405
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert client.post(reverse("signout"))["Location"] == reverse("signin")
    assert "_auth_user_id" not in client.session


def test_signin_needs_the_forms_token(ada):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link_for(ada)).status_code == 403
    assert "_auth_user_id" not in strict.session


def test_a_link_is_noted_once_the_person_is_in(client, ada):
    answer = client.post(link_for(ada))
    entry = AuditEntry.objects.get(verb="trust.sign_in")
    assert (entry.actor_name, entry.target, entry.after["how"]) == ("Ada Miller", f"person:{ada.pk}", ["link"])
    assert (entry.after["from"], entry.request_id) == ("127.0.0.1", answer["X-Request-ID"])


def test_after_a_link_the_own_page_offers_to_set_a_password(client, ada):
    client.post(link_for(ada))
    assert "Set a password" in words(client.get(reverse("me")))
    client.post(reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD})
    assert is_in(client)
    assert "Set a password" not in words(client.get(reverse("me")))
    other = Client()
    sign_in(other, ada)
    assert is_in(other)


def test_a_password_signs_in_and_rotates_the_session(client, ada):
    with_password(ada)
    client.get(reverse("signin"), {"next": "/people/"})
    session = client.session
    session["kept"] = 1
    session.save()
    before = client.session.session_key
    answer = sign_in(client, ada, next="/people/")
    assert (answer.status_code, answer["Location"]) == (302, "/people/")
    assert client.session.session_key != before
    assert is_in(client)
    entry = AuditEntry.objects.get(verb="trust.sign_in")
    assert (entry.actor_id, entry.after["how"]) == (ada.pk, ["password"])


@pytest.mark.parametrize("typed", ["ADA@EXAMPLE.ORG", " ada@example.org ", "Ada@Example.Org"])
def test_an_address_is_the_same_in_any_case(client, ada, typed):
    with_password(ada)
    Person.objects.filter(pk=ada.pk).update(email="Ada@example.ORG")
    client.post(reverse("signin"), {"login": typed, "password": PASSWORD})
    assert is_in(client)


def test_letters_that_only_look_alike_are_not_the_same(client, ada):
    with_password(ada)
    Person.objects.filter(pk=ada.pk).update(email="sk@example.org")
    client.post(reverse("signin"), {"login": "\u017fk@example.org", "password": PASSWORD})  # ſ is S in capitals
    assert not is_in(client)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        r"/\evil.example",
        "http://localhost/",
        "http:///evil.example",
        "/\t/evil.example",
    ],
)
def test_a_password_never_leads_elsewhere(client, ada, address):
    with_password(ada)
    assert sign_in(client, ada, next=address)["Location"] == reverse("portfolio")


@pytest.mark.parametrize(
    "password", ["", " ", "wrong horse battery staple", PASSWORD + " ", PASSWORD.upper(), "!", "x" * 5000]
)
def test_a_wrong_password_stays_outside(client, ada, password):
    with_password(ada)
    assert sign_in(client, ada, password).status_code == 200
    assert not is_in(client)


def test_whoever_has_no_password_cannot_sign_in_with_one(client, ada):
    for password in ("", "!", ada.password or "none", PASSWORD):
        sign_in(client, ada, password)
        assert not is_in(client)


def test_nobody_is_there_until_added(client):
    assert Person.objects.count() == 0
    for address in ("admin@example.org", "admin", "root@localhost"):
        for password in ("admin", "password", "vitalfew", "changeme"):
            client.post(reverse("signin"), {"login": address, "password": password})
    assert not is_in(client)
    assert Person.objects.count() == 0


@pytest.mark.parametrize("name", ["account_signup", "account_email", "socialaccount_signup", "mfa_add_webauthn"])
def test_there_is_no_page_to_sign_up(name):
    with pytest.raises(Exception, match="not a valid view"):
        reverse(name)


def test_a_switched_off_person_answers_like_a_wrong_password(client, ada):
    with_password(ada)
    cast.alice()
    people.set_active(email=ada.email, active=False, by=operator(), at=clock.now())
    answer = sign_in(client, ada)
    assert (answer.status_code, "do not belong together" in words(answer)) == (200, True)
    assert not is_in(client)


def hashings(monkeypatch) -> list[str]:
    """Which hasher runs, each time it does; it still does its work."""
    ran: list[str] = []
    hasher, encode, verify = (
        type(hashers.get_hasher()),
        hashers.Argon2PasswordHasher.encode,
        hashers.Argon2PasswordHasher.verify,
    )
    assert hasher is hashers.Argon2PasswordHasher
    monkeypatch.setattr(hasher, "encode", lambda self, *words: (ran.append("hashed"), encode(self, *words))[1])
    monkeypatch.setattr(hasher, "verify", lambda self, *words: (ran.append("hashed"), verify(self, *words))[1])
    return ran


def test_known_and_unknown_addresses_cost_and_answer_the_same(client, ada, monkeypatch):
    with_password(ada)
    bare = people.add_person(email="bob@example.org", name="Bob Stone", by=operator(), at=clock.now())
    off = with_password(people.add_person(email="off@example.org", name="Off Person", by=operator(), at=clock.now()))
    people.set_active(email=off.email, active=False, by=operator(), at=clock.now())
    client.post(reverse("signin"), {"login": "first@example.org", "password": OTHER})  # makes the count of this address
    found = {}
    for address in (ada.email, bare.email, off.email, "nobody@example.org"):
        stranger, ran = Client(), hashings(monkeypatch)
        stranger.get(reverse("signin"))
        with CaptureQueriesContext(connection) as asked:
            answer = stranger.post(reverse("signin"), {"login": address, "password": OTHER})
        monkeypatch.undo()
        statements = [re.sub(r"'[^']*'|\d+", "?", row["sql"])[:40] for row in asked]
        page = re.sub(r'value="[^"]*"|X-CSRFToken": "[^"]*"', "", answer.content.decode())
        found[address] = (answer.status_code, len(ran), statements, page)
    known = found.pop(ada.email)
    assert known[1] == 1
    for address, other in found.items():
        assert other[:2] == known[:2], address
        assert other[2] == known[2], address
        assert other[3] == known[3], address


def test_what_was_tried_is_noted_and_an_address_nobody_has_only_as_a_digest(client, ada):
    with_password(ada)
    sign_in(client, ada, OTHER)
    client.post(reverse("signin"), {"login": "my.secret@example.org", "password": OTHER})
    client.post(reverse("signin"), {"login": "My.Secret@example.org", "password": OTHER})
    rows = list(AuditEntry.objects.filter(verb="trust.fail_sign_in").order_by("number"))
    assert [row.actor_name for row in rows] == ["stranger"] * 3
    assert rows[0].target == f"person:{ada.pk}"
    assert re.fullmatch(r"address:[0-9a-f]{32}", rows[1].target)
    assert rows[1].target == rows[2].target
    kept = repr(list(AuditEntry.objects.values()))
    assert "secret@" not in kept.lower()
    assert OTHER not in kept and PASSWORD not in kept


def test_signing_out_is_noted(client, ada):
    client.post(link_for(ada))
    client.post(reverse("signout"))
    assert AuditEntry.objects.latest("number").verb == "trust.sign_out"
    assert not is_in(client)


def test_a_page_at_the_door_is_a_page_whatever_is_asked_for(client):
    answer = client.post(
        reverse("signin"),
        {"login": "a@b.example", "password": "x"},
        headers={"x-requested-with": "XMLHttpRequest", "accept": "application/json"},
    )
    assert answer["Content-Type"].startswith("text/html")
