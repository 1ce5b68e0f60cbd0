"""Signed links: one holder, one purpose, until their moment; only a digest is kept, and no log or other site learns of a token."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import MORNING, as_alice, ben
from vitalfew.cli import serve
from vitalfew.config.logs import HideTokens
from vitalfew.trust import links
from vitalfew.trust.links import LinkRefused
from vitalfew.trust.models import SignedLink
from vitalfew.trust.signing import one_time as signin

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def made(**more) -> str:
    return links.make(
        **{"holder": "contact:17", "purpose": "mirror", "by": "Alice Head", "at": MORNING, "lifetime": DAY} | more
    )


def refused(deed=links.read, **more) -> str:
    with pytest.raises(LinkRefused) as refusal:
        deed(**{"purpose": "mirror", "at": MORNING} | more)
    return str(refusal.value)


def test_link_says_whom_it_is_for_and_what_about():
    link = links.read(token=made(subject="fact:9"), purpose="mirror", at=MORNING)
    assert (link.holder, link.purpose, link.subject, link.made_by, link.expires_at) == (
        "contact:17", "mirror", "fact:9", "Alice Head", MORNING + DAY,
    )  # fmt: skip


def test_only_a_digest_is_stored():
    token = made()
    row = SignedLink.objects.values().get()
    assert row["digest"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in repr(row) and len(token) == 43


def test_tokens_never_repeat():
    assert len({made() for _ in range(200)}) == 200


@pytest.mark.parametrize("purpose", ["signin", "", "Mirror", "mirror ", "mirro"])
def test_link_for_another_purpose_opens_nothing(purpose):
    token = made()
    refused(token=token, purpose=purpose)
    refused(links.use, token=token, purpose=purpose)
    assert SignedLink.objects.get().used_at is None


@pytest.mark.parametrize("deed", [links.read, links.use])
def test_link_ends_to_the_microsecond(deed):
    token = made()
    refused(deed, token=token, at=MORNING + DAY + INSTANT)
    assert SignedLink.objects.get().used_at is None
    assert deed(token=token, purpose="mirror", at=MORNING + DAY).holder == "contact:17"


def test_link_that_works_often_works_until_it_ends():
    token = made()
    for hour in range(3):
        moment = MORNING + timedelta(hours=hour)
        assert links.use(token=token, purpose="mirror", at=moment).used_at == moment
    refused(links.use, token=token, at=MORNING + 2 * DAY)


def test_link_that_works_once_works_once():
    token = made(once=True)
    for _ in range(3):
        links.read(token=token, purpose="mirror", at=MORNING)
    links.use(token=token, purpose="mirror", at=MORNING)
    refused(token=token)
    refused(links.use, token=token)


def test_revoked_link_opens_nothing_and_the_rest_stands():
    mine, other, theirs = made(subject="fact:9"), made(purpose="survey"), made(holder="contact:18")
    assert links.revoke(holder="contact:17", purpose="mirror", at=MORNING) == 1
    refused(token=mine)
    refused(links.use, token=mine)
    assert links.read(token=other, purpose="survey", at=MORNING).holder == "contact:17"
    assert links.read(token=theirs, purpose="mirror", at=MORNING).holder == "contact:18"
    assert links.revoke(holder="contact:17", at=MORNING) == 1
    assert links.revoke(holder="contact:17", at=MORNING) == 0


def test_links_about_one_thing_are_revoked_together():
    nine, ten = made(subject="fact:9"), made(subject="fact:10")
    assert links.revoke(holder="contact:17", subject="fact:9", at=MORNING) == 1
    refused(token=nine)
    assert links.read(token=ten, purpose="mirror", at=MORNING).subject == "fact:10"


def test_holder_is_taken_word_for_word():
    made(holder="contact:1")
    token = made(holder="contact:17")
    assert links.revoke(holder="contact:1", at=MORNING) == 1
    assert links.read(token=token, purpose="mirror", at=MORNING).holder == "contact:17"


def test_every_refusal_reads_the_same():
    used, revoked, expired = made(once=True), made(holder="contact:18"), made(lifetime=-DAY)
    links.use(token=used, purpose="mirror", at=MORNING)
    links.revoke(holder="contact:18", at=MORNING)
    wrong = made(purpose="survey")
    strange = ["x" * 43, "", "ü" * 20, "\x00", "\ud800" * 43, "' OR 1=1 --", "x" * 100_000]
    assert len({refused(token=token) for token in [used, revoked, expired, wrong, *strange]}) == 1


def test_one_sign_more_or_less_opens_nothing():
    token = made()
    for other in (token[:-1], token + "A", token.swapcase(), f" {token}", token[::-1], SignedLink.objects.get().digest):
        refused(token=other)


def test_store_is_asked_for_the_digest_alone():
    """How long an answer takes then tells nothing of the token: a digest that shares a beginning cannot be aimed at."""
    token = made()
    with CaptureQueriesContext(connection) as asked:
        links.use(token=token, purpose="mirror", at=MORNING)
    digest = hashlib.sha256(token.encode()).hexdigest()
    assert digest in asked[0]["sql"] and token not in repr([query["sql"] for query in asked])
    assert SignedLink._meta.get_field("digest").unique


def test_token_in_the_address_goes_to_no_other_site(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    token = signin.make_link(person=ben(), by=as_alice(), at=links_now(), lifetime=DAY)
    for word in (token, "x" * 43):
        answer = Client().get(f"/signin/{word}/")
        assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("same-origin", "no-store")
        assert "http" not in "".join(part for part in answer.content.decode().split('"') if part.startswith("http"))


def links_now():
    return serve.clock.now()


@pytest.mark.parametrize(
    ("method", "word"), [("get", "used"), ("post", "used"), ("put", "good"), ("post", "forged"), ("get", "more/")]
)
def test_no_log_holds_a_token(settings, home, method, word):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    token = signin.make_link(person=ben(), by=as_alice(), at=links_now(), lifetime=DAY)
    lines = kept()
    client = Client(enforce_csrf_checks=word == "forged")
    if word == "used":
        client.post(f"/signin/{token}/")
    answer = getattr(client, method)(f"/signin/{token}/{word if word == 'more/' else ''}")
    assert answer.status_code in (302, 403, 404, 405, 410)
    for handler in (*logging.getLogger("django.request").handlers, lines):
        logging.getLogger().removeHandler(handler)
    assert token not in "".join(lines.said)
    assert lines.said or answer.status_code == 302


class kept(logging.Handler):
    """Every line as the console would get it."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.addFilter(HideTokens())
        logging.getLogger().addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


def test_console_hides_tokens(settings):
    console = settings.LOGGING["handlers"]["console"]
    assert console["filters"] == ["tokens"]
    assert settings.LOGGING["filters"]["tokens"] == {"()": "vitalfew.config.logs.HideTokens"}


def test_lines_without_tokens_stay_as_they_are():
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s at %d of %s", ("a" * 39, 3, "request 1f"), None)
    assert HideTokens().filter(record) and record.getMessage() == f"{'a' * 39} at 3 of request 1f"
