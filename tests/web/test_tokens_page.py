"""The page of a person's API tokens: made and shown once, listed, revoked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import alice, ben, person
from vitalfew.ground import clock
from vitalfew.trust import tokens
from vitalfew.trust.access import rights_of
from vitalfew.trust.actors import operator
from vitalfew.trust.models import ApiToken, AuditEntry
from vitalfew.trust.rights import Right, Role
from vitalfew.web.pages.tokens import in_words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _static(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture
def page(client):
    client.force_login(ben())
    return client


def make(client, **words):
    return client.post(reverse("make_token"), {"name": "Sheet", "scope": ["read"], "days": "30"} | words)


def made(owner, name="Sheet", **more):
    return tokens.make_token(person=owner, name=name, scopes=["read"], by=operator(), at=clock.now(), **more)[0]


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def secrets_in(response) -> set[str]:
    return set(re.findall(r"vf_[\w-]{43}", response.content.decode()))


def test_a_token_is_shown_once_and_works(page):
    answer = make(page, scope=["read", "review"])
    (secret,) = secrets_in(answer)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert f'curl -H "Authorization: Bearer {secret}" http://testserver/api/accounts' in answer.content.decode()
    assert secrets_in(page.get(reverse("tokens"))) == set()
    used = Client().get("/api/accounts", headers={"Authorization": f"Bearer {secret}"})
    assert used.status_code == 200
    row = ApiToken.objects.get()
    assert (row.scopes, row.expires_at - row.made_at) == (["read", "review"], timedelta(days=30))
    assert AuditEntry.objects.get().door == "web"


def test_the_address_shown_is_the_public_one_and_one_the_token_opens(page, settings):
    settings.VITALFEW_ADDRESS = "https://kam.example.org/"
    assert "https://kam.example.org/api/accounts" in make(page).content.decode()
    assert "https://kam.example.org/api/…" in make(page, name="Writes", scope=["review"]).content.decode()


def test_a_form_sent_twice_makes_one_token(page):
    make(page)
    answer = make(page)
    assert (answer.status_code, ApiToken.objects.count(), secrets_in(answer)) == (400, 1, set())
    assert "has a token “Sheet” that works" in words(answer)


@pytest.mark.parametrize(
    "posted",
    [
        {"name": ""}, {"name": "x" * 81}, {"name": "a\x1bb"}, {"scope": []}, {"scope": ["fly"]}, {"scope": ["select"]}, {"scope": ["people"]},
        {"days": ""}, {"days": "0"}, {"days": "367"}, {"days": "-1"}, {"days": "1.5"}, {"days": "9" * 40}, {"days": "٣"}, {"days": "²"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_sentence(page, posted):
    answer = make(page, **posted)
    assert (answer.status_code, secrets_in(answer)) == (400, set())
    assert "was made" in words(answer)
    assert ApiToken.objects.count() == AuditEntry.objects.count() == 0


def test_the_list_tells_name_hint_scopes_end_and_use(page):
    row = made(ben())
    told = words(page.get(reverse("tokens")))
    assert re.search(
        rf"Sheet {row.hint}… read accounts and figures until \d+ \w+ \d{{4}} never used Revoke Sheet", told
    )
    ApiToken.objects.update(last_used_on=clock.now().date())
    assert "never used" not in words(page.get(reverse("tokens")))


def test_what_has_ended_is_listed_apart_and_cannot_be_revoked(page):
    made(ben())
    ApiToken.objects.update(expires_at=clock.now())
    answer = page.get(reverse("tokens"))
    assert re.search(r"You have no token that works\..*Ended.*Sheet.*expired", words(answer))
    assert reverse("revoke_token", args=[ApiToken.objects.get().pk]) not in answer.content.decode()


def test_the_form_offers_what_the_person_may_do_and_no_more():
    for role in Role:
        somebody, client = person(role), Client()
        client.force_login(somebody)
        offered = re.findall(r'name="scope" value="(\w+)"', client.get(reverse("tokens")).content.decode())
        assert offered == [right.value for right in Right if right in rights_of(somebody)], role


def test_every_scope_has_words_of_its_own():
    assert len({in_words(right) for right in Right}) == len(Right)


def test_a_token_is_revoked(page):
    row = made(ben())
    answer = page.post(reverse("revoke_token", args=[row.number]), follow=True)
    assert "The token “Sheet” has ended." in words(answer)
    assert ApiToken.objects.get().revoked_at is not None
    assert page.post(reverse("revoke_token", args=[row.number])).status_code == 404


def test_a_strangers_token_answers_like_one_that_does_not_exist(page):
    hers = made(alice())
    answers = [page.post(reverse("revoke_token", args=[number])) for number in (hers.number, 987, 2**63, 10**30)]
    assert [answer.status_code for answer in answers] == [404] * 4
    hidden, invented = (
        re.sub(r'value="\w{64}"|"X-CSRFToken": "\w+"', "", answer.content.decode()) for answer in answers[:2]
    )
    assert hidden == invented
    assert ApiToken.objects.get().revoked_at is None
    assert "Tokens of others" not in words(page.get(reverse("tokens")))


def test_an_administrator_sees_and_ends_anybodys(client):
    row = made(ben(), name="His")
    client.force_login(alice())
    assert re.search(r"Tokens of others.*His Ben Manager", words(client.get(reverse("tokens"))))
    assert client.post(reverse("revoke_token", args=[row.number])).status_code == 302
    assert "Tokens of others" not in words(client.get(reverse("tokens")))


def test_making_and_revoking_need_the_token_of_the_form():
    row = made(ben())
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ben())
    assert make(strict, name="Other").status_code == 403
    assert strict.post(reverse("revoke_token", args=[row.number])).status_code == 403
    assert (ApiToken.objects.count(), ApiToken.objects.get().revoked_at) == (1, None)


@pytest.mark.parametrize(("name", "words"), [("make_token", []), ("revoke_token", [1])])
def test_nothing_changes_by_looking(page, name, words):
    assert page.get(reverse(name, args=words)).status_code == 405


def test_names_are_shown_as_text(page):
    answer = make(page, name="<b>x</b>{{ secret }}")
    assert "<b>x" not in answer.content.decode() and "&lt;b&gt;x&lt;/b&gt;{{ secret }}" in answer.content.decode()


def test_the_page_asks_as_much_of_the_database_for_twenty_as_for_one(page):
    counts = []
    for many in (1, 20):
        for n in range(ApiToken.objects.count(), many):
            made(ben(), name=f"T{n}")
        with CaptureQueriesContext(connection) as asked:
            page.get(reverse("tokens"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
