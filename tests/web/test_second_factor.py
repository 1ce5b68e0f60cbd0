"""The second factor: asked for behind every door, each code once, recovery codes once, off only with a code."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.cast import ben, carla
from tests.web.codes import PASSWORD, code, is_in, sign_in, switch_on, with_password, words
from vitalfew.ground import clock
from vitalfew.trust import people
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import operator, person_actor
from vitalfew.trust.models import AuditEntry, OutboxMail
from vitalfew.trust.signing import one_time as signin
from vitalfew.trust.signing import second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _static(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture
def protected(client):
    """Ben, and the secret that lies in his phone; he is signed out."""
    person = with_password(ben())
    sign_in(client, person)
    secret = switch_on(client, at=time.time())
    client.post(reverse("signout"))
    return person, secret


def type_code(client, word: str):
    return client.post(reverse("mfa_authenticate"), {"code": word})


def recovery_codes(client) -> list[str]:
    return re.findall(r"<li><code>(\d{8})</code>", client.get(reverse("mfa_view_recovery_codes")).content.decode())


def states(verb: str = "trust.change_second_factor") -> list[str]:
    return [
        entry["state"]
        for entry in AuditEntry.objects.filter(verb=verb).order_by("number").values_list("after", flat=True)
    ]


def test_the_test_makes_codes_as_the_standard_does():
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B
    assert [code(secret, at) for at in (59, 1111111109, 1234567890, 20000000000)] == [
        "287082",
        "081804",
        "005924",
        "353130",
    ]


def test_a_password_alone_no_longer_signs_in(client, protected):
    person, secret = protected
    answer = sign_in(client, person)
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_authenticate"))
    assert not is_in(client)
    assert type_code(client, code(secret, time.time(), steps=1)).status_code == 302
    assert is_in(client)
    assert AuditEntry.objects.filter(verb="trust.sign_in").latest("number").after["how"] == ["password", "totp"]


def test_a_link_asks_for_the_code_too(client, protected):
    person, secret = protected
    token = signin.make_link(person=person, by=operator(), at=clock.now())
    assert client.post(reverse("use_link", args=[token]))["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    type_code(client, code(secret, time.time(), steps=1))
    assert is_in(client)
    assert AuditEntry.objects.filter(verb="trust.sign_in").latest("number").after["how"] == ["link", "totp"]


def test_a_code_is_taken_once(client, protected):
    person, secret = protected
    word = code(secret, time.time(), steps=1)
    sign_in(client, person)
    type_code(client, word)
    assert is_in(client)
    other = Client()
    sign_in(other, person)
    cache.delete(f"allauth.mfa.totp.used?user={person.pk}&code={word}")  # allauth forgets it while it still is right
    for spelling in (word, f" {word[:3]} {word[3:]} ", f"{word[:3]}-{word[3:]}"):
        assert "used already" in words(type_code(other, spelling))
    assert not is_in(other)


def test_the_code_that_switched_it_on_does_not_sign_in(client):
    person, now = with_password(ben()), time.time()
    sign_in(client, person)
    secret = switch_on(client, at=now)
    other = Client()
    sign_in(other, person)
    type_code(other, code(secret, now))
    assert not is_in(other)


@pytest.mark.parametrize("steps", [-3, 3, 100])
def test_a_code_of_another_time_is_refused(client, protected, steps):
    person, secret = protected
    sign_in(client, person)
    type_code(client, code(secret, time.time(), steps=steps))
    assert not is_in(client)
    failed = AuditEntry.objects.get(verb="trust.fail_sign_in")
    assert (failed.target, failed.actor_name, failed.after["step"]) == (f"person:{person.pk}", "stranger", "code")


@pytest.mark.parametrize("word", ["", "000000", "１２３４５６", "' OR 1=1", "12345678901234567890", "\x00"])
def test_odd_codes_are_refused(client, protected, word):
    sign_in(client, protected[0])
    assert type_code(client, word).status_code in (200, 400)
    assert not is_in(client)


def test_the_second_step_cannot_be_reached_without_the_first(client, protected):
    assert client.get(reverse("mfa_authenticate"))["Location"] == reverse("signin")
    type_code(client, code(protected[1], time.time(), steps=1))
    assert not is_in(client)


def test_somebody_elses_code_does_not_sign_in(client, protected):
    carla_ = with_password(carla())
    other = Client()
    sign_in(other, carla_)
    secret = switch_on(other, at=time.time())
    sign_in(client, protected[0])
    type_code(client, code(secret, time.time(), steps=1))
    assert not is_in(client)


def test_somebody_switched_off_between_password_and_code_stays_outside(client, protected):
    person, secret = protected
    sign_in(client, person)
    people.set_active(email=person.email, active=False, by=operator(), at=clock.now())
    assert type_code(client, code(secret, time.time(), steps=1)).status_code == 400
    assert not is_in(client)


def test_recovery_codes_are_shown_once_and_each_signs_in_once(client):
    person = with_password(ben())
    sign_in(client, person)
    switch_on(client, at=time.time())
    codes = recovery_codes(client)
    assert len(set(codes)) == 10
    assert recovery_codes(client) == []
    other = Client()
    sign_in(other, person)
    assert type_code(other, codes[0]).status_code == 302
    assert is_in(other)
    third = Client()
    sign_in(third, person)
    type_code(third, codes[0])
    assert not is_in(third)
    assert second_factor.state_of(person).codes_left == 9
    assert states() == ["on", "recovery code used"]
    assert AuditEntry.objects.filter(verb="trust.sign_in").latest("number").after["how"] == [
        "password",
        "recovery_codes",
    ]
    assert OutboxMail.objects.filter(subject="One of your recovery codes was used", to=person.email).count() == 1


def test_recovery_codes_can_be_saved_as_a_file(client):
    sign_in(client, with_password(ben()))
    switch_on(client, at=time.time())
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    file = re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', page)[1]
    shown = re.findall(r"<li><code>(\d{8})</code>", page)
    assert [line for line in file.split("%0A") if line.isdigit()] == shown


def test_new_recovery_codes_end_the_old_ones(client):
    person, now = with_password(ben()), time.time()
    sign_in(client, person)
    switch_on(client, at=now)
    old = recovery_codes(client)
    assert client.post(reverse("mfa_generate_recovery_codes")).status_code == 302
    new = recovery_codes(client)
    assert (len(new), set(old) & set(new)) == (10, set())
    other = Client()
    sign_in(other, person)
    type_code(other, old[0])
    assert not is_in(other)
    assert states() == ["on", "new recovery codes"]


def test_it_goes_off_with_a_code_and_not_with_the_password(client, protected):
    person, secret = protected
    now = time.time()
    sign_in(client, person)
    type_code(client, code(secret, now, steps=1))
    asked = client.post(reverse("mfa_deactivate_totp"))
    assert asked["Location"].startswith(reverse("mfa_reauthenticate"))
    tried = client.post(reverse("account_reauthenticate") + "?next=/me/", {"password": PASSWORD})
    assert tried["Location"].startswith(reverse("mfa_reauthenticate"))
    assert second_factor.state_of(person).on
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap().generate_codes()
    client.post(asked["Location"], {"code": codes[0]})  # the wish that waited is done now
    assert not second_factor.state_of(person).on
    assert states()[-1] == "off"
    assert Authenticator.objects.count() == 0


def test_switching_it_on_asks_for_the_password_again(client):
    sign_in(client, with_password(ben()))
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))


def test_the_secret_lies_sealed_and_opens_with_this_installations_key_alone(client, protected, settings):
    person, secret = protected
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = " ".join(str(row[0]) for row in cursor.fetchall())
    assert secret.replace(" ", "") not in stored
    assert '"seed": "gAAAA' in stored and '"secret": "gAAAA' in stored
    settings.SECRET_KEY = "x" * 50
    with pytest.raises(second_factor.SealBroken):
        Authenticator.objects.get(user=person, type="totp").wrap().validate_code("000000")


def test_an_administrator_can_switch_off_what_somebody_has_lost(protected):
    person, _secret = protected
    with pytest.raises(Denied):
        second_factor.take_off(person=person, by=person_actor(person, door="web"), at=clock.now())
    assert second_factor.take_off(person=person, by=operator(), at=clock.now())
    assert not second_factor.take_off(person=person, by=operator(), at=clock.now())
    assert not second_factor.state_of(person).on
    assert states() == ["on", "off"]


def test_one_can_leave_the_second_step(client, protected):
    sign_in(client, protected[0])
    assert client.get(reverse("signin"))["Location"] == reverse("mfa_authenticate")
    assert client.post(reverse("signout"))["Location"] == reverse("signin")
    assert client.get(reverse("signin")).status_code == 200


def test_a_first_password_needs_a_code_and_never_waits_in_the_session_for_it(client, protected):
    person, secret = protected
    person.set_unusable_password()
    person.save()
    token = signin.make_link(person=person, by=operator(), at=clock.now())
    client.post(reverse("use_link", args=[token]))
    type_code(client, code(secret, time.time(), steps=1))
    wish = {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post(reverse("account_set_password"), wish)["Location"] == reverse("account_set_password")
    assert PASSWORD not in repr(dict(client.session))
    asked = client.get(reverse("account_set_password"))["Location"]
    assert asked.startswith(reverse("mfa_reauthenticate"))
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap().generate_codes()
    assert client.post(asked, {"code": codes[0]})["Location"] == reverse("account_set_password")
    assert client.post(reverse("account_set_password"), wish)["Location"] == reverse("me")
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_new_password_by_mail_does_not_open_the_second_door(client, protected):
    person, _secret = protected
    client.post(reverse("account_reset_password"), {"email": person.email})
    path = "/" + re.search(r"https?://[^/\s]+/(signin/reset/\S+)", OutboxMail.objects.latest("pk").body)[1]
    other = "a quite different sentence"
    client.post(client.get(path)["Location"], {"password1": other, "password2": other})
    assert sign_in(client, person, other)["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
