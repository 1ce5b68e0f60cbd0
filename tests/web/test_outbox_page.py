"""The Outbox page: what waits and is stuck, with buttons; never a mail's text."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import alice, person
from tests.trust.post.mailservers import at
from vitalfew.ground import clock
from vitalfew.trust.models import AuditEntry, OutboxMail
from vitalfew.trust.post import outbox
from vitalfew.trust.rights import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _static(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture
def head(client):
    client.force_login(alice())
    return client


def post(subject: str = "Hello", **more) -> OutboxMail:
    mail = outbox.post(
        to="guest@customer.example", subject=subject, body="SECRET-TOKEN", html="<b>SECRET-TOKEN", at=clock.now()
    )
    if more:
        OutboxMail.objects.filter(pk=mail.pk).update(**more)
    return mail


def page(client) -> str:
    answer = client.get(reverse("outbox"))
    assert answer.status_code == 200
    return answer.content.decode()


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_empty_page_teaches(head, settings):
    settings.VITALFEW_MAIL = None
    told = words(page(head))
    assert "0 waiting, 0 stuck, 0 sent in the last week." in told
    assert "No mail server is set up" in told and "VITALFEW_MAIL=" in told and "vitalfew outbox --test" in told
    settings.VITALFEW_MAIL = at(25, host="mail.firm.example", user="kam", password="s3cret")
    told = words(page(head))
    assert "No mail server is set up" not in told and "Mail leaves through mail.firm.example:25." in told
    assert "s3cret" not in told


def test_mail_is_shown_by_state_without_its_text(head, settings):
    settings.VITALFEW_MAIL = at(25)
    now = clock.now()
    post("Waits")
    post("Lost <b>", gave_up_at=now, complaint="550 <script>alert(1)</script>")
    post("Gone out", sent_at=now, complaint="250 OK queued as 4X")
    text = page(head)
    assert "SECRET-TOKEN" not in text and "<script>alert" not in text and "Lost &lt;b&gt;" in text
    told = words(text)
    assert told.index("Lost") < told.index("Waits") < told.index("Gone out")
    assert "1 waiting, 1 stuck, 1 sent in the last week." in told
    assert [text.count(f'action="{reverse(name, args=[2])}"') for name in ("retry_mail", "drop_mail")] == [1, 1] or len(
        re.findall(r'action="/outbox/\d+/drop/"', text)
    ) == 2


def test_page_asks_as_often_for_many_as_for_few(head, settings):
    settings.VITALFEW_MAIL = at(25)
    page(head)
    counts = []
    for _ in range(2):
        for _ in range(60):
            post()
        with CaptureQueriesContext(connection) as asked:
            text = page(head)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert "70 more, see" in words(text).replace("\u202f", "")


def test_buttons_try_again_and_drop(head, settings):
    settings.VITALFEW_MAIL = None
    one, two, three = (post(str(place), gave_up_at=clock.now(), tries=22) for place in range(3))
    answer = head.post(reverse("retry_mail", args=[one.pk]), follow=True)
    assert "The mail to guest@customer.example is tried again." in words(answer.content.decode())
    answer = head.post(reverse("drop_mail", args=[two.pk]), follow=True)
    assert "it will never be sent" in words(answer.content.decode())
    answer = head.post(reverse("retry_stuck"), follow=True)
    assert "One mail is tried again." in words(answer.content.decode())
    assert set(OutboxMail.objects.values_list("pk", "gave_up_at")) == {(one.pk, None), (three.pk, None)}
    assert AuditEntry.objects.order_by("pk").values_list("verb", "actor_name").distinct().count() == 2


def test_mail_that_is_not_there_or_was_sent_is_refused(head):
    sent = post(sent_at=clock.now())
    for name in ("retry_mail", "drop_mail"):
        assert head.post(reverse(name, args=[987])).status_code == 404
        assert head.post(reverse(name, args=[sent.pk])).status_code == 400
    assert OutboxMail.objects.count() == 1


@pytest.mark.parametrize("role", [Role.MANAGER, Role.CONTRIBUTOR, Role.VIEWER])
def test_others_see_nothing_and_change_nothing(client, role):
    mail = post(gave_up_at=clock.now())
    client.force_login(person(role))
    before = list(OutboxMail.objects.values())
    answers = [client.get(reverse("outbox")), client.post(reverse("retry_stuck"))]
    answers += [client.post(reverse(name, args=[mail.pk])) for name in ("retry_mail", "drop_mail")]
    assert {answer.status_code for answer in answers} == {403}
    assert "guest@" not in "".join(answer.content.decode() for answer in answers)
    assert list(OutboxMail.objects.values()) == before


def test_buttons_need_a_post(head):
    mail = post()
    for address in (
        reverse("retry_stuck"),
        reverse("retry_mail", args=[mail.pk]),
        reverse("drop_mail", args=[mail.pk]),
    ):
        assert head.get(address).status_code == 405
    assert OutboxMail.objects.count() == 1
