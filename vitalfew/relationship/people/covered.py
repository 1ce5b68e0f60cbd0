"""Whom we know at many accounts at once, on a day: contacts, functions, decision makers, and when we last spoke."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Max, Q, QuerySet

from vitalfew.relationship.models import Acquaintance, Part, Position, Touch

_NAMED = 5000  # beyond so many customers all rows are read: a statement must not name each


@dataclass(slots=True)
class Covered:
    """The contacts of an account by number: all, those that one of us knows, those who decide; functions by their word.

    `decider_touch` is the last day we spoke with somebody who decides, or who decided on that day.
    """

    contacts: set[int] = field(default_factory=set)
    known: set[int] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    deciders: set[int] = field(default_factory=set)
    decider_touch: date | None = None
    last_touch: date | None = None


class _Decided(NamedTuple):
    customer: int
    contact: int
    first: date
    last: date


class _Spoken(NamedTuple):
    customer: int
    contact: int | None
    last: date


def covered(groups: Mapping[int, Collection[int]], *, on: date) -> dict[int, Covered]:
    """Whom we know at each account with the customers below it; five queries however many. `groups` as in `holding`."""
    above = defaultdict(list)
    found = {account: Covered() for account in groups}
    for account, below in groups.items():
        for customer in below:
            above[customer].append(found[account])
    _positions(above, on)
    decided = _deciders(above, on)
    _touches(above, on)
    _former(above, decided, on)
    return found


def _positions(above: Mapping[int, list[Covered]], on: date) -> None:
    """The contacts with their functions; which of them somebody of us knows."""
    rows = _of(Position.objects.filter(Q(holds_until=None) | Q(holds_until__gt=on), holds_from__lte=on), above)
    held = list(rows.values_list("account_id", "contact_id", "function"))
    contacts = {contact for customer, contact, _function in held if customer in above}
    known = Acquaintance.objects.filter(person__is_active=True)
    met = set(_of(known, contacts, name="contact").values_list("contact_id", flat=True))
    for customer, contact, function in held:
        for one in above.get(customer, ()):
            one.contacts.add(contact)
            one.known |= {contact} & met
            one.functions |= {function} - {Position.Function.OTHER}


def _deciders(above: Mapping[int, list[Covered]], on: date) -> list[_Decided]:
    """Notes who decides on the day; who decided where, from and until which day, up to then."""
    rows = Part.objects.filter(kind=Part.Kind.DECIDES, holds_from__lte=on)
    names = ("position__account_id", "position__contact_id", "holds_from", "holds_until")
    decided = [_Decided(*row) for row in _of(rows, above, name="position__account").values_list(*names)]
    for part in decided:
        for one in above.get(part.customer, ()):
            if part.last >= on and part.contact in one.contacts:
                one.deciders.add(part.contact)
    return decided


def _touches(above: Mapping[int, list[Covered]], on: date) -> None:
    rows = _of(Touch.objects.filter(on__lte=on), above).values_list("account_id", "contact_id")
    for spoken in (_Spoken(*row) for row in rows.annotate(last=Max("on"))):
        for one in above.get(spoken.customer, ()):
            one.last_touch = max(one.last_touch or spoken.last, spoken.last)
            if spoken.contact in one.deciders:
                one.decider_touch = max(one.decider_touch or spoken.last, spoken.last)


def _former(above: Mapping[int, list[Covered]], decided: list[_Decided], on: date) -> None:
    """A word with somebody who decided on that day counts, though the part has ended since."""
    former = [part for part in decided if any(part.contact not in one.deciders for one in above.get(part.customer, ()))]
    if not former:
        return
    rows = _of(Touch.objects.filter(on__lte=on), {part.contact for part in former}, name="contact")
    for customer, contact, day in rows.values_list("account_id", "contact_id", "on").distinct():
        if any(part.contact == contact and part.first <= day <= part.last for part in former):
            for one in above.get(customer, ()):
                one.decider_touch = max(one.decider_touch or day, day)


def _of(rows: QuerySet[Any], found: Collection[int], name: str = "account") -> QuerySet[Any]:
    return rows.filter(**{f"{name}__in": list(found)}) if len(found) <= _NAMED else rows
