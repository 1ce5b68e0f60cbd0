"""A contact's right to know and to be forgotten: all that is held on one of the customer's people, told or erased."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from vitalfew.relationship.models import Contact, Opinion, Part, Response
from vitalfew.relationship.people.contacts import seen_contact
from vitalfew.rounds.privacy import registers
from vitalfew.rounds.privacy.erasing import ErasureRefused, digest_of
from vitalfew.trust import audit, links, versions
from vitalfew.trust.actors import Actor
from vitalfew.trust.audit.erasing import blank_entries
from vitalfew.trust.models import Erasure, OutboxMail
from vitalfew.trust.register import Held, Kind

GONE = "[erased]"
_FREE = ("whom", "one_thing")  # what a contact wrote in words of their own


@dataclass(frozen=True, slots=True)
class ContactData:
    """What is held on a contact: `records` by "step.Record" and kind. Opinions of ours are among them."""

    contact: int
    name: str
    email: str
    as_of: datetime
    records: dict[str, dict[str, list[dict[str, Any]]]]

    def as_json(self) -> dict[str, Any]:
        """The document, with keys that stay."""
        told = {"contact": self.contact, "name": self.name, "email": self.email, "as_of": self.as_of.isoformat()}
        return {**told, "note": "Free text was found by name and e-mail address.", "records": self.records}


@dataclass(frozen=True, slots=True)
class ContactErased:
    """What an erasure changed: the name that stands now; records, mails and audit entries that were blanked."""

    name: str
    records: int
    mails: int
    entries: int


@transaction.atomic
def export_contact(*, contact: int, by: Actor, at: datetime) -> ContactData:
    """Everything the registers find on a contact. Raises Missing for one the actor may not see."""
    found = seen_contact(contact, by)
    audit.record(by=by, at=at, verb="trust.export_person", target=found.trail)
    records: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in registers.ALL:
        if row.kind in registers.EXPORTED:
            rows = registers.rows_on_contact(row, found)
            told = [registers.told(record, row.fields) for record in rows.iterator()]
            if told:
                records.setdefault(row.model, {}).setdefault(row.kind.value, []).extend(told)
    return ContactData(found.pk, found.name, found.email, at, records)


@transaction.atomic
def erase_contact(*, contact: int, reason: str, by: Actor, at: datetime) -> ContactErased:
    """Erase who a contact was everywhere. Their marks in surveys stay, without a name; nobody can ask them again."""
    found = seen_contact(contact, by)
    reason = " ".join(reason.split())[:400]
    if not reason:
        raise ErasureRefused("Say why, such as their own wish. Nothing was changed.")
    digest = _digest(found)
    erased = _erase(found, at)
    Erasure.objects.create(subject=found.trail, digest=digest, reason=reason, erased_at=at, erased_by=by.name)
    audit.record(by=by, at=at, verb="trust.erase_person", target=found.trail, after={"reason": reason})
    return erased


@transaction.atomic
def apply_again(*, by: Actor, at: datetime) -> int:
    """Erase again whom a restored backup brought back; how many there were."""
    known = set(Erasure.objects.filter(subject__startswith="contact:").values_list("digest", flat=True))
    found = [row for row in Contact.objects.order_by("pk").iterator() if _digest(row) in known] if known else []
    for row in found:
        _erase(row, at)
        told = {"reason": "again, after a restore"}
        audit.record(by=by, at=at, verb="trust.erase_person", target=row.trail, after=told)
    return len(found)


def _digest(contact: Contact) -> str:
    """Known again by number, name and address together: numbers alone may be given anew."""
    return digest_of(f"{contact.trail} {contact.name} {contact.email}")


def _erase(contact: Contact, at: datetime) -> ContactErased:
    name, email, stays = contact.name, contact.email, f"Erased contact {contact.pk}"
    words = tuple(word for word in (email, name) if word)
    changed = sum(_blank(row, contact, words) for row in registers.ALL if row.kind == Kind.WORDS)
    changed += _answers(contact) + Part.objects.filter(position__contact=contact).delete()[0]
    changed += Opinion.objects.filter(position__contact=contact).delete()[0]
    mails = OutboxMail.objects.filter(to__iexact=email) if email else OutboxMail.objects.none()
    n_mails = mails.update(to="erased@example.invalid", subject=GONE, body="", html="", complaint="")
    entries = blank_entries(subject=contact.trail, actor=None, at=at, mentioning=words)
    links.revoke(holder=contact.trail, at=at)
    versions.save(
        contact, expected=None, name=stays, email="", phone="", source="", objected_at=contact.objected_at or at
    )
    return ContactErased(stays, changed + 1, n_mails, entries)


def _answers(contact: Contact) -> int:
    """Take a contact's own words out of their answers; the marks stay."""
    done = 0
    for row in Response.objects.filter(contact=contact):
        kept = {key: value for key, value in row.answers.items() if key not in _FREE}
        if kept != row.answers:
            versions.save(row, expected=None, answers=kept)
            done += 1
    return done


def _blank(row: Held, contact: Contact, words: tuple[str, ...]) -> int:
    """Take a contact's name and address out of free text; how many records were changed."""
    if row.model in ("trust.AuditEntry", "trust.OutboxMail"):
        return 0  # these are blanked as wholes
    found = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    done = 0
    for record in registers.rows_on_contact(row, contact).iterator():
        texts = {field: getattr(record, field) for field in row.fields}
        values = {field: found.sub(GONE, text) for field, text in texts.items() if isinstance(text, str)}
        done += type(record)._default_manager.filter(pk=record.pk).update(**values)
    return done
