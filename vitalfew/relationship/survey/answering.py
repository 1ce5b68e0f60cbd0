"""Answering: what a survey link opens, the answers kept as the customer's evidence, and the contact's right to see and object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from vitalfew.relationship.evidence import recording
from vitalfew.relationship.evidence.statements import contact_actor
from vitalfew.relationship.models import Contact, Evidence, Invitation, Position, Response, Statement
from vitalfew.relationship.models.evidence import Side
from vitalfew.relationship.survey import waves
from vitalfew.relationship.survey.answers import Answers, read_answers
from vitalfew.relationship.survey.questions import ANCHOR, BY_KEY
from vitalfew.trust import audit, links
from vitalfew.trust.links import LinkRefused

COUNTS_FOR = 365  # days for which an answer counts


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link shows: who is asked about which account, and what they answered so far."""

    invitation: Invitation
    answers: Mapping[str, int | str]
    answered: bool


@dataclass(frozen=True, slots=True)
class HeldAbout:
    """What we hold about a contact, for their own eyes; opinions of ours are told on request, not on this page."""

    contact: Contact
    positions: tuple[Position, ...]
    responses: tuple[Response, ...]
    statements: tuple[Statement, ...]


def opened(*, token: str, at: datetime) -> Opened:
    """What the link of a token shows; opening changes nothing. Raises LinkRefused with one sentence whatever the reason."""
    row = _invited(token, at)
    response = Response.objects.filter(wave=row.wave, contact=row.contact, account=row.account).first()
    return Opened(row, response.answers if response else {}, response is not None)


@transaction.atomic
def answer(*, token: str, raw: Mapping[str, str], at: datetime, request_id: str = "") -> Response:
    """Keep a contact's answers; until the wave closes they may be changed, and the last ones count.

    Raises LinkRefused, AnswersRefused (which names the question).
    """
    row = _invited(token, at)
    answers = read_answers(raw)
    response, _new = Response.objects.update_or_create(
        wave=row.wave, contact=row.contact, account=row.account,
        defaults={
            "answers": answers, "answered_on": at.date(), "answered_at": at, "part": row.part, "way": Response.Way.LINK, "source": f"wave:{row.wave_id}",
        },
    )  # fmt: skip
    links.use(token=token, purpose=waves.PURPOSE, at=at)
    by = contact_actor(row.contact, request_id=request_id)
    write_evidence(response, by=by.name, at=at)
    audit.record(by=by, at=at, verb="relationship.answer", target=f"customer:{row.account_id}", after={"response": response.pk})  # fmt: skip
    return response


def write_evidence(response: Response, *, by: str, at: datetime) -> None:
    """A customer's answers as evidence for a year: the sentence they chose, and each of the six expectations."""
    source = f"response:{response.pk}"
    recording.renew(
        account=response.account_id, source=source, drafts=_evidence(response, source, by, at), because="the contact answered anew",
        by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def object_to(*, token: str, at: datetime, request_id: str = "") -> Contact:
    """A contact's wish not to be asked again: all their links end, nobody can invite them any more."""
    contact = _invited(token, at).contact
    Contact.objects.filter(pk=contact.pk, objected_at=None).update(objected_at=at)
    links.revoke(holder=f"contact:{contact.pk}", at=at)
    by = contact_actor(contact, request_id=request_id)
    audit.record(by=by, at=at, verb="relationship.object", target=f"contact:{contact.pk}")
    return contact


def held(*, token: str, at: datetime) -> HeldAbout:
    """What a contact may see of themselves by their link."""
    contact = _invited(token, at).contact
    return HeldAbout(
        contact=contact,
        positions=tuple(Position.objects.select_related("account").filter(contact=contact).order_by("pk")),
        responses=tuple(Response.objects.select_related("account").filter(contact=contact).order_by("answered_at")),
        statements=tuple(Statement.objects.filter(contact=contact).exclude(answer="").order_by("answered_at")),
    )


def _invited(token: str, at: datetime) -> Invitation:
    link = links.read(token=token, purpose=waves.PURPOSE, at=at)
    row = (
        Invitation.objects.select_related("wave", "contact", "account")
        .filter(pk=link.subject.removeprefix("invitation:"), withdrawn_at=None, contact__objected_at=None)
        .first()
    )
    if row is None or not waves.is_open(row.wave, at=at):
        raise LinkRefused(str(LinkRefused.__doc__))
    return row


def _evidence(response: Response, source: str, by: str, at: datetime) -> Iterator[Evidence]:
    answers: Answers = response.answers
    for key, kind in (
        (ANCHOR, "level_sentence"),
        *((key, f"answer_{key}") for key, one in BY_KEY.items() if one.expectation),
    ):
        if key in answers:
            yield Evidence(
                account_id=response.account_id, kind=kind, expectation=BY_KEY[key].expectation, side=Side.CUSTOMER,
                value={"answer": answers[key], "of": BY_KEY[key].steps, "part": response.part}, holds_from=response.answered_on,
                holds_until=date.fromordinal(response.answered_on.toordinal() + COUNTS_FOR), source=source,
                recorded_at=at, recorded_by=by,
            )  # fmt: skip
