"""All that is held on one person, as one document: what they may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction

from vitalfew.rounds.privacy import registers
from vitalfew.trust import audit
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What is held: `records` by "step.Record" and kind, `namesakes` how many others share the name, `sessions` open now."""

    person: str
    email: str
    as_of: datetime
    records: dict[str, dict[str, list[dict[str, Any]]]]
    namesakes: int
    sessions: int

    @property
    def name(self) -> str:
        """Whom it is held on."""
        return self.person

    def as_json(self) -> dict[str, Any]:
        """The document, with keys that stay."""
        return {
            "person": self.person,
            "email": self.email,
            "as_of": self.as_of.isoformat(),
            "note": _note(self.namesakes),
            "open_sessions": self.sessions,
            "records": self.records,
        }


@transaction.atomic
def export_person(*, person: Person, by: Actor, at: datetime) -> PersonalData:
    """Everything the registers find on a person; secrets are left out, as they say nothing about them."""
    audit.record(by=by, at=at, verb="trust.export_person", target=f"person:{person.pk}")
    records: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in registers.ALL:
        if row.kind not in registers.EXPORTED:
            continue
        found = [registers.told(record, row.fields) for record in registers.rows_on(row, person).iterator()]
        if found:
            records.setdefault(row.model, {}).setdefault(row.kind.value, []).extend(found)
    return PersonalData(person.name, person.email, at, records, registers.namesakes(person), _sessions(person, at))


def _sessions(person: Person, at: datetime) -> int:
    rows = Session.objects.filter(expire_date__gt=at).iterator()
    return sum(row.get_decoded().get("_auth_user_id") == str(person.pk) for row in rows)


def _note(namesakes: int) -> str:
    if not namesakes:
        return "Signatures and free text were found by name and e-mail address."
    return f"{namesakes} other people have the same name: signatures and free text found by name may be theirs."
