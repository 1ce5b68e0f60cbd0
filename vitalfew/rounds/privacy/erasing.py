"""Erasing a person: who they were goes, what was done stays under “Erased person N”, and the trail still verifies."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model

from vitalfew.ground.errors import Refusal
from vitalfew.rounds.privacy import registers
from vitalfew.selection.models import Lead
from vitalfew.trust import audit, links, versions
from vitalfew.trust.actors import Actor
from vitalfew.trust.audit.erasing import blank_entries
from vitalfew.trust.models import ApiToken, DoneOnce, Erasure, Grant, OutboxMail, Person
from vitalfew.trust.people import not_the_last
from vitalfew.trust.register import Held, Kind

_GONE = "[erased]"


class ErasureRefused(Refusal):
    """A person is erased with a reason, after their accounts were handed over."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure changed: the name that stands now, and how many records were changed, mails and audit entries blanked."""

    name: str
    records: int
    mails: int
    entries: int


@transaction.atomic
def erase_person(*, person: Person, reason: str, by: Actor, at: datetime) -> Erased:
    """Erase who a person was everywhere. Refused while they lead accounts, for the last administrator and for oneself."""
    reason = " ".join(reason.split())[:400]
    if not reason:
        raise ErasureRefused("Say why, such as their own wish. Nothing was changed.")
    if by.person == person:
        raise ErasureRefused("Somebody else must erase you. Nothing was changed.")
    led = Lead.objects.filter(person=person, holds_until=None).count()
    if led:
        raise ErasureRefused(f"{person} still leads {led} accounts: hand them over first. Nothing was changed.")
    not_the_last(person)
    digest = digest_of(person.email)
    found = _erase(person, at)
    Erasure.objects.create(subject=f"person:{person.pk}", digest=digest, reason=reason, erased_at=at, erased_by=by.name)
    audit.record(by=by, at=at, verb="trust.erase_person", target=f"person:{person.pk}", after={"reason": reason})
    return found


@transaction.atomic
def apply_again(*, by: Actor, at: datetime) -> int:
    """Erase again whom a restored backup brought back; how many there were. The Erasure rows outlive the backup."""
    known = set(Erasure.objects.values_list("digest", flat=True))
    found = [person for person in Person.objects.order_by("pk").iterator() if digest_of(person.email) in known]
    for person in found:
        _erase(person, at)
        audit.record(
            by=by, at=at, verb="trust.erase_person", target=f"person:{person.pk}", after={"reason": "again, after a restore"}
        )  # fmt: skip
    return len(found)


def digest_of(email: str) -> str:
    """A keyed digest by which an address is known again without being kept."""
    key = str(settings.VITALFEW_AUDIT_KEY).encode()
    return hmac.new(key, f"erasure:{email.strip().casefold()}".encode(), hashlib.sha256).hexdigest()


def _erase(person: Person, at: datetime) -> Erased:
    name, email, alone = person.name, person.email, not registers.namesakes(person)
    stays = f"Erased person {person.pk}"
    changed = sum(_blank_row(row, person, name, email, stays, alone=alone) for row in registers.ALL)
    mails = OutboxMail.objects.filter(to__iexact=email)
    n_mails = mails.update(to="erased@example.invalid", subject=_GONE, body="", html="", complaint="")
    entries = blank_entries(
        subject=f"person:{person.pk}", actor=person.pk, at=at, mentioning=(email, *((name,) if alone else ()))
    )
    _close_doors(person, at)
    versions.save(
        person, expected=None, name=stays, email=f"erased-{person.pk}@example.invalid", password="", is_active=False, team_id=None,
        sees_margin=False, sees_opinions=False,
    )  # fmt: skip
    return Erased(stays, changed, n_mails, entries)


def _close_doors(person: Person, at: datetime) -> None:
    """Nothing that could let them in stays."""
    ApiToken.objects.filter(person=person).delete()
    DoneOnce.objects.filter(holder=f"person:{person.pk}").delete()
    Grant.objects.filter(person=person, holds_until=None).update(holds_until=at.date())
    links.revoke(holder=f"person:{person.pk}", at=at)
    for model, field in _signing():
        model._default_manager.filter(**{field: person.pk}).delete()
    for session in Session.objects.filter(expire_date__gt=at).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()


def _signing() -> Iterator[tuple[type[Model], str]]:
    """The records of the sign-in library that belong to a person: addresses, second factors, sessions."""
    for field in Person._meta.get_fields(include_hidden=True):
        if field.auto_created and field.is_relation and field.related_model._meta.app_label in _LIBRARY:  # type: ignore[union-attr]
            yield field.related_model, field.field.attname  # type: ignore[union-attr,misc]


_LIBRARY = ("account", "mfa", "usersessions")


def _blank_row(row: Held, person: Person, name: str, email: str, stays: str, *, alone: bool) -> int:
    """Take the person out of the records of one row of the register; how many were changed."""
    if row.model in ("trust.Person", "trust.AuditEntry", "trust.OutboxMail") or row.kind not in (
        Kind.SIGNATURE,
        Kind.WORDS,
    ):
        return 0  # these are blanked as wholes
    if row.kind == Kind.SIGNATURE and not alone:
        return 0  # another of the same name may have signed
    done = 0
    for record in registers.rows_on(row, person).iterator():
        values = {field: _without(getattr(record, field), name if alone else "", email, stays) for field in row.fields}
        done += type(record)._default_manager.filter(pk=record.pk).update(**values)
    return done


def _without(text: Any, name: str, email: str, stays: str) -> Any:
    if not isinstance(text, str):
        return text
    if name and text.casefold() == name.casefold():
        return stays
    words = "|".join(re.escape(word) for word in (email, name) if word)
    return re.sub(words, _GONE, text, flags=re.IGNORECASE)
