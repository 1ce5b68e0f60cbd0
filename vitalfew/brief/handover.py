"""The hand-over pack: on one sheet what the next one must know of an account. Later steps add what they have written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vitalfew.ledger.queries import CustomerFacts, customer_facts
from vitalfew.selection import handed, hours
from vitalfew.selection.handed import HandOverShown, Span
from vitalfew.selection.hours import AccountHours
from vitalfew.selection.queries import AccountSelection, Event, account_selection
from vitalfew.trust.models import Person

DECISIONS = 8  # as many as fit on the sheet beside all the rest; the account page has them all


@dataclass(frozen=True, slots=True)
class HandOverPack:
    """What an account is, who led it and why, what was decided, what it takes, and the word of whoever hands it over.

    `mine` is true for the taker; `earlier` counts the decisions that the sheet has no room for.
    """

    handed: HandOverShown
    facts: CustomerFacts
    selection: AccountSelection
    hours: AccountHours
    led: tuple[Span, ...]
    decisions: tuple[Event, ...]
    earlier: int
    mine: bool


def hand_over_pack(*, account: int, number: int, person: Person | None, today: date) -> HandOverPack:
    """The pack of one hand-over. Raises Missing where `person` may not see the account, as for one that is not there."""
    shown = handed.hand_over(account=account, number=number, person=person)
    selection = account_selection(account=account, today=today)
    told = [event for event in selection.events if not event.who]  # who led stands in a table of its own
    decisions = sorted(told, key=lambda event: event.on)[::-1]  # of one day's the last one comes first
    return HandOverPack(
        handed=shown,
        facts=customer_facts(account=account, person=person, today=today),
        selection=selection,
        hours=selection.hours or hours.of_account(account=account, today=today),
        led=handed.spans(account=account),
        decisions=tuple(decisions[:DECISIONS]),
        earlier=max(len(decisions) - DECISIONS, 0),
        mine=person is not None and person.email == shown.taker_email,
    )
