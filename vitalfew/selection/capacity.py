"""Capacity's verbs: plan the hours that an account takes, say how many a person has. Its reads stand in `hours`."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vitalfew.selection import checks
from vitalfew.selection.leading import SelectionRefused
from vitalfew.selection.models import Capacity, PlannedHours
from vitalfew.selection.rules import MOST_HOURS
from vitalfew.trust import access, audit, versions
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person
from vitalfew.trust.rights import Right, Role


@transaction.atomic
def plan_hours(*, account: int, hours: int, by: Actor, at: datetime, version: int | None = None) -> PlannedHours:
    """Plan how many hours a month the relationship with a key account takes, all our people together.

    `version` is the one the editor saw, 0 where nobody had planned yet. Raises StaleRecord where that changed meanwhile.
    """
    access.require(by, "selection.plan_hours")
    customer = checks.seen(account, by)
    checks.key(customer)
    _within(hours)
    plan, made = PlannedHours.objects.get_or_create(account=customer, defaults={"hours_a_month": hours})
    _write(plan, hours=hours, made=made, version=version, target=f"customer:{account}", by=by, at=at)
    return plan


@transaction.atomic
def set_capacity(*, person: Person, hours: int, by: Actor, at: datetime, version: int | None = None) -> Capacity:
    """Say how many hours a month a person has for relationships; `version` as in `plan_hours`."""
    access.require(by, "selection.set_capacity")
    if Right.REVIEW not in access.rights_of(person):
        state = Role(person.role).label if person.is_active else "switched off"
        raise SelectionRefused(
            f"{person} is {state} and leads no account, so has no hours for it. Nothing was changed."
        )
    _within(hours)
    told, made = Capacity.objects.get_or_create(person=person, defaults={"hours_a_month": hours})
    _write(told, hours=hours, made=made, version=version, target=f"person:{person.pk}", by=by, at=at)
    return told


def _write(
    record: PlannedHours | Capacity, *, hours: int, made: bool, version: int | None, target: str, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Write the hours and the trail, unless they stand so already: a second press of the button is no change."""
    if not made and record.hours_a_month == hours:
        return
    before = {} if made else {"hours_a_month": record.hours_a_month}
    if not made:
        versions.save(record, expected=version, hours_a_month=hours)
    verb = "selection.plan_hours" if isinstance(record, PlannedHours) else "selection.set_capacity"
    audit.record(by=by, at=at, verb=verb, target=target, before=before, after={"hours_a_month": hours})


def _within(hours: int) -> None:
    if not 0 <= hours <= MOST_HOURS:
        raise SelectionRefused(
            f"{hours} hours a month is not between 0 and {MOST_HOURS}: say a whole number. Nothing was changed."
        )
