"""What a form about a contact says in one go: a new one with part and acquaintance, or a correction of person and work."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vitalfew.ground.errors import Missing
from vitalfew.relationship.models import Position
from vitalfew.relationship.people import contacts, parts
from vitalfew.relationship.people.contacts import Who, Work
from vitalfew.trust.actors import Actor


@transaction.atomic
def welcome(
    *,
    account: int,
    who: Who,
    work: Work,
    by: Actor,
    at: datetime,
    kind: str = "",
    reason: str = "",
    known: bool = False,
) -> Position:
    """A new contact, the part they play where it is known, and that the actor knows them: all of it or nothing."""
    position = contacts.add_contact(account=account, who=who, work=work, by=by, at=at)
    if kind:
        parts.give_part(position=position.pk, kind=kind, reason=reason, by=by, at=at)
    if known and by.person is not None:
        parts.know(contact=position.contact_id, person=by.person, strength=2, by=by, at=at)
    return position


@transaction.atomic
def correct(
    *, position: Position, who: Who, work: Work, versions: tuple[int | None, int | None], by: Actor, at: datetime
) -> Position:  # fmt: skip
    """Correct who somebody is and what they do here; `versions` are those of contact and position that the form showed."""
    contacts.change_contact(contact=position.contact_id, who=who, by=by, at=at, version=versions[0])
    return contacts.change_work(position=position.pk, work=work, by=by, at=at, version=versions[1])


def position_at(*, account: int, position: int, by: Actor) -> Position:
    """A position of this account. Raises Missing for one elsewhere, hidden or not there at all."""
    found = contacts.seen_position(position, by)
    if found.account_id != account:
        raise Missing("There is no such contact, or you may not see it.")
    return found
