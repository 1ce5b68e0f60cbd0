"""Who leads an account: a role changes hands on a day, and nobody is one's own deputy."""

from __future__ import annotations

from datetime import date, datetime

from vitalfew.ground.errors import Refusal
from vitalfew.ledger.models import Customer
from vitalfew.selection.models import HandOver, Lead
from vitalfew.trust import access, audit, versions
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Grant, Person
from vitalfew.trust.rights import Right, Role


class SelectionRefused(Refusal):
    """The account is not in the state that this step needs."""


def give(
    *, customer: Customer, reason: str, by: Actor, at: datetime, manager: Person | None = None, deputy: Person | None = None, note: str = ""
) -> tuple[Lead, ...]:  # fmt: skip
    """Give an account a manager, a deputy or both; whoever had the role hands over on this day, which is kept as a record.

    `note` is what the next one must know.
    Call it inside the transaction of an operation, for an account that is key and that `by` may see.
    """
    if manager and manager == deputy:
        raise SelectionRefused(f"{manager} cannot be manager and deputy at once: name two people. Nothing was changed.")
    wanted = ((Lead.Role.MANAGER, manager), (Lead.Role.DEPUTY, deputy))
    return tuple(
        _give_role(customer=customer, person=person, role=role, reason=reason, note=note, by=by, at=at)
        for role, person in wanted
        if person
    )


def end(lead: Lead, *, on: date) -> None:
    """End a lead; it stays in the history. Whoever had it sees the account no more, unless they were let in apart."""
    versions.save(lead, expected=None, holds_until=on)
    access.end_lead(person=lead.person, account=lead.account_id, on=on)


def _give_role(
    *, customer: Customer, person: Person, role: Lead.Role, reason: str, note: str, by: Actor, at: datetime
) -> Lead:  # fmt: skip
    _may_lead(person)
    today = at.date()
    leads = {
        lead.role: lead for lead in Lead.objects.select_related("person").filter(account=customer, holds_until=None)
    }
    if role in leads and leads[role].person == person:
        raise SelectionRefused(f"{person} is {role.label} of {customer} already. Nothing was changed.")
    other = leads.get(Lead.Role.DEPUTY if role == Lead.Role.MANAGER else Lead.Role.MANAGER)
    if other and other.person == person:
        end(other, on=today)  # nobody is one's own deputy
    if role in leads:
        end(leads[role], on=today)
        HandOver.objects.create(
            account=customer, role=role, giver=leads[role].person, taker=person, handed_on=today, reason=reason, note=note, handed_by=by.name
        )  # fmt: skip
    lead = Lead.objects.create(
        account=customer, person=person, role=role, holds_from=today, reason=reason, assigned_by=by.name
    )
    access.grant(person=person, account=customer.pk, source=Grant.Source.LEAD, reason=reason, by=by.name, on=today)
    before = {"person": leads[role].person.email} if role in leads else {}
    after = {"role": str(role), "person": person.email, "reason": reason}
    audit.record(by=by, at=at, verb="selection.assign", target=f"customer:{customer.pk}", before=before, after=after)
    return lead


def _may_lead(person: Person) -> None:
    if not person.is_active:
        raise SelectionRefused(f"{person} is switched off and cannot lead an account. Nothing was changed.")
    if Right.REVIEW not in access.rights_of(person):
        raise SelectionRefused(
            f"{person} is {Role(person.role).label} here and cannot lead an account: an administrator can make them key account manager. Nothing was changed."
        )
