"""What we think of contacts: the part they play, how much they count, how they stand to us; each with a reason and an end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from vitalfew.ground.errors import Missing
from vitalfew.relationship.models import Acquaintance, Opinion, Part
from vitalfew.relationship.people.contacts import ContactRefused, seen_contact, seen_position
from vitalfew.trust import audit, versions
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person
from vitalfew.trust.rights import Right

HOLDS = timedelta(days=365)
STRENGTHS = (1, 2, 3)
INFLUENCES = (1, 2, 3)
_OPINION = "That somebody blocks us is an opinion: it needs the right to opinions about people. Nothing was changed."


@transaction.atomic
def give_part(
    *, position: int, kind: str, reason: str, by: Actor, at: datetime, until: date | None = None
) -> Part:  # fmt: skip
    """Note the part a contact plays from today on, for a year unless said; the same part again renews it.

    Calling somebody a blocker is an opinion about them and needs the right to opinions.
    """
    found = seen_position(position, by)
    if kind not in Part.Kind.values:
        raise ContactRefused(f"“{kind}” is no part: say {', '.join(Part.Kind.values)}. Nothing was changed.")
    if kind == Part.Kind.BLOCKS and Right.OPINIONS not in by.rights:
        raise ContactRefused(_OPINION)
    end = _end(until, at)
    _end_earlier(Part.objects.filter(position=found, kind=kind), at.date())
    made = Part.objects.create(
        position=found, kind=kind, reason=_reason(reason), holds_from=at.date(), holds_until=end, given_by=by.name
    )
    # The reason is what we think of a person: it stands in its own record, which ends, and not in the trail.
    told = {"contact": f"contact:{found.contact_id}", "kind": kind}
    audit.record(by=by, at=at, verb="relationship.give_part", target=found.trail, after=told)
    return made


@transaction.atomic
def end_part(*, account: int, part: int, by: Actor, at: datetime) -> Part:
    """A contact plays a part no more, from today on."""
    found = Part.objects.select_related("position").filter(pk=part, position__account=account).first()
    if found is None:
        raise Missing("There is no such contact, or you may not see it.")
    position = seen_position(found.position_id, by)
    if found.kind == Part.Kind.BLOCKS and Right.OPINIONS not in by.rights:
        raise ContactRefused(_OPINION)
    _end_earlier(Part.objects.filter(pk=part), at.date())
    told = {"contact": f"contact:{position.contact_id}", "kind": found.kind}
    audit.record(by=by, at=at, verb="relationship.end_part", target=position.trail, after=told)
    return found


@transaction.atomic
def judge_contact(
    *, position: int, influence: int, attitude: int, reason: str, by: Actor, at: datetime, until: date | None = None
) -> Opinion:
    """Note how much a contact counts (1 to 3) and how they stand to us (-1 to 1), for a year unless said."""
    found = seen_position(position, by)
    if influence not in INFLUENCES or attitude not in Opinion.Attitude.values:
        raise ContactRefused("Influence is 1 to 3, attitude -1, 0 or 1. Nothing was changed.")
    end = _end(until, at)
    _end_earlier(Opinion.objects.filter(position=found), at.date())
    made = Opinion.objects.create(
        position=found, influence=influence, attitude=attitude, reason=_reason(reason), holds_from=at.date(), holds_until=end, given_by=by.name,
    )  # fmt: skip
    # What was thought of a person stands in its own record, which ends; the trail says only that it was noted.
    told = {"contact": f"contact:{found.contact_id}"}
    audit.record(by=by, at=at, verb="relationship.judge_contact", target=found.trail, after=told)
    return made


@transaction.atomic
def know(*, contact: int, person: Person, strength: int, by: Actor, at: datetime) -> Acquaintance | None:
    """Note that one of us knows a contact: 1 has met, 2 knows, 3 can call any time; 0 takes it back."""
    found = seen_contact(contact, by)
    if strength not in (0, *STRENGTHS):
        raise ContactRefused("Say 0 to 3: how well they know each other. Nothing was changed.")
    told = {"person": person.email, "strength": strength}
    audit.record(by=by, at=at, verb="relationship.know", target=found.trail, after=told)
    if strength == 0:
        Acquaintance.objects.filter(contact=found, person=person).delete()
        return None
    row, made = Acquaintance.objects.get_or_create(contact=found, person=person, defaults={"strength": strength})
    if not made:
        versions.save(row, expected=None, strength=strength)
    return row


def _end_earlier(rows: QuerySet[Any], today: date) -> None:
    """What was thought until yesterday ends there; what was first noted today was a slip and goes."""
    rows.filter(holds_from=today).delete()
    rows.filter(holds_until__gte=today).update(holds_until=today - timedelta(days=1))


def _end(until: date | None, at: datetime) -> date:
    end = until or (at + HOLDS).date()
    if end <= at.date() or end > (at + 2 * HOLDS).date():
        raise ContactRefused("An opinion ends on a day to come, within two years. Nothing was changed.")
    return end


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())[:400]
    if not reason:
        raise ContactRefused("Say what makes you think so. Nothing was changed.")
    return reason
