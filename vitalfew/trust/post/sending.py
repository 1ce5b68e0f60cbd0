"""Hands the outbox's mail over to the mail server: each mail is claimed, sent outside any transaction, and noted."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from vitalfew.ground import clock
from vitalfew.ground.clock import Clock
from vitalfew.trust.models import OutboxMail
from vitalfew.trust.post import mailserver
from vitalfew.trust.post.letters import letter, wire_address
from vitalfew.trust.post.mailserver import Line, MailFailed, Server, ServerFailed, without_tokens

# A claimed mail is nobody else's until this is over: longer than opening a connection and one mail may take together.
LEASE = timedelta(minutes=5)
FIRST_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
LATER_WAIT = timedelta(hours=4)
TRIES = 22  # the waits between them make three days
KEPT = timedelta(days=90)  # how long the outbox remembers what was sent
_BREAKS = 3  # broken connections in a row after which the server as a whole counts as down


@dataclass(slots=True)
class Delivered:
    """What became of one round: mails sent, to be tried later, given up; and why the server as a whole failed, if it did."""

    sent: int = 0
    later: int = 0
    gave_up: int = 0
    words: str = ""


def waiting() -> QuerySet[OutboxMail]:
    """Every mail that is still to leave."""
    return OutboxMail.objects.filter(sent_at=None, gave_up_at=None)


def due(*, at: datetime) -> bool:
    """True when a mail server is named and some mail's moment has come."""
    return settings.VITALFEW_MAIL is not None and waiting().filter(due_at__lte=at).exists()


def deliver(*, now: Clock) -> Delivered:
    """Send all that is due over one connection. Any number of workers may do so at once: no mail is sent by two.

    A mail that the server took and whose row could not be written, since the process died between, is sent again when
    its lease is over, with the same Message-ID. None is lost.
    """
    server: Server | None = settings.VITALFEW_MAIL
    if server is None:
        return Delivered()
    done = _Round(server, now).run()
    if done.sent:
        OutboxMail.objects.filter(sent_at__lt=now() - KEPT).delete()
    return done


def wake() -> None:
    """Have the worker send at once, unless it has been told already; call it after the commit.

    While some mail waits for another try, the clock alone sends: a mail server that is down holds no worker up.
    """
    told = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=send_due.module_path)
    if settings.VITALFEW_MAIL is not None and not waiting().filter(tries__gt=0).exists() and not told.exists():
        send_due.enqueue()


@task
def send_due() -> None:
    """Send all that is due."""
    deliver(now=clock.now)


class _Round:
    """One round over the due mails, with a connection that is opened when first needed and again when it broke."""

    def __init__(self, server: Server, now: Clock) -> None:
        self.server, self.now, self.done = server, now, Delivered()
        self.line: Line | None = None
        self.breaks = 0

    def run(self) -> Delivered:
        try:
            while not self.done.words and (mail := _claim(at=self.now())):
                self._take(mail)
        finally:
            if self.line is not None:
                self.line.leave()
        return self.done

    def _take(self, mail: OutboxMail) -> None:
        try:
            message = letter(mail, sender=self.server.sender)
        except ValueError as error:
            self._give_up(mail, f"This cannot be written as a mail: {error}")
            return
        began = time.monotonic()
        try:
            words = self._open().hand_over(message, to=wire_address(mail.to))
        except ServerFailed as failure:
            self._later(mail, str(failure))
            self._all_later(str(failure))
        except MailFailed as failure:
            self._failed(mail, failure, slow=time.monotonic() - began >= mailserver.OPERATION)
        else:
            self.breaks = 0
            self._sent(mail, words)

    def _open(self) -> Line:
        if self.line is not None and self.line.fresh():
            return self.line
        if self.line is not None:
            self.line.close()
        self.line = Line(self.server)
        self.line.open()
        return self.line

    def _failed(self, mail: OutboxMail, failure: MailFailed, *, slow: bool) -> None:
        if failure.for_good:
            self._give_up(mail, str(failure))
        else:
            self._later(mail, str(failure))
        self.breaks = self.breaks + 1 if failure.broken else 0
        if self.breaks == _BREAKS or (failure.broken and slow):
            self._all_later(str(failure))

    def _sent(self, mail: OutboxMail, words: str) -> None:
        self.done.sent += 1
        # Its text is not needed any more, and may hold a link that opens something.
        OutboxMail.objects.filter(pk=mail.pk, sent_at=None).update(
            sent_at=self.now(), gave_up_at=None, complaint=_told(mail, words), body="", html=""
        )

    def _later(self, mail: OutboxMail, words: str) -> None:
        if mail.tries >= TRIES:
            self._give_up(mail, words)
            return
        self.done.later += 1
        _ours(mail).update(due_at=self.now() + wait(mail.tries), complaint=_told(mail, words))

    def _give_up(self, mail: OutboxMail, words: str) -> None:
        self.done.gave_up += 1
        _ours(mail).update(gave_up_at=self.now(), complaint=_told(mail, words))

    def _all_later(self, words: str) -> None:
        """The server as a whole is down: whatever else is due waits too, each by its own number of tries."""
        self.done.words, at = words, self.now()
        rest = waiting().filter(due_at__lte=at)
        for tries in sorted(set(rest.values_list("tries", flat=True)), reverse=True):
            over = {"gave_up_at": at} if tries + 1 >= TRIES else {"due_at": at + wait(tries + 1)}
            count = rest.filter(tries=tries).update(tries=tries + 1, complaint=words, **over)
            if tries + 1 >= TRIES:
                self.done.gave_up += count
            else:
                self.done.later += count


def wait(tries: int) -> timedelta:
    """How long to wait after so many tries: 1, 5, 15 and 60 minutes, then 4 hours each time."""
    return FIRST_WAITS[tries - 1] if tries <= len(FIRST_WAITS) else LATER_WAIT


def _claim(*, at: datetime) -> OutboxMail | None:
    """The mail that has been due longest, ours for the length of a lease; a short transaction that ends before any mail is sent."""
    if not waiting().filter(due_at__lte=at).exists():
        return None
    with transaction.atomic(durable=True):
        rows = waiting().select_for_update(skip_locked=True).filter(due_at__lte=at)
        mail = rows.order_by("due_at", "pk").first()
        if mail is not None:
            mail.due_at, mail.tries = at + LEASE, mail.tries + 1
            mail.save(update_fields=["due_at", "tries"])
    return mail


def _ours(mail: OutboxMail) -> QuerySet[OutboxMail]:
    """The row while our claim on it holds."""
    return waiting().filter(pk=mail.pk, due_at=mail.due_at)


def _told(mail: OutboxMail, words: str) -> str:
    return without_tokens(words, mail.body, mail.html)[:500]
