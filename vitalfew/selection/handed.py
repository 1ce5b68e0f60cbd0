"""Hand-over's reads: an account's hand-overs, who led it from when to when, and what a person leads today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from vitalfew.ground.errors import Missing
from vitalfew.ledger.visibility import may_see
from vitalfew.selection.models import HandOver, Lead
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class HandOverShown:
    """One hand-over. `waits` is true while the taker has not said that they read it and still holds what they took."""

    number: int
    account: int
    name: str
    role: str
    giver: str
    taker: str
    taker_email: str
    handed_on: date
    handed_by: str
    reason: str
    note: str
    taken_over_at: datetime | None
    waits: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Who had a role of an account, from a day until another (None: today still)."""

    name: str
    role: str
    holds_from: date
    holds_until: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Led:
    """An account that somebody leads today, and as what."""

    account: int
    key: str
    name: str
    role: str


def hand_overs(*, account: int) -> tuple[HandOverShown, ...]:
    """An account's hand-overs, the newest first; the caller has asked `visible_accounts` already."""
    return tuple(_shown(_rows().filter(account=account).order_by("-pk")))


def hand_over(*, account: int, number: int, person: Person | None) -> HandOverShown:
    """One hand-over of an account. Raises Missing where `person` may not see the account."""
    for row in _shown(_rows().filter(may_see(person), account=account, pk=number)):
        return row
    raise Missing("There is no such hand-over, or you may not see it.")


def waiting(*, person: Person) -> tuple[HandOverShown, ...]:
    """What was handed to a person and waits for their word, the oldest first."""
    rows = _rows().filter(may_see(person), taker=person, taken_over_at=None).order_by("pk")
    return tuple(row for row in _shown(rows) if row.waits)


def spans(*, account: int) -> tuple[Span, ...]:
    """Who led an account, the newest first."""
    rows = Lead.objects.select_related("person").filter(account=account).order_by("-holds_from", "-pk")
    return tuple(
        Span(row.person.name, Lead.Role(row.role).label, row.holds_from, row.holds_until, row.reason) for row in rows
    )


def led_by(*, leader: Person, person: Person | None) -> tuple[Led, ...]:
    """What `leader` leads today, of what `person` may see: managers' accounts first."""
    rows = Lead.objects.select_related("account").filter(may_see(person), person=leader, holds_until=None)
    return tuple(
        Led(row.account_id, row.account.key, str(row.account), Lead.Role(row.role).label)
        for row in rows.order_by("-role", "account__name", "account_id")
    )


def _rows() -> QuerySet[HandOver]:
    """Hand-overs, each with whether it is the newest of its role and whether its taker still holds the role."""
    same = {"account": OuterRef("account"), "role": OuterRef("role")}
    newer = HandOver.objects.filter(**same, pk__gt=OuterRef("pk"))
    holds = Lead.objects.filter(**same, person=OuterRef("taker"), holds_until=None)
    return HandOver.objects.select_related("account", "giver", "taker").annotate(
        newer=Exists(newer), holds=Exists(holds)
    )


def _shown(rows: Iterable[HandOver]) -> Iterable[HandOverShown]:
    for row in rows:
        open_still = row.taken_over_at is None and row.holds and not row.newer  # type: ignore[attr-defined]
        yield HandOverShown(
            number=row.pk,
            account=row.account_id,
            name=str(row.account),
            role=Lead.Role(row.role).label,
            giver=row.giver.name if row.giver else "",
            taker=row.taker.name,
            taker_email=row.taker.email,
            handed_on=row.handed_on,
            handed_by=row.handed_by,
            reason=row.reason,
            note=row.note,
            taken_over_at=row.taken_over_at,
            waits=open_still,
        )
