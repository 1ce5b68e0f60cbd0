"""The People page: add, switch off and on, a link that signs in once."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from vitalfew.ground import clock
from vitalfew.trust import people
from vitalfew.trust.actors import operator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _static(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()


def added(email: str, name: str):
    return people.add_person(email=email, name=name, by=operator(), at=clock.now(), role="administrator")


@pytest.fixture
def ada(client):
    person = added("ada@example.org", "Ada Miller")
    client.force_login(person)
    return person


@pytest.fixture
def bob():
    return added("bob@example.org", "Bob Stone")


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_everyone_is_listed_with_state(client, ada, bob):
    people.set_active(email=bob.email, active=False, by=operator(), at=clock.now())
    told = words(client.get(reverse("people")))
    assert "One person may sign in." in told
    assert "Bob Stone bob@example.org Administrator switched off" in told


def test_person_added_is_listed_next(client, ada):
    response = client.post(reverse("add_person"), {"name": " Cy  Vale ", "email": "cy@example.org"}, follow=True)
    assert "Cy Vale is added." in words(response)
    assert [person.name for person in people.everyone()] == ["Ada Miller", "Cy Vale"]


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"name": "Cy", "email": "nowhere"}, "“nowhere” is not an e-mail address. Nobody was added."),
        ({"name": " ", "email": "cy@example.org"}, "A person needs a name. Nobody was added."),
        ({"name": "Cy", "email": "ADA@example.org"}, "ADA@example.org is already the address of Ada Miller."),
        ({}, "is not an e-mail address."),
    ],
)
def test_bad_person_is_refused_with_sentence(client, ada, posted, sentence):
    response = client.post(reverse("add_person"), posted)
    assert response.status_code == 400
    assert sentence in words(response)
    assert people.everyone() == (ada,)


def test_switched_off_person_loses_session(client, ada, bob):
    theirs = Client()
    theirs.force_login(bob)
    assert theirs.get(reverse("people")).status_code == 200
    client.post(reverse("set_active", args=[bob.pk]), {"active": "0", "version": bob.version})
    assert theirs.get(reverse("people")).status_code == 302
    client.post(reverse("set_active", args=[bob.pk]), {"active": "1", "version": bob.version + 1})
    assert people.find_person("bob@example.org").is_active is True


def test_stale_version_is_refused(client, ada, bob):
    people.set_active(email=bob.email, active=False, by=operator(), at=clock.now())
    response = client.post(reverse("set_active", args=[bob.pk]), {"active": "1", "version": bob.version})
    assert response.status_code == 409
    assert people.find_person("bob@example.org").is_active is False


def test_missing_version_is_refused(client, ada, bob):
    assert client.post(reverse("set_active", args=[bob.pk]), {"active": "0"}).status_code == 400
    assert people.find_person("bob@example.org").is_active is True


def test_nobody_switches_themselves_off(client, ada):
    response = client.post(reverse("set_active", args=[ada.pk]), {"active": "0", "version": ada.version})
    assert response.status_code == 400
    assert "You cannot switch off your own sign-in" in words(response)
    assert people.find_person("ada@example.org").is_active is True


def test_unknown_person_is_not_found(client, ada):
    assert client.post(reverse("set_active", args=[987]), {"active": "0", "version": "1"}).status_code == 404
    for name in ("person", "invite", "let_in"):
        assert client.post(reverse(name, args=[987])).status_code == 404


def test_link_is_shown_once_and_works(client, ada, bob):
    response = client.post(reverse("invite", args=[bob.pk]))
    (address,) = re.findall(r"<code>(http://testserver/signin/[^<]+)</code>", response.content.decode())
    assert response["Cache-Control"] == "no-store"
    assert "/signin/" not in client.get(reverse("people")).content.decode()
    theirs = Client()
    assert theirs.post(address.removeprefix("http://testserver")).status_code == 302
    assert theirs.session["_auth_user_id"] == str(bob.pk)


def test_link_uses_the_public_address(client, ada, bob, settings):
    settings.VITALFEW_ADDRESS = "https://vitalfew.example.org/"
    response = client.post(reverse("invite", args=[bob.pk]))
    assert (
        len(re.findall(r"<code>https://vitalfew\.example\.org/signin/[\w-]{43}/</code>", response.content.decode()))
        == 1
    )


def test_no_link_for_a_switched_off_person(client, ada, bob):
    people.set_active(email=bob.email, active=False, by=operator(), at=clock.now())
    response = client.post(reverse("invite", args=[bob.pk]))
    assert response.status_code == 400
    assert "Bob Stone is switched off" in words(response)


def test_names_are_shown_as_text(client, ada):
    added("eve@example.org", "<b>Eve</b>")
    page = client.get(reverse("people")).content.decode()
    assert "<b>Eve" not in page
    assert "&lt;b&gt;Eve&lt;/b&gt;" in page
