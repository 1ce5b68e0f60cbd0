"""The level an account is meant to reach: by when, why, and that below 4 on purpose is a decision like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.ledger.models import Customer
from vitalfew.relationship.models import TargetLevel
from vitalfew.selection import checks
from vitalfew.trust import audit, versions
from vitalfew.trust.actors import Actor


class TargetRefused(Refusal):
    """A target is a level from 1 to 4, a day to come and a reason. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class TargetShown:
    """The level an account is meant to reach, by when, why, and who said so; `version` guards changes."""

    level: int
    by: date
    reason: str
    set_on: date
    set_by: str
    version: int


@transaction.atomic
def set_target(
    *, account: int, level: int, by_day: date, reason: str, version: int | None, by: Actor, at: datetime
) -> TargetLevel:
    """Say which level an account is meant to reach by a day. What stood before ends and stays in the history.

    `version` is that of the target that was seen, None for a writer who saw none. Raises TargetRefused, StaleRecord,
    Missing for an account that is hidden or does not exist.
    """
    customer = checks.seen(account, by)
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    reason = " ".join(reason.split())[:400]
    if level not in range(1, 5):
        raise TargetRefused("A target is one of the levels 1 to 4. Nothing was changed.")
    if by_day <= at.date():
        raise TargetRefused("The day by which it is meant to be reached lies ahead. Nothing was changed.")
    if not reason:
        raise TargetRefused("Say why this level: a target has a reason. Nothing was changed.")
    before = TargetLevel.objects.filter(account=customer).order_by("-version").first()
    if before and before.ended_on is None:
        versions.save(before, expected=version, ended_on=at.date())
    # Versions count on over an account's targets: a form that showed the one before is seen to be stale.
    number = before.version + 1 if before else 1
    made = TargetLevel.objects.create(
        version=number,
        changed={"ended_on": number},
        account=customer,
        level=level,
        by=by_day,
        reason=reason,
        set_on=at.date(),
        set_by=by.name,
    )
    told = {"level": level, "by": by_day.isoformat(), "reason": reason}
    audit.record(by=by, at=at, verb="relationship.set_target", target=made.trail, after=told)
    return made


@transaction.atomic
def end_target(*, account: int, version: int | None, by: Actor, at: datetime) -> None:
    """Take the target back; it stays in the history. Raises Missing where there is none, StaleRecord."""
    customer = checks.seen(account, by)
    found = TargetLevel.objects.select_for_update(no_key=True).filter(account=customer, ended_on=None).first()
    if found is None:
        raise Missing("This account has no target level.")
    versions.save(found, expected=version, ended_on=at.date())
    audit.record(by=by, at=at, verb="relationship.end_target", target=found.trail, before={"level": found.level})


def target(*, account: int) -> TargetShown | None:
    """The target that stands, if any."""
    found = TargetLevel.objects.filter(account=account, ended_on=None).first()
    return shown(found) if found else None


def shown(row: TargetLevel) -> TargetShown:
    """A target as doors draw it."""
    return TargetShown(row.level, row.by, row.reason, row.set_on, row.set_by, row.version)
