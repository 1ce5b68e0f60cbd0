"""The outbox: mail is written with its change or not at all, refuses what would forge headers, and never shows its text."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult

from tests.cast import MORNING, as_alice, ben, person
from tests.trust.post.mailservers import at
from vitalfew.ground.errors import Missing
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import person_actor
from vitalfew.trust.models import AuditEntry, OutboxMail
from vitalfew.trust.post import outbox, sending
from vitalfew.trust.post.letters import letter
from vitalfew.trust.rights import Role

pytestmark = pytest.mark.django_db


def posted(to: str = "guest@customer.example", subject: str = "Hello", **more) -> OutboxMail:
    return outbox.post(**{"to": to, "subject": subject, "body": "Good day.\n", "at": MORNING} | more)


def test_posted_mail_is_due_at_once_and_has_an_id_of_its_own(settings):
    settings.VITALFEW_MAIL = at(25)
    one, two = posted(about="person:3"), posted()
    assert (one.due_at, one.tries, one.sent_at, one.gave_up_at, one.about) == (MORNING, 0, None, None, "person:3")
    assert one.message_id != two.message_id
    assert one.message_id.startswith("<") and one.message_id.endswith("@firm.example>")


@pytest.mark.parametrize(
    ("address", "domain"), [("", "vitalfew.invalid"), ("https://kam.firm.example:8443", "kam.firm.example")]
)
def test_id_without_a_mail_server_names_the_public_host(settings, address, domain):
    settings.VITALFEW_MAIL, settings.VITALFEW_ADDRESS = None, address
    assert posted().message_id.endswith(f"@{domain}>")


def test_no_two_rows_have_one_message_id():
    mail = posted()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMail.objects.create(to="a@b.example", message_id=mail.message_id, made_at=MORNING, due_at=MORNING)


def test_mail_of_a_change_that_failed_was_never_posted():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        posted()
        _ = 1 / 0
    assert OutboxMail.objects.count() == 0


@pytest.mark.parametrize(
    "to",
    [
        "", "nobody", "a@b@c.example", "a@b.example, c@d.example", "a@b.example\r\nBcc: all@b.example", "a@b.example\n", "\na@b.example",
        "a@b.example\x00", "Ann <a@b.example>", "a b@c.example", '"a\x01"@b.example', "a@b..example", f"a@{'b' * 70}.example",
        f"a@{'b.' * 130}example", f"{'a' * 65}{'b' * 200}@c.example", "a@\ud800.example", "a@b.example\u2028",
    ],
)  # fmt: skip
def test_what_is_not_one_address_is_refused(to):
    with pytest.raises(outbox.MailRefused, match=r"is not an e-mail address\. Nothing was posted\."):
        posted(to)
    assert OutboxMail.objects.count() == 0


@pytest.mark.parametrize(
    "subject", ["", "   ", "a\nBcc: all@b.example", "a\r\n\r\nb", "a\rb", "a\x00", "a\x85b", "a\u2028b", "\ud800", "\t"]
)
def test_subject_that_is_not_one_line_is_refused(subject):
    with pytest.raises(outbox.MailRefused, match="cannot be a subject"):
        posted(subject=subject)
    assert OutboxMail.objects.count() == 0


@pytest.mark.parametrize("more", [{"body": "a\x00"}, {"html": "<p>\x00"}, {"body": "\ud83d"}])
def test_text_that_no_mail_carries_is_refused(more):
    with pytest.raises(outbox.MailRefused):
        posted(**more)
    assert OutboxMail.objects.count() == 0


def test_long_subject_is_shortened_and_odd_blanks_stay():
    assert posted(subject="x" * 201).subject == "x" * 199 + "…"
    assert posted(subject="12\u202f000\u00a0£ – for you").subject == "12\u202f000\u00a0£ – for you"


def test_letter_says_all_it_must_and_is_the_same_each_time():
    mail = posted(
        "chef@küche.example",
        "Grüße aus Köln – 12\u202f000 €",
        body="Schöne Grüße\n.\nEnde\n",
        html="<p>Schöne Grüße</p>",
    )
    message = letter(mail, sender="Kündenberatung <kam@firm.example>")
    assert (message["To"], message["Message-ID"]) == ("chef@xn--kche-0ra.example", mail.message_id)
    assert (message["Subject"], message["From"]) == (mail.subject, "Kündenberatung <kam@firm.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == MORNING
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()] == [
        mail.body,
        "<p>Schöne Grüße</p>\n",
    ]
    assert message.as_bytes().isascii()
    assert {name: value for name, value in message.items() if name != "Content-Type"} == {
        name: value
        for name, value in letter(mail, sender="Kündenberatung <kam@firm.example>").items()
        if name != "Content-Type"
    }


def test_state_shows_no_text():
    posted(body="https://kam.example/s/SECRET-TOKEN/", html="<a href='https://kam.example/s/SECRET-TOKEN/'>")
    found = outbox.outbox(by=as_alice(), at=MORNING)
    assert found.counts == {"waiting": 1, "stuck": 0, "sent": 0}
    assert "SECRET-TOKEN" not in repr(found)
    assert {field.name for field in dataclasses.fields(outbox.Mail)} & {"body", "html", "message_id"} == set()


def test_state_sorts_mail_by_what_became_of_it():
    late, early = posted(subject="late"), posted(subject="early")
    OutboxMail.objects.filter(pk=late.pk).update(due_at=MORNING + timedelta(hours=1))
    for subject, days in (("new", 1), ("newer", 0), ("old", 8)):
        OutboxMail.objects.filter(pk=posted(subject=subject).pk).update(sent_at=MORNING - timedelta(days=days))
    OutboxMail.objects.filter(pk=posted(subject="lost").pk).update(gave_up_at=MORNING, complaint="550 No such user")
    found = outbox.outbox(by=as_alice(), at=MORNING)
    assert [[mail.subject for mail in kind] for kind in (found.waiting, found.stuck, found.sent)] == [
        ["early", "late"], ["lost"], ["newer", "new"],
    ]  # fmt: skip
    assert [mail.state for mail in (*found.waiting, *found.stuck, *found.sent)] == [
        "waiting",
        "waiting",
        "stuck",
        "sent",
        "sent",
    ]
    short = outbox.outbox(by=as_alice(), at=MORNING, limit=1)
    assert (len(short.waiting), short.counts["waiting"], early.pk) == (1, 2, short.waiting[0].number)


def stuck(subject: str = "Lost") -> OutboxMail:
    mail = posted(subject=subject)
    OutboxMail.objects.filter(pk=mail.pk).update(gave_up_at=MORNING, tries=22, complaint="550 No such user")
    return mail


def test_stuck_mail_is_tried_again_as_often_as_a_new_one():
    mail = stuck()
    later = MORNING + timedelta(days=9)
    outbox.retry_mail(number=mail.pk, by=as_alice(), at=later)
    mail.refresh_from_db()
    assert (mail.due_at, mail.tries, mail.gave_up_at) == (later, 0, None)
    entry = AuditEntry.objects.get(verb="trust.retry_mail")
    assert (entry.target, entry.before["to"], entry.before["tries"]) == (f"mail:{mail.pk}", mail.to, 22)


def test_all_stuck_mail_is_tried_again_and_nothing_else():
    for subject in ("a", "b"):
        stuck(subject)
    waits = posted()
    OutboxMail.objects.filter(pk=waits.pk).update(tries=5, due_at=MORNING + timedelta(hours=4))
    assert outbox.retry_stuck(by=as_alice(), at=MORNING) == 2
    assert outbox.retry_stuck(by=as_alice(), at=MORNING) == 0
    assert list(OutboxMail.objects.order_by("pk").values_list("tries", "gave_up_at")) == [
        (0, None),
        (0, None),
        (5, None),
    ]


def test_dropped_mail_is_gone_with_its_text():
    mail = posted(body="Secret")
    outbox.drop_mail(number=mail.pk, by=as_alice(), at=MORNING)
    assert OutboxMail.objects.count() == 0
    entry = AuditEntry.objects.get(verb="trust.drop_mail")
    assert (entry.target, entry.before["subject"], "Secret" in repr(entry.before)) == (
        f"mail:{mail.pk}",
        "Hello",
        False,
    )


@pytest.mark.parametrize("deed", [outbox.retry_mail, outbox.drop_mail])
def test_mail_in_a_workers_hands_is_left_alone(deed):
    mail = posted()
    OutboxMail.objects.filter(pk=mail.pk).update(due_at=MORNING + sending.LEASE, tries=1)  # as a claim does
    for moment in (MORNING, MORNING + sending.LEASE - timedelta(microseconds=1)):
        with pytest.raises(outbox.MailBusy, match="Nothing was changed"):
            deed(number=mail.pk, by=as_alice(), at=moment)
    assert (OutboxMail.objects.get().tries, AuditEntry.objects.count()) == (1, 0)
    deed(number=mail.pk, by=as_alice(), at=MORNING + sending.LEASE)


@pytest.mark.parametrize("deed", [outbox.retry_mail, outbox.drop_mail])
def test_mail_that_waits_long_can_be_tried_or_dropped(deed):
    mail = posted()
    OutboxMail.objects.filter(pk=mail.pk).update(due_at=MORNING + timedelta(hours=4), tries=5)
    deed(number=mail.pk, by=as_alice(), at=MORNING)
    assert list(OutboxMail.objects.values_list("tries", "due_at")) in ([], [(0, MORNING)])


@pytest.mark.parametrize("deed", [outbox.retry_mail, outbox.drop_mail])
def test_sent_and_unknown_mail_is_refused(deed):
    mail = posted()
    OutboxMail.objects.update(sent_at=MORNING)
    with pytest.raises(outbox.MailRefused, match="was sent already"):
        deed(number=mail.pk, by=as_alice(), at=MORNING)
    with pytest.raises(Missing):
        deed(number=mail.pk + 1, by=as_alice(), at=MORNING)
    assert (OutboxMail.objects.count(), AuditEntry.objects.count()) == (1, 0)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.CONTRIBUTOR, Role.VIEWER])
def test_without_the_right_nothing_is_seen_or_done(role):
    mail, by = stuck(), person_actor(person(role), door="web")
    before = list(OutboxMail.objects.values())
    for deed in (
        lambda: outbox.outbox(by=by, at=MORNING),
        lambda: outbox.retry_mail(number=mail.pk, by=by, at=MORNING),
        lambda: outbox.retry_mail(number=987, by=by, at=MORNING),
        lambda: outbox.retry_stuck(by=by, at=MORNING),
        lambda: outbox.drop_mail(number=mail.pk, by=by, at=MORNING),
        lambda: outbox.try_server(to=ben().email, by=by, at=MORNING),
    ):
        with pytest.raises(Denied):
            deed()
    assert (list(OutboxMail.objects.values()), AuditEntry.objects.count()) == (before, 0)


@pytest.mark.django_db(transaction=True)
class TestWaking:
    """After the commit the worker is told, once."""

    def test_worker_is_told_once_after_the_commit(self, settings, home):
        settings.VITALFEW_MAIL = at(9)
        with transaction.atomic():
            for _ in range(3):
                posted()
            assert DBTaskResult.objects.count() == 0
        posted()
        assert [task.task_path for task in DBTaskResult.objects.all()] == ["vitalfew.trust.post.sending.send_due"]

    def test_nobody_is_told_of_a_mail_that_was_rolled_back(self, settings, home):
        settings.VITALFEW_MAIL = at(9)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            posted()
            _ = 1 / 0
        assert (DBTaskResult.objects.count(), OutboxMail.objects.count()) == (0, 0)

    def test_worker_is_left_in_peace_while_the_mail_server_is_down(self, settings, home):
        settings.VITALFEW_MAIL = at(9)
        OutboxMail.objects.create(to="a@b.example", message_id="<1@x>", made_at=MORNING, due_at=MORNING, tries=1)
        posted()
        assert DBTaskResult.objects.count() == 0

    def test_without_a_mail_server_mail_just_waits(self, settings, home):
        settings.VITALFEW_MAIL = None
        posted()
        assert (DBTaskResult.objects.count(), sending.due(at=MORNING)) == (0, False)
