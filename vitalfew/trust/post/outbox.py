"""The outbox: mail is written down in the transaction of the change it tells of, and leaves after it. What is stuck shows."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.trust import access, audit
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import OutboxMail
from vitalfew.trust.post import sending
from vitalfew.trust.post.letters import addressed, letter, wire_address
from vitalfew.trust.post.mailserver import Line
from vitalfew.trust.rights import Right

LATELY = timedelta(days=7)
SHOWN = 50
_FIELDS = ("pk", "to", "subject", "about", "made_at", "due_at", "tries", "complaint", "sent_at", "gave_up_at")


class MailRefused(Refusal):
    """A mail needs one address, a subject on one line and a text. Nothing was posted."""


class MailBusy(Refusal):
    """A mail that may be on its way at this moment is left alone."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it may be shown: its text stays hidden, since it may hold a link that opens something."""

    number: int
    to: str
    subject: str
    about: str
    made_at: datetime
    due_at: datetime
    tries: int
    complaint: str
    sent_at: datetime | None
    gave_up_at: datetime | None

    @property
    def state(self) -> str:
        """ "waiting", "stuck" or "sent"."""
        return "sent" if self.sent_at else "stuck" if self.gave_up_at else "waiting"


@dataclass(frozen=True, slots=True)
class Outbox:
    """What waits (next to leave first), what is stuck and what was sent in the last week (newest first), and how many there are of each."""

    server: str  # "" where no mail server is set up
    waiting: tuple[Mail, ...]
    stuck: tuple[Mail, ...]
    sent: tuple[Mail, ...]
    counts: dict[str, int]


@transaction.atomic
def post(*, to: str, subject: str, body: str, html: str = "", about: str = "", at: datetime) -> OutboxMail:
    """Write a mail down inside the caller's operation; it leaves after the commit, and never if there is none.

    `about` is what it belongs to, such as "person:3". Raises MailRefused for an address or a subject that mail cannot
    carry. A subject longer than 200 characters is shortened.
    """
    mail = OutboxMail.objects.create(
        to=_address(to), subject=_subject(subject), body=_text(body), html=_text(html), about=about[:80],
        message_id=f"<{uuid.uuid4().hex}@{_domain()}>", made_at=at, due_at=at,
    )  # fmt: skip
    transaction.on_commit(sending.wake, robust=True)  # the clock sends it where the worker could not be told
    return mail


def outbox(*, by: Actor, at: datetime, limit: int | None = SHOWN) -> Outbox:
    """The state of the outbox, at most `limit` mails of each kind (None: all). Raises Denied without the right to it."""
    access.allow(by, Right.AUDIT)
    given_up = OutboxMail.objects.filter(sent_at=None, gave_up_at__isnull=False)
    sent = OutboxMail.objects.filter(sent_at__gte=at - LATELY)
    kinds = {
        "waiting": sending.waiting().order_by("due_at", "pk"),
        "stuck": given_up.order_by("-gave_up_at", "-pk"),
        "sent": sent.order_by("-sent_at", "-pk"),
    }
    shown = {name: _shown(rows, limit) for name, rows in kinds.items()}
    counts = {name: rows.count() for name, rows in kinds.items()}
    server = settings.VITALFEW_MAIL
    return Outbox(server=server.told if server else "", counts=counts, **shown)


def stuck() -> int:
    """How many mails nobody took; whoever may read the audit trail is told on every page."""
    return OutboxMail.objects.filter(sent_at=None, gave_up_at__isnull=False).count()


@transaction.atomic
def retry_mail(*, number: int, by: Actor, at: datetime) -> Mail:
    """Have a waiting or stuck mail tried at once, and as often again as a new one."""
    mail = _found(number, by)
    if not _idle(number, at).update(due_at=at, tries=0, gave_up_at=None):
        raise _busy(mail)
    audit.record(by=by, at=at, verb="trust.retry_mail", target=f"mail:{number}", before=_told(mail))
    transaction.on_commit(sending.wake, robust=True)
    return mail


@transaction.atomic
def retry_stuck(*, by: Actor, at: datetime) -> int:
    """Have every stuck mail tried again; how many there were."""
    access.allow(by, Right.AUDIT)
    stuck = OutboxMail.objects.filter(sent_at=None, gave_up_at__isnull=False)
    numbers = list(stuck.order_by("pk").values_list("pk", flat=True))
    for number in numbers:
        retry_mail(number=number, by=by, at=at)
    return len(numbers)


