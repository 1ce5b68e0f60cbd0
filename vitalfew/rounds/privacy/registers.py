"""The registers of all steps as one, and what they find on a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import JSONField, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from vitalfew.ledger.held import HELD as LEDGER
from vitalfew.playbook.held import HELD as PLAYBOOK
from vitalfew.relationship.held import HELD as RELATIONSHIP
from vitalfew.relationship.models import Contact
from vitalfew.rounds.held import HELD as ROUNDS
from vitalfew.selection.held import HELD as SELECTION
from vitalfew.trust.held import HELD as TRUST
from vitalfew.trust.models import Person
from vitalfew.trust.register import Held, Kind, Subject

ALL: tuple[Held, ...] = (*TRUST, *LEDGER, *SELECTION, *RELATIONSHIP, *PLAYBOOK, *ROUNDS)
EXPORTED = (Kind.IDENTITY, Kind.WORK, Kind.SIGNATURE, Kind.WORDS, Kind.OPINION)


def model_of(row: Held) -> type[Model]:
    """The record a row of the register speaks of."""
    return apps.get_model(row.model)


def rows_on(row: Held, person: Person) -> QuerySet[Model]:
    """The records of a row that concern a person: theirs, signed by them, or naming them."""
    rows = model_of(row)._default_manager.order_by("pk")
    if row.subject != Subject.PERSON:
        return rows.none()  # theirs are told and erased as a contact's
    if row.of:
        return rows.filter(**{row.of: person.pk})
    if row.kind == Kind.SIGNATURE:
        return rows.filter(_any(row.fields, "iexact", person.name))
    return _naming(rows, row, person)


def rows_on_contact(row: Held, contact: Contact) -> QuerySet[Model]:
    """The records of a row that concern a contact: theirs, or free text that names them."""
    rows = model_of(row)._default_manager.order_by("pk")
    if row.subject == Subject.CONTACT and row.of:
        return rows.filter(**{row.of: contact.pk})
    return _naming(rows, row, contact) if row.kind == Kind.WORDS else rows.none()


def namesakes(person: Person) -> int:
    """How many others have the same name: their signatures cannot be told apart by it."""
    return Person.objects.filter(name__iexact=person.name).exclude(pk=person.pk).count()


def _naming(rows: QuerySet[Model], row: Held, who: Person | Contact) -> QuerySet[Model]:
    """Free text in which somebody's address or whole name stands."""
    fields = tuple(_texts(rows, row))
    rows = rows.annotate(**{f"{name}_text": Cast(name, TextField()) for name in fields})
    names = tuple(f"{name}_text" if name in fields else name for name in row.fields)
    named = _any(names, "icontains", who.name)
    return rows.filter(named | _any(names, "icontains", who.email) if who.email else named)


def _texts(rows: QuerySet[Model], row: Held) -> Iterator[str]:
    for name in row.fields:
        if isinstance(rows.model._meta.get_field(name), JSONField):
            yield name


def _any(fields: tuple[str, ...], how: str, word: str) -> Q:
    found = Q()
    for name in fields:
        found |= Q(**{f"{name}__{how}": word})
    return found


def told(record: Any, fields: tuple[str, ...]) -> dict[str, object]:
    """The fields of a record, and its days and moments, as they are exported."""
    days = {
        field.name: value.isoformat()
        for field in record._meta.concrete_fields
        if hasattr(value := getattr(record, field.attname), "isoformat")
    }
    return {"number": record.pk, **{name: getattr(record, name) for name in fields}, **days}
