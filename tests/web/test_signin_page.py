"""Signing in by a one-time link, and out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import cast
from vitalfew.ground import clock
from vitalfew.trust import people, signin
from vitalfew.trust.actors import operator

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
    assert client.session["_auth_user_backend"] == "vitalfew.trust.signin.LinkBackend"
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
