"""A forgotten password: a link by mail that works once, for an hour, and tells nobody who is known here."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import ben, carla
from tests.web.codes import OTHER, PASSWORD, is_in, sign_in, with_password, words
from vitalfew.ground import clock
from vitalfew.trust import people
from vitalfew.trust.actors import operator
from vitalfew.trust.models import AuditEntry, OutboxMail, SignedLink
from vitalfew.trust.signing import one_time as signin

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _static(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()


def ask(client, address: str, **more: str):
    return client.post(reverse("account_reset_password"), {"email": address}, **more)


def mailed() -> str:
    """The path of the link in the newest mail."""
    body = OutboxMail.objects.latest("pk").body
    return "/" + re.search(r"https?://[^/\s]+/(signin/reset/\S+)", body)[1]


def set_new(client, path: str, password: str = OTHER):
    """Open the link and fill in the page behind it."""
    opened = client.get(path)
    if opened.status_code != 302:
        return opened
    return client.post(opened["Location"], {"password1": password, "password2": password})


def test_the_link_sets_a_new_password_once(client):
    person = with_password(ben())
    assert ask(client, person.email)["Location"] == reverse("account_reset_password_done")
    path = mailed()
    assert set_new(client, path)["Location"] == reverse("account_reset_password_from_key_done")
    assert not is_in(client)  # a second factor is asked for at the door as ever
    sign_in(client, person, OTHER)
    assert is_in(client)
    second = Client()
    assert "was used already" in words(set_new(second, path, "a third sentence altogether"))
    sign_in(second, person, "a third sentence altogether")
    assert not is_in(second)


def test_opening_the_link_changes_nothing(client):
    person = with_password(ben())
    ask(client, person.email)
    path = mailed()
    for _ in range(3):
        assert Client().get(path, follow=True).status_code == 200
    sign_in(client, person)
    assert is_in(client)


def test_the_link_ends_after_its_hour(client, monkeypatch):
    ask(client, with_password(ben()).email)
    path, now = mailed(), datetime.now(UTC).replace(tzinfo=None)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now + timedelta(minutes=59))
    assert Client().get(path).status_code == 302
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now + timedelta(minutes=61))
    assert "has expired" in words(Client().get(path))


def test_the_link_dies_with_a_changed_password(client):
    person = with_password(ben())
    ask(client, person.email)
    path = mailed()
    sign_in(client, person)
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER})
    assert "was used already" in words(set_new(Client(), path, "a third sentence altogether"))


def test_the_link_of_somebody_switched_off_is_dead(client):
    person = with_password(ben())
    ask(client, person.email)
    path = mailed()
    people.set_active(email=person.email, active=False, by=operator(), at=clock.now())
    assert "was used already" in words(set_new(Client(), path))
    ask(client, person.email)
    assert OutboxMail.objects.count() == 1


def test_a_link_is_no_good_for_somebody_else(client):
    ask(client, with_password(ben()).email)
    path = mailed()
    other = with_password(carla())
    forged = re.sub(r"reset/[^-]+-", f"reset/{format(other.pk, 'x')}-", path)
    assert "was used already" in words(set_new(Client(), forged))


@pytest.mark.parametrize("key", ["0-x", "1-set-password", "zzzzzzzzzzzzz-abc-def", "1-c0ffee-" + "0" * 32])
def test_invented_links_answer_alike(client, key):
    with_password(ben())
    answer = client.get(f"/signin/reset/{key}/")
    assert (answer.status_code, "was used already" in words(answer)) == (200, True)


def test_whoever_is_signed_in_anywhere_is_signed_out_by_it(client):
    person = with_password(ben())
    thief = Client()
    sign_in(thief, person)
    token = signin.make_link(person=person, by=operator(), at=clock.now())
    ask(client, person.email)
    set_new(client, mailed())
    assert not is_in(thief)
    assert thief.post(reverse("use_link", args=[token])).status_code == 410
    entry = AuditEntry.objects.get(verb="trust.reset_password", after__state="set")
    assert (entry.actor_id, entry.after["sessions_ended"], entry.after["links_revoked"]) == (person.pk, 1, 1)
    assert SignedLink.objects.get().revoked_at is not None


def test_somebody_else_signed_in_here_is_signed_out_first(client):
    person, other = with_password(ben()), with_password(carla())
    sign_in(client, other)
    ask(Client(), person.email)
    set_new(client, mailed())
    assert not is_in(client)
    sign_in(client, other)
    assert is_in(client)  # with the password carla always had


def test_a_known_and_an_unknown_address_answer_alike(client):
    person = with_password(ben())
    off = people.add_person(email="off@example.org", name="Off Person", by=operator(), at=clock.now())
    people.set_active(email=off.email, active=False, by=operator(), at=clock.now())
    ask(Client(), "first@example.org")  # the trail's head is made by whoever comes first
    found = {}
    for address in (person.email, off.email, "nobody@example.org"):
        stranger = Client()
        with CaptureQueriesContext(connection) as asked:
            answer = ask(stranger, address)
        statements = [row["sql"].split()[0] + " " + (re.findall(r'"(\w+)"', row["sql"]) or [""])[0] for row in asked]
        statements = [words for words in statements if not words.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
        found[address] = (answer.status_code, answer["Location"], words(stranger.get(answer["Location"])), statements)
    known = found.pop(person.email)
    for other in found.values():
        assert other == known
    assert [mail.to for mail in OutboxMail.objects.all()] == [person.email]
    targets = [
        entry.target.split(":")[0]
        for entry in AuditEntry.objects.filter(verb="trust.reset_password").order_by("number")
    ]
    assert targets == ["address", "person", "address", "address"]


def test_the_link_leads_to_the_public_address_and_nowhere_else(client, settings):
    person = with_password(ben())
    settings.ALLOWED_HOSTS = ["*"]
    settings.VITALFEW_ADDRESS = "https://kam.example.org"
    ask(client, person.email, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    body = OutboxMail.objects.get().body
    assert "https://kam.example.org/signin/reset/" in body
    assert "evil" not in body


def test_a_host_that_is_not_ours_is_refused(client):
    assert ask(client, with_password(ben()).email, headers={"host": "evil.example"}).status_code == 400
    assert OutboxMail.objects.count() == 0


@pytest.mark.parametrize("password", ["short one", "password1234", "ben@example.org", "Ben Manager!", "123456789012"])
def test_a_weak_password_is_not_taken(client, password):
    person = with_password(ben())
    ask(client, person.email)
    answer = set_new(client, mailed(), password)
    assert (answer.status_code, "door-wrong" in answer.content.decode()) == (200, True)
    sign_in(client, person)
    assert is_in(client)


def test_the_owner_hears_of_it(client, django_capture_on_commit_callbacks):
    person = with_password(ben())
    ask(client, person.email)
    set_new(client, mailed(), OTHER)
    notice = OutboxMail.objects.latest("pk")
    assert (notice.to, notice.subject) == (person.email, "Your password was set anew by a link sent to this address")
    assert OTHER not in notice.body and "tell an administrator at once" in notice.body
