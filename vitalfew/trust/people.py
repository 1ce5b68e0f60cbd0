"""Our own people: add, find, switch off."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.trust import audit, versions
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person


class PersonRefused(Refusal):
    """A person needs a name and an e-mail address that nobody else has."""


@transaction.atomic
def add_person(*, email: str, name: str, by: Actor, at: datetime) -> Person:
    """Add one of our people; refused for a bad or taken address or an empty name."""
    email, name = email.strip(), " ".join(name.split())[:120]
    try:
        validate_email(email)
    except ValidationError:
        raise PersonRefused(f"“{email}” is not an e-mail address. Nobody was added.") from None
    if len(email) > 254:  # the longest that mail can carry, and the longest the record holds
        raise PersonRefused(f"“{email[:40]}…” is longer than an e-mail address can be. Nobody was added.")
    if not name:
        raise PersonRefused("A person needs a name. Nobody was added.")
    taken = Person.objects.filter(email__iexact=email).first()
    if taken:
        raise PersonRefused(f"{email} is already the address of {taken.name}. Nobody was added.")
    person = Person.objects.create(email=email, name=name, added_at=at)
    audit.record(
        by=by, at=at, verb="trust.add_person", target=f"person:{person.pk}", after={"email": email, "name": name}
    )
    return person


@transaction.atomic
def set_active(*, email: str, active: bool, by: Actor, at: datetime, version: int | None = None) -> Person:
    """Switch a person's sign-in off or on again; what they did stays in the record."""
    person = find_person(email)
    before = person.is_active
    versions.save(person, expected=version, is_active=active)
    audit.record(
        by=by,
        at=at,
        verb="trust.set_active",
        target=f"person:{person.pk}",
        before={"active": before},
        after={"active": active},
    )
    return person


def find_person(word: str) -> Person:
    """The person with this e-mail address, or with this name where only one has it."""
    found = list(Person.objects.filter(email__iexact=word.strip())[:1]) or list(
        Person.objects.filter(name__iexact=word.strip())[:2]
    )
    if len(found) == 1:
        return found[0]
    if found:
        raise Missing(f"Several people are called “{word}”: name one by e-mail address.")
    raise Missing(f"Nobody here is “{word}”. See `vitalfew people`, or add them: vitalfew people add EMAIL NAME.")


def everyone() -> tuple[Person, ...]:
    """All our people by name, the inactive ones too."""
    return tuple(Person.objects.order_by("name", "pk"))


def active_people() -> tuple[Person, ...]:
    """Those who can be given an account, by name."""
    return tuple(Person.objects.filter(is_active=True).order_by("name", "pk"))
