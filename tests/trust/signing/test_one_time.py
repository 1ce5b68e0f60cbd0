"""Sign-in links: once, for an hour, for active people; only a digest is stored; opening one changes nothing."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from tests.cast import MORNING, alice, as_alice, ben, person
from vitalfew.trust import people
from vitalfew.trust.links import LinkRefused
from vitalfew.trust.models import AuditEntry, SignedLink
from vitalfew.trust.rights import Role
from vitalfew.trust.signing import one_time as signin

pytestmark = pytest.mark.django_db


def made(person, **more) -> str:
    return signin.make_link(person=person, by=as_alice(), at=MORNING, **more)


def test_only_the_digest_of_a_token_is_stored():
    token = made(ben())
    link = SignedLink.objects.get()
    assert link.digest == hashlib.sha256(token.encode()).hexdigest()
    assert token not in repr(SignedLink.objects.values().get()) + repr(list(AuditEntry.objects.values()))
    assert len(token) == 43 and made(ben()) != token


def test_link_names_whom_it_signs_in_once():
    token = made(ben())
    assert signin.use_link(token=token, at=MORNING) == ben()
    with pytest.raises(LinkRefused):
        signin.use_link(token=token, at=MORNING)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "actor_name", "door")) == [
        (
            "trust.make_signin_link",
            "Alice Head",
            "web",
        )  # that they came in is noted at the door, after the second factor
    ]


def test_opening_a_link_changes_nothing():
    token = made(ben())
    before = (list(SignedLink.objects.values()), AuditEntry.objects.count())
    assert [signin.whose_link(token=token, at=MORNING) for _ in range(3)] == [ben()] * 3
    assert (list(SignedLink.objects.values()), AuditEntry.objects.count()) == before


def test_link_ends_when_its_hour_is_over():
    token, hour = made(ben()), timedelta(hours=1)
    assert signin.whose_link(token=token, at=MORNING + hour) == ben()
    with pytest.raises(LinkRefused):
        signin.use_link(token=token, at=MORNING + hour + timedelta(microseconds=1))
    assert SignedLink.objects.get().used_at is None


def test_lifetime_can_be_shorter():
    token = made(ben(), lifetime=timedelta(minutes=5))
    with pytest.raises(LinkRefused):
        signin.whose_link(token=token, at=MORNING + timedelta(minutes=6))


def test_link_of_somebody_switched_off_is_dead():
    token = made(ben())
    people.set_active(email=ben().email, active=False, by=as_alice(), at=MORNING)
    for use in (signin.whose_link, signin.use_link):
        with pytest.raises(LinkRefused):
            use(token=token, at=MORNING)


def test_no_link_is_made_for_somebody_switched_off():
    person = people.set_active(email=ben().email, active=False, by=as_alice(), at=MORNING)
    with pytest.raises(signin.SigninOff, match=r"vitalfew people on ben@example.org"):
        made(person)
    assert SignedLink.objects.count() == 0


@pytest.mark.parametrize("token", ["", "x" * 43, "ü" * 20])
def test_invented_token_answers_like_a_used_one(token):
    used = made(ben())
    signin.use_link(token=used, at=MORNING)
    told = set()
    for word in (used, token):
        with pytest.raises(LinkRefused) as refusal:
            signin.whose_link(token=word, at=MORNING)
        told.add(str(refusal.value))
    assert told == {
        "This sign-in link was used already, has expired or never existed. Ask for a new one: vitalfew signin EMAIL."
    }


def test_sessions_end_with_the_person_switched_off(client):
    client.force_login(alice(), backend="vitalfew.trust.signing.one_time.LinkBackend")
    backend = signin.LinkBackend()
    assert backend.get_user(alice().pk) == alice()
    person(Role.ADMINISTRATOR)  # somebody must stay
    people.set_active(email=alice().email, active=False, by=as_alice(), at=MORNING)
    assert backend.get_user(alice().pk) is None
    assert client.get("/people/").status_code == 302


def test_no_password_signs_in():
    assert signin.LinkBackend().authenticate(None, email=alice().email, password="") is None
