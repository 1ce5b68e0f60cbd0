"""Selection's verbs: designate, assign, review, release; each with a reason and a date, kept as history."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vitalfew.ledger.models import Customer
from vitalfew.selection import checks, leading
from vitalfew.selection.leading import SelectionRefused
from vitalfew.selection.models import KeyAccount, Lead, Review
from vitalfew.trust import audit, versions
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person

__all__ = ["SelectionRefused", "assign", "assign_team", "designate", "release", "review"]


@transaction.atomic
def designate(
    *, account: int, reason: str, by: Actor, at: datetime, manager: Person | None = None, deputy: Person | None = None
) -> KeyAccount:
    """Make an account a key account from today on, with whoever leads it if that is known already."""
    customer = checks.seen(account, by)
    reason = checks.reasoned(reason)
    versions.hold(Customer.objects.filter(pk=customer.pk))  # of two who designate it at once the second is told so
    if KeyAccount.objects.filter(account=customer, released_on=None).exists():
        raise SelectionRefused(f"{customer} is a key account already. Nothing was changed.")
    key = KeyAccount.objects.create(account=customer, designated_on=at.date(), reason=reason, designated_by=by.name)
    audit.record(by=by, at=at, verb="selection.designate", target=f"customer:{account}", after={"reason": reason})
    if manager or deputy:
        leading.give(customer=customer, manager=manager, deputy=deputy, reason=reason, by=by, at=at)
    return key


@transaction.atomic
def assign(*, account: int, person: Person, role: str, reason: str, by: Actor, at: datetime) -> Lead:
    """Give a key account its manager or deputy; who had the role before hands over on this day."""
    customer = checks.seen(account, by)
    reason = checks.reasoned(reason)
    checks.key(customer)
    if role not in Lead.Role.values:
        raise SelectionRefused(f"“{role}” is no role: say manager or deputy. Nothing was changed.")
    manager, deputy = (person if role == word else None for word in (Lead.Role.MANAGER, Lead.Role.DEPUTY))
    (lead,) = leading.give(customer=customer, manager=manager, deputy=deputy, reason=reason, by=by, at=at)
    return lead


@transaction.atomic
def assign_team(
    *, account: int, reason: str, by: Actor, at: datetime, manager: Person | None = None, deputy: Person | None = None
) -> tuple[Lead, ...]:  # fmt: skip
    """Give a key account its manager, its deputy or both at once: all of it or nothing."""
    customer = checks.seen(account, by)
    reason = checks.reasoned(reason)
    checks.key(customer)
    if not (manager or deputy):
        raise SelectionRefused("Say who: a manager, a deputy or both. Nothing was changed.")
    return leading.give(customer=customer, manager=manager, deputy=deputy, reason=reason, by=by, at=at)


@transaction.atomic
def review(*, account: int, outcome: str, reason: str, by: Actor, at: datetime) -> Review:
    """Note that somebody looked whether the account should stay key, and what came of it."""
    customer = checks.seen(account, by)
    checks.key(customer)
    if outcome not in Review.Outcome.values:
        raise SelectionRefused(
            f"“{outcome}” is no outcome: say {', '.join(Review.Outcome.values)}. Nothing was changed."
        )
    made = Review.objects.create(
        account=customer, reviewed_on=at.date(), outcome=outcome, reason=checks.reasoned(reason), reviewed_by=by.name
    )
    audit.record(
        by=by,
        at=at,
        verb="selection.review",
        target=f"customer:{account}",
        after={"outcome": outcome, "reason": made.reason},
    )
    return made


@transaction.atomic
def release(*, account: int, reason: str, by: Actor, at: datetime, version: int | None = None) -> KeyAccount:
    """End a designation and with it who leads; the account keeps its history."""
    customer = checks.seen(account, by)
    reason, key = checks.reasoned(reason), checks.key(customer)
    versions.save(key, expected=version, released_on=at.date(), release_reason=reason, released_by=by.name)
    for lead in Lead.objects.select_related("person").filter(account=customer, holds_until=None):
        leading.end(lead, on=at.date())
    audit.record(by=by, at=at, verb="selection.release", target=f"customer:{account}", after={"reason": reason})
    return key
