"""Hand-over's verbs: pass an account, or all that a person leads, to the next one; and the next one's word that they read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from vitalfew.ground.errors import Missing
from vitalfew.ledger.models import Customer
from vitalfew.ledger.visibility import may_see
from vitalfew.selection import checks, leading
from vitalfew.selection.leading import SelectionRefused
from vitalfew.selection.models import HandOver, KeyAccount, Lead
from vitalfew.trust import access, audit
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person
from vitalfew.trust.versions import StaleRecord

__all__ = ["LONGEST_NOTE", "HandOver", "HandedOver", "hand_over", "hand_over_all", "take_over"]
LONGEST_NOTE = 4000


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What passed from one person to another at once; `ended` names accounts whose deputy left and whose manager took over."""

    handed: tuple[HandOver, ...]
    ended: tuple[str, ...]


@transaction.atomic
def hand_over(
    *, account: int, taker: Person, role: str, reason: str, by: Actor, at: datetime, note: str = "", giver: Person | None = None
) -> HandOver:  # fmt: skip
    """Pass one role of a key account on, with what the next one must know. `giver` is whom the form showed as having it.

    Raises StaleRecord where somebody else has it by now, SelectionRefused where nobody has: that is a first assignment.
    """
    access.require(by, "selection.hand_over")
    customer = checks.seen(account, by)
    reason, note = checks.reasoned(reason), _noted(note)
    checks.key(customer)
    if role not in Lead.Role.values:
        raise SelectionRefused(f"“{role}” is no role: say manager or deputy. Nothing was changed.")
    lead = (
        Lead.objects.select_related("person", "account").filter(account=customer, role=role, holds_until=None).first()
    )
    if lead is None:
        raise SelectionRefused(
            f"Nobody is {Lead.Role(role).label} of {customer}, so there is nothing to hand over: assign somebody. Nothing was changed."
        )
    if giver and giver != lead.person:
        raise StaleRecord(yours={"giver": giver.name}, theirs={"giver": lead.person.name})
    if role == Lead.Role.DEPUTY and _manages(taker, customer):
        raise SelectionRefused(
            f"{taker} is key account manager of {customer} already and cannot be their own deputy. Nothing was changed."
        )
    return _hand(lead, taker=taker, reason=reason, note=note, by=by, at=at)


@transaction.atomic
def hand_over_all(
    *, giver: Person, taker: Person, reason: str, by: Actor, at: datetime, note: str = ""
) -> HandedOver:  # fmt: skip
    """Pass on all that a person leads, as when they leave the firm: every account or none.

    Where the taker is an account's manager already, the giver's place as deputy ends and stays empty.
    """
    access.require(by, "selection.hand_over")
    reason, note = checks.reasoned(reason), _noted(note)
    if giver == taker:
        raise SelectionRefused(f"{giver} cannot hand over to themselves: choose somebody else. Nothing was changed.")
    leads = _held(giver, by)
    if not leads:
        raise SelectionRefused(f"{giver} leads no account, so there is nothing to hand over. Nothing was changed.")
    handed, ended = [], []
    for lead in leads:
        if lead.role == Lead.Role.DEPUTY and _manages(taker, lead.account):
            leading.end(lead, on=at.date())
            _told(lead, None, reason, by, at)
            ended.append(str(lead.account))
        else:
            handed.append(_hand(lead, taker=taker, reason=reason, note=note, by=by, at=at))
    return HandedOver(tuple(handed), tuple(ended))


@transaction.atomic
def take_over(*, hand_over: int, by: Actor, at: datetime) -> HandOver:
    """The taker's word that they have read what was handed to them: theirs alone, and once."""
    found = HandOver.objects.select_related("taker", "account").filter(may_see(by.person), pk=hand_over).first()
    if found is None:
        raise Missing("There is no such hand-over, or you may not see it.")
    if by.person != found.taker:
        raise SelectionRefused(f"Only {found.taker} can say that they have read it. Nothing was changed.")
    if not HandOver.objects.filter(pk=found.pk, taken_over_at=None).update(taken_over_at=at):
        raise SelectionRefused(f"{found.taker} has taken {found.account} over already. Nothing was changed.")
    audit.record(
        by=by,
        at=at,
        verb="selection.take_over",
        target=f"customer:{found.account_id}",
        after={"hand_over": found.pk, "role": found.role},
    )
    found.taken_over_at = at
    return found


def _hand(lead: Lead, *, taker: Person, reason: str, note: str, by: Actor, at: datetime) -> HandOver:
    role = Lead.Role(lead.role)
    manager, deputy = (taker if role == word else None for word in (Lead.Role.MANAGER, Lead.Role.DEPUTY))
    leading.give(customer=lead.account, manager=manager, deputy=deputy, reason=reason, note=note, by=by, at=at)
    _told(lead, taker, reason, by, at)
    return (
        HandOver.objects.select_related("account", "giver", "taker")
        .filter(account=lead.account, role=role)
        .latest("pk")
    )


def _told(lead: Lead, taker: Person | None, reason: str, by: Actor, at: datetime) -> None:
    """The trail names who and why; the note is content and stays with the record."""
    audit.record(
        by=by,
        at=at,
        verb="selection.hand_over",
        target=f"customer:{lead.account_id}",
        before={"role": lead.role, "person": lead.person.email},
        after={"role": lead.role, "person": taker.email if taker else None, "reason": reason},
    )


def _held(person: Person, by: Actor) -> list[Lead]:
    """All leads of a person that the actor may see, as manager first; their accounts are locked before they are read."""
    rows = Lead.objects.filter(may_see(by.person), person=person, holds_until=None)
    accounts = list(rows.values_list("account_id", flat=True))
    list(
        KeyAccount.objects.select_for_update(no_key=True).filter(account__in=accounts, released_on=None).order_by("pk")
    )
    return list(rows.select_related("person", "account").order_by("-role", "account_id"))


def _manages(person: Person, customer: Customer) -> bool:
    held = Lead.objects.filter(account=customer, person=person, role=Lead.Role.MANAGER, holds_until=None)
    return held.exists()


def _noted(note: str) -> str:
    note = note.replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        raise SelectionRefused(
            f"The note has {len(note)} characters and may have {LONGEST_NOTE}: shorten it, or put the rest into a file. Nothing was changed."
        )
    return note
