"""How often one may try: by address of the client and by person, whichever process is asked; the answer says when to try again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.cast import ben, carla
from tests.postgres import given_or_own
from tests.web.codes import OTHER, PASSWORD, code, is_in, sign_in, switch_on, with_password, words
from vitalfew.ground import clock
from vitalfew.trust.actors import operator
from vitalfew.trust.models import AuditEntry, CacheEntry, OutboxMail
from vitalfew.trust.signing import one_time as signin

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _static(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # counting is tried here, not hashing


@pytest.fixture
def server_address():
    """A PostgreSQL of the tests' own, or the one they were given."""
    yield from given_or_own()


def browser(number: int) -> Client:
    """A client at an address of its own."""
    return Client(REMOTE_ADDR=f"192.0.2.{number}")


def refused(answer) -> bool:
    """True for an answer that says when to try again, in words and for programs."""
    if answer.status_code != 429:
        return False
    seconds = int(answer["Retry-After"])
    assert 0 < seconds <= 3600
    assert "tried too often. Try again in" in words(answer)
    return True


def guess(count: int, somebody, *, first: int = 1) -> list[bool]:
    return [refused(sign_in(browser(first + number), somebody, f"guess number {number}")) for number in range(count)]


def test_a_person_is_tried_ten_times_whatever_address_it_comes_from():
    somebody = with_password(ben())
    assert guess(12, somebody) == [False] * 10 + [True] * 2
    right = browser(50)
    assert refused(sign_in(right, somebody))
    assert not is_in(right)
    assert AuditEntry.objects.filter(verb="trust.fail_sign_in").count() == 10


def test_others_are_not_held_up_by_it():
    guess(11, with_password(ben()))
    other = browser(60)
    sign_in(other, with_password(carla()))
    assert is_in(other)


def test_one_address_tries_ten_times_a_minute_whomever_it_tries():
    client = browser(1)
    answers = [client.post(reverse("signin"), {"login": f"p{n}@example.org", "password": OTHER}) for n in range(11)]
    assert [refused(answer) for answer in answers] == [False] * 10 + [True]
    assert int(answers[-1]["Retry-After"]) <= 60


def test_an_address_nobody_has_is_counted_like_any_other():
    tried = [
        browser(n).post(reverse("signin"), {"login": "nobody@example.org", "password": OTHER}) for n in range(1, 12)
    ]
    assert [refused(answer) for answer in tried] == [False] * 10 + [True]


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1:99", "LOCALHOST", "localhost."])
def test_another_host_or_port_in_the_header_gives_no_fresh_tries(host):
    somebody = with_password(ben())
    guess(10, somebody)
    assert refused(sign_in(browser(70), somebody, headers={"host": host}))


@pytest.mark.parametrize("typed", ["BEN@example.org", " ben@example.org", "Ben@Example.ORG "])
def test_another_spelling_gives_no_fresh_tries(typed):
    guess(10, with_password(ben()))
    assert refused(browser(71).post(reverse("signin"), {"login": typed, "password": PASSWORD}))


def test_signing_in_rightly_does_not_forgive_the_guesses_before():
    somebody = with_password(ben())
    for number in range(5):
        guess(2, somebody, first=10 * number)
        sign_in(browser(90 + number), somebody)
    assert refused(sign_in(browser(99), somebody))


@pytest.mark.parametrize("header", ["x-forwarded-for", "x-real-ip", "forwarded", "client-ip", "x-client-ip"])
def test_a_forwarded_address_is_not_believed(header):
    client = browser(1)
    for number in range(11):
        answer = client.post(
            reverse("signin"),
            {"login": f"p{number}@example.org", "password": OTHER},
            headers={header: f"198.51.100.{number}"},
        )
    assert refused(answer)


