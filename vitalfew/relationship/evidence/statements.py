"""Statements put to a contact by a signed link: an aim, a fact, a result; confirmed, corrected or declined by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.ledger.visibility import may_see
from vitalfew.relationship.evidence.recording import renew, sound_kind
from vitalfew.relationship.models import Contact, Evidence, Position, Statement
from vitalfew.relationship.models.evidence import Expectation, Side
from vitalfew.selection import checks
from vitalfew.trust import audit, links
from vitalfew.trust.actors import Actor
from vitalfew.trust.links import LinkRefused
from vitalfew.trust.rights import Right

PURPOSE = "statement"
HOLDS = timedelta(days=30)
MOST_WORDS = 2000


class StatementRefused(Refusal):
    """A statement is put to a contact who works at the account, has an address and has not objected. Nothing was sent."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement on its way: `token` opens it, is shown once and never stored."""

    statement: Statement
    token: str


@transaction.atomic
def ask(
    *,
    account: int,
    contact: int,
    words: str,
    kind: str,
    by: Actor,
    at: datetime,
    expectation: str = "",
    subject: str = "",
    until: date | None = None,
) -> Asked:
    """Put a statement to a contact. The link holds until a day (30 days unless said) and may be used again until then.

    `kind` is the kind of evidence that an answer becomes, `subject` the record the statement speaks of ("aim:3").
    Raises StatementRefused, Missing.
    """
    sound_kind(kind)
    customer = checks.seen(account, by)
    whom = asked_person(account=account, contact=contact, on=at.date())
    words = words.strip()
    if not words or len(words) > MOST_WORDS:
        raise StatementRefused(f"Say what is to be confirmed, in at most {MOST_WORDS} letters. Nothing was sent.")
    if expectation and expectation not in Expectation.values:
        raise StatementRefused(f"“{expectation}” is none of the six expectations. Nothing was sent.")
    last = until or (at + HOLDS).date()
    if last < at.date():
        raise StatementRefused("The day until which the link holds has passed already. Nothing was sent.")
    made = Statement.objects.create(
        account=customer, contact=whom, kind=kind, expectation=expectation, subject=subject, words=words, asked_at=at,
        asked_by=by.name, until=last,
    )  # fmt: skip
    token = links.make(
        holder=f"contact:{whom.pk}", purpose=PURPOSE, subject=f"statement:{made.pk}", by=by.name, at=at, lifetime=end_of(last) - at
    )  # fmt: skip
    told = {"contact": f"contact:{whom.pk}", "kind": kind, "until": last.isoformat()}
    audit.record(by=by, at=at, verb="relationship.ask", target=f"customer:{account}", after=told)
    return Asked(made, token)


def asked_person(*, account: int, contact: int, on: date) -> Contact:
    """A contact who may be asked about an account: works there on that day and has not objected."""
    position = (
        Position.objects.select_related("contact")
        .filter(account=account, contact=contact, holds_from__lte=on)
        .exclude(holds_until__lte=on)
        .first()
    )
    if position is None:
        raise Missing("There is no such contact at this account, or you may not see it.")
    if position.contact.objected_at:
        raise StatementRefused(f"{position.contact} objected to being asked. Nothing was sent.")
    return position.contact


def end_of(day: date) -> datetime:
    """The last moment of a day, where we are."""
    return timezone.make_aware(datetime.combine(day, time.max))


def opened(*, token: str, at: datetime) -> Statement:
    """The statement behind a link; opening changes nothing. Raises LinkRefused with one sentence whatever the reason."""
    link = links.read(token=token, purpose=PURPOSE, at=at)
    found = (
        Statement.objects.select_related("contact", "account")
        .filter(pk=link.subject.removeprefix("statement:"), withdrawn_at=None, contact__objected_at=None)
        .first()
    )
    if found is None:
        raise LinkRefused(str(LinkRefused.__doc__))
    return found


@transaction.atomic
def reply(*, token: str, answer: str, at: datetime, correction: str = "", request_id: str = "") -> Statement:
    """The contact's answer, which is the customer's evidence; until the link ends it may be changed, the last one counts."""
    found = opened(token=token, at=at)
    Statement.objects.select_for_update(no_key=True).get(pk=found.pk)
    correction = correction.strip()[:MOST_WORDS]
    if answer not in Statement.Answer.values:
        raise StatementRefused(
            "Choose whether it is right, right with a change, or not for you to say. Nothing was sent."
        )
    if answer == Statement.Answer.CORRECTED and not correction:
        raise StatementRefused("Say how it should read. Nothing was sent.")
    found.answer, found.correction, found.answered_at = answer, correction, at
    found.save(update_fields=["answer", "correction", "answered_at"])
    links.use(token=token, purpose=PURPOSE, at=at)
    by = contact_actor(found.contact, request_id=request_id)
    _keep(found, by=by, at=at)
    told = {"answer": answer, "statement": found.pk}
    audit.record(by=by, at=at, verb="relationship.reply", target=f"customer:{found.account_id}", after=told)
    return found


def _keep(found: Statement, *, by: Actor, at: datetime) -> None:
    """The answer as the customer's evidence, from the day of the answer on; one that was declined is none."""
    source, drafts = f"statement:{found.pk}", []
    if found.answer != Statement.Answer.DECLINED:
        value = {"answer": found.answer, "subject": found.subject}
        answered = Evidence(
            account_id=found.account_id, kind=found.kind, expectation=found.expectation, side=Side.CUSTOMER, value=value,
            words=found.correction or found.words, holds_from=at.date(), source=source, recorded_at=at, recorded_by=by.name,
        )  # fmt: skip
        drafts.append(answered)
    renew(
        account=found.account_id, source=source, drafts=drafts, because="the contact answered anew", by=by.name, at=at
    )


@transaction.atomic
def withdraw(*, number: int, by: Actor, at: datetime) -> Statement:
    """Take a statement back before it is answered; its link opens nothing from now on."""
    found = Statement.objects.select_for_update(no_key=True).filter(may_see(by.person), pk=number).first()
    if found is None:
        raise Missing("There is no such question, or you may not see it.")
    if found.answer or found.withdrawn_at:
        raise StatementRefused("It was answered or taken back already. Nothing was changed.")
    found.withdrawn_at = at
    found.save(update_fields=["withdrawn_at"])
    links.revoke(holder=f"contact:{found.contact_id}", purpose=PURPOSE, subject=f"statement:{found.pk}", at=at)
    audit.record(by=by, at=at, verb="relationship.withdraw_question", target=f"customer:{found.account_id}")
    return found


def contact_actor(contact: Contact, *, request_id: str = "") -> Actor:
    """A contact who came by a signed link: may answer what they were asked, nothing else."""
    return Actor(
        person=None, name=f"contact:{contact.pk}", door="link", request_id=request_id, rights=frozenset({Right.SELF})
    )