@transaction.atomic
def drop_mail(*, number: int, by: Actor, at: datetime) -> Mail:
    """Take a waiting or stuck mail out of the outbox: it is never sent, and its text is gone."""
    mail = _found(number, by)
    if not _idle(number, at).delete()[0]:
        raise _busy(mail)
    audit.record(by=by, at=at, verb="trust.drop_mail", target=f"mail:{number}", before=_told(mail))
    return mail


def try_server(*, to: str, by: Actor, at: datetime) -> str:
    """Send a test mail at once, past the outbox; what the server said. Raises ServerFailed or MailFailed with its words."""
    access.allow(by, Right.AUDIT)
    server = settings.VITALFEW_MAIL
    if server is None:
        raise MailRefused(
            "No mail server is set up: name one in VITALFEW_MAIL, see docs/howto/settings.md. Nothing was sent."
        )
    body = "This is a test mail from Vital Few. Whoever asked for it knows now that mail leaves."
    subject, ident = "Test mail from Vital Few", f"<{uuid.uuid4().hex}@{_domain()}>"
    mail = OutboxMail(to=_address(to), subject=subject, body=body, message_id=ident, made_at=at)
    with Line(server) as line:
        line.open()
        return line.hand_over(letter(mail, sender=server.sender), to=wire_address(mail.to))


def _shown(rows: QuerySet[OutboxMail], limit: int | None) -> tuple[Mail, ...]:
    return tuple(Mail(*values) for values in rows.values_list(*_FIELDS)[:limit])


def _found(number: int, by: Actor) -> Mail:
    access.allow(by, Right.AUDIT)  # whoever may not see the outbox learns nothing of what lies in it
    mail = next(iter(_shown(OutboxMail.objects.filter(pk=number), 1)), None)
    if mail is None:
        raise Missing(f"There is no mail {number} in the outbox. Nothing was changed.")
    if mail.sent_at:
        raise MailRefused(f"Mail {number} to {mail.to} was sent already. Nothing was changed.")
    return mail


def _idle(number: int, at: datetime) -> QuerySet[OutboxMail]:
    """The mail, if it is surely in no worker's hands: a claimed one is due again within a lease from now."""
    free = Q(gave_up_at__isnull=False) | Q(due_at__lte=at) | Q(due_at__gt=at + sending.LEASE)
    return OutboxMail.objects.filter(free, pk=number, sent_at=None)


def _busy(mail: Mail) -> MailBusy:
    return MailBusy(
        f"Mail {mail.number} to {mail.to} is on its way at this moment, or leaves by itself within five minutes. "
        "Nothing was changed: look again then."
    )


def _told(mail: Mail) -> dict[str, str | int]:
    return {"to": mail.to, "subject": mail.subject, "tries": mail.tries, "complaint": mail.complaint}


def _address(word: str) -> str:
    """One address of at most 254 characters. Control characters would begin a header of their own."""
    word = word.strip(" ")
    try:
        validate_email(word)
        if len(addressed(word).addr_spec) <= 254 and len(word) <= 254 and not _breaks_a_line(word):
            return word
    except (ValidationError, ValueError):
        pass
    raise MailRefused(f"“{_safe(word)}” is not an e-mail address. Nothing was posted.")


def _subject(words: str) -> str:
    words = words.strip(" ")
    if not words or _breaks_a_line(words):
        raise MailRefused(f"“{_safe(words)}” cannot be a subject: it must be one line of text. Nothing was posted.")
    return words if len(words) <= 200 else f"{words[:199]}…"


def _text(words: str) -> str:
    """A text that stores and mail can carry: no NUL, no half of a character."""
    if any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in words):
        raise MailRefused("The text holds signs that mail cannot carry. Nothing was posted.")
    return words


def _breaks_a_line(words: str) -> bool:
    """True where a sign is a control character, ends a line or a paragraph, or is half of one."""
    return any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in words)


def _safe(words: str) -> str:
    """Enough of what was written to know it again, safe to show."""
    return "".join(sign if sign.isprintable() else "·" for sign in words[:60])


def _domain() -> str:
    """What stands behind the @ of a Message-ID: the sender's domain, else our public host."""
    server = settings.VITALFEW_MAIL
    if server is not None:
        return wire_address(parseaddr(server.sender)[1]).rpartition("@")[2]
    return urlsplit(settings.VITALFEW_ADDRESS).hostname or "vitalfew.invalid"
