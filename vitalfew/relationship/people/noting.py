"""Touches by hand: one of us notes that we and the customer were in touch, and reads when that was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from vitalfew.ground.errors import Missing
from vitalfew.relationship.models import Position, Touch
from vitalfew.relationship.paging import Page, newest
from vitalfew.relationship.people.contacts import ContactRefused
from vitalfew.relationship.people.touches import note_touch
from vitalfew.selection import checks
from vitalfew.trust import audit
from vitalfew.trust.actors import Actor

KINDS = ("call", "meeting", "visit", "mail", "other")


@dataclass(frozen=True, slots=True)
class TouchShown:
    """We were in touch on a day: how, with whom of them (None: nobody noted), by whom of us, and the record that says so."""

    number: int
    on: date
    kind: str
    contact: int | None
    name: str
    by: str
    source: str


@transaction.atomic
def touch(*, account: int, on: date, kind: str, by: Actor, at: datetime, contact: int | None = None) -> Touch:
    """Note that the actor was in touch with an account, and with whom there. The same of one day is noted once.

    Raises ContactRefused, Missing for an account or a contact there that is hidden or does not exist.
    """
    customer = checks.seen(account, by)
    if kind not in KINDS:
        raise ContactRefused(_("“%(kind)s” is no kind of touch: say %(kinds)s. Nothing was noted.") % {"kind": kind, "kinds": ", ".join(KINDS)})  # fmt: skip
    if on > at.date():
        raise ContactRefused(_("A touch is noted on its day or later. Nothing was noted."))
    if contact is not None and not Position.objects.filter(account=customer, contact=contact).exists():
        raise Missing("There is no such contact, or you may not see it.")
    source, person = f"hand:{on}:{kind}", by.person.pk if by.person else None
    if known := Touch.objects.filter(account=customer, source=source, contact=contact, person=person).first():
        return known
    made = note_touch(account=account, on=on, kind=kind, source=source, contact=contact, person=person)
    told = {"kind": kind, "on": on.isoformat(), **({"contact": f"contact:{contact}"} if contact else {})}
    audit.record(by=by, at=at, verb="relationship.note_touch", target=f"customer:{account}", after=told)
    return made


def touches_of(*, account: int, by: Actor, after: str = "", size: int = 25) -> Page[TouchShown]:
    """When we and an account were in touch, the newest first. Raises Missing, MarkRefused."""
    rows = Touch.objects.select_related("contact", "person").filter(account=checks.seen(account, by))
    page = newest(rows, by="on", after=after, size=size)
    return Page(tuple(shown(row) for row in page.rows), page.next)


def shown(row: Touch) -> TouchShown:
    """A touch as doors tell it."""
    name, by = (str(row.contact) if row.contact else ""), (row.person.name if row.person else "")
    return TouchShown(row.pk, row.on, row.kind, row.contact_id, name, by, row.source)