def test_behind_a_proxy_only_what_the_proxy_added_is_believed(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = browser(1)
    for number in range(11):
        answer = client.post(
            reverse("signin"),
            {"login": f"p{number}@example.org", "password": OTHER},
            headers={"x-forwarded-for": f"198.51.100.{number}, 203.0.113.9"},
        )
    assert refused(answer)
    assert AuditEntry.objects.latest("number").after["from"] == "203.0.113.9"
    other = client.post(
        reverse("signin"), {"login": "p@example.org", "password": OTHER}, headers={"x-forwarded-for": "203.0.113.10"}
    )
    assert other.status_code == 200


@pytest.mark.parametrize(("public", "trusted"), [("", 0), ("https://kam.example.org", 1)])
def test_a_proxy_is_trusted_only_where_a_public_address_is_set(tmp_path, public, trusted):
    asked = "from vitalfew.config import settings; print(settings.ALLAUTH_TRUSTED_PROXY_COUNT)"
    known = {"VITALFEW_HOME": str(tmp_path), "VITALFEW_ADDRESS": public, "PYTHONPATH": str(Path(__file__).parents[2])}
    told = subprocess.run([sys.executable, "-c", asked], env=known, capture_output=True, text=True, check=True)
    assert int(told.stdout) == trusted


def test_one_line_of_internet_addresses_counts_as_one():
    for number in range(11):
        client = Client(REMOTE_ADDR=f"2001:db8:1:2::{number + 1}")
        answer = client.post(reverse("signin"), {"login": f"p{number}@example.org", "password": OTHER})
    assert refused(answer)


def test_codes_are_tried_ten_times():
    somebody = with_password(ben())
    first = browser(1)
    sign_in(first, somebody)
    switch_on(first, at=time.time())
    clients = [browser(10 + number) for number in range(11)]
    for client in clients:
        sign_in(client, somebody)
    answers = [
        client.post(reverse("mfa_authenticate"), {"code": f"00000{number}"[:6]})
        for number, client in enumerate(clients)
    ]
    assert [refused(answer) for answer in answers] == [False] * 10 + [True]


def test_a_code_sent_again_does_not_forgive_the_guesses_before():
    somebody, now = with_password(ben()), time.time()
    first = browser(1)
    sign_in(first, somebody)
    secret = switch_on(first, at=now)
    client, word = browser(2), code(secret, now)  # taken when it was switched on; still right for a while
    sign_in(client, somebody)
    for number in range(9):
        browser_of_guess = browser(10 + number)
        sign_in(browser_of_guess, somebody)
        browser_of_guess.post(reverse("mfa_authenticate"), {"code": f"00000{number}"})
    assert client.post(reverse("mfa_authenticate"), {"code": word}).status_code == 200
    assert not is_in(client)
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert refused(client.post(reverse("mfa_authenticate"), {"code": "000000"}))


def test_mail_for_a_new_password_is_asked_for_three_times_an_hour():
    somebody = with_password(ben())
    answers = [browser(n).post(reverse("account_reset_password"), {"email": somebody.email}) for n in range(1, 5)]
    assert [refused(answer) for answer in answers] == [False] * 3 + [True]
    assert int(answers[-1]["Retry-After"]) > 3000
    assert OutboxMail.objects.count() == 3
    unknown = [browser(n).post(reverse("account_reset_password"), {"email": "nobody@example.org"}) for n in range(1, 5)]
    assert [refused(answer) for answer in unknown] == [False] * 3 + [True]


def test_links_are_tried_twenty_times_a_minute():
    client = browser(1)
    answers = [client.post(reverse("use_link", args=["x" * 43])) for _ in range(21)]
    assert [answer.status_code for answer in answers[:20]] == [410] * 20
    assert refused(answers[20])
    token = signin.make_link(person=ben(), by=operator(), at=clock.now())
    assert refused(client.post(reverse("use_link", args=[token])))
    assert browser(2).post(reverse("use_link", args=[token])).status_code == 302


def test_the_old_password_is_not_guessed_in_an_open_session():
    here = browser(1)
    sign_in(here, with_password(ben()))
    tries = {"password1": OTHER, "password2": OTHER}
    answers = [here.post(reverse("account_change_password"), tries | {"oldpassword": f"guess {n}"}) for n in range(6)]
    assert [refused(answer) for answer in answers] == [False] * 5 + [True]


def test_the_answer_says_how_long_and_afterwards_it_works_again():
    somebody = with_password(ben())
    guess(10, somebody)
    client = browser(80)
    assert 800 < int(sign_in(client, somebody)["Retry-After"]) <= 900
    name = next(row.cache_key for row in CacheEntry.objects.all() if ":login_failed:10/900" in row.cache_key)
    name = name.split(":", 2)[2]
    cache.set(name, [at - 900 for at in cache.get(name)], 900)  # a quarter of an hour later
    sign_in(client, somebody)
    assert is_in(client)


_GUESSING = """
import django, sys
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS, first = ["testserver"], int(sys.argv[1])
from django.test import Client
for number in range(first, first + 8):
    words = {"login": "alice@firm.example", "password": f"guess number {number}"}
    print(Client(REMOTE_ADDR=f"192.0.2.{number}").post("/signin/", words).status_code)
"""


def guessed_by_two_processes(**known: str) -> list[str]:
    """Two processes of an installation of its own guess eight times each at the same moment."""
    root = str(Path(__file__).parents[2])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VITALFEW_")}
    kept |= {"PYTHONPATH": root, "DJANGO_SETTINGS_MODULE": "vitalfew.config.settings", **known}
    made = [sys.executable, "-m", "vitalfew", "admin", "create", "alice@firm.example", "Alice Head"]
    subprocess.run(made, env=kept, cwd=root, capture_output=True, check=True)
    words = [sys.executable, "-c", _GUESSING]
    both = [
        subprocess.Popen([*words, str(first)], env=kept, cwd=root, stdout=subprocess.PIPE, text=True)
        for first in (1, 101)
    ]
    return [line for guessing in both for line in guessing.communicate(timeout=300)[0].split()]


def shared(answers: list[str]) -> bool:
    """True when the two were let through ten times together; fewer where one waited too long for the other's count."""
    assert len(answers) == 16
    assert set(answers) == {"200", "429"}
    return answers.count("200") <= 10


def test_two_processes_share_one_count(tmp_path):
    assert shared(guessed_by_two_processes(VITALFEW_HOME=str(tmp_path)))


@pytest.mark.postgres
def test_two_processes_share_one_count_on_postgres(tmp_path, server_address):
    name = f"tries_{os.getpid()}"
    with psycopg.connect(server_address, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    address = urlsplit(server_address)._replace(path=f"/{name}").geturl()
    assert shared(guessed_by_two_processes(VITALFEW_HOME=str(tmp_path), VITALFEW_DATABASE=address))
