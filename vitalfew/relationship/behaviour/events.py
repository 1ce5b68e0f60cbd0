"""Prices that moved for an account: noted by one of us, withdrawn when wrong, each with the volume before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.ground.figure import Figure
from vitalfew.ledger import batches, runs
from vitalfew.ledger.models import AccountTotals, Customer
from vitalfew.ledger.visibility import let_see, may_see
from vitalfew.relationship.behaviour import volume
from vitalfew.relationship.evidence.recording import put, renew
from vitalfew.relationship.models import Evidence, PriceEvent
from vitalfew.relationship.models.evidence import Side
from vitalfew.selection import checks
from vitalfew.trust import audit
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person

LEAST, MOST = -900, 5_000
AHEAD = timedelta(days=366)
COUNTS_FOR = timedelta(days=365)  # as evidence, as long as an answer does: a price that moved is no state
# What one of us typed is ours, though it is about a price: behaviour is only what the ledger's own lines show.
KIND, SIDE = "price_moved", Side.OURS


class PriceEventRefused(Refusal):
    """A price that moved has a day, a change and what it was on. Nothing was noted."""


@dataclass(frozen=True, slots=True)
class PriceEventShown:
    """A price that moved by so many thousandths and on what, who noted it, and what the account's volume did.

    `ahead` is true while its day is still to come. `volume` is the share of the volume before that is left after.
    """

    number: int
    on: date
    thousandths: int
    words: str
    noted_at: datetime
    noted_by: str
    ahead: bool
    volume: Figure


@transaction.atomic
def note_price_event(*, account: int, on: date, thousandths: int, words: str, by: Actor, at: datetime) -> PriceEvent:
    """Note that the account's prices moved on a day by so many thousandths (50: 5 % dearer), and in words on what.

    It may lie up to a year ahead. It is evidence of our side from that day on, and judges no level by itself.
    Raises PriceEventRefused, Missing for an account that is hidden or does not exist.
    """
    customer = checks.seen(account, by)
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    words = " ".join(words.split())[:400]
    _sound(on, thousandths, words, at.date())
    asked = {"account": customer, "on": on, "thousandths": thousandths, "words": words}
    if known := PriceEvent.objects.filter(**asked, withdrawn_at=None).first():
        raise PriceEventRefused(f"{known.noted_by} noted this price already. Nothing was noted.")
    made = PriceEvent.objects.create(**asked, noted_at=at, noted_by=by.name)
    put(_evidence(made))
    told = {"number": made.pk, "on": on.isoformat(), "thousandths": thousandths, "words": words}
    audit.record(by=by, at=at, verb="relationship.note_price_event", target=f"customer:{customer.pk}", after=told)
    return made


@transaction.atomic
def withdraw_price_event(*, number: int, reason: str, by: Actor, at: datetime) -> PriceEvent:
    """Take back a price that was noted wrongly, and the evidence with it; both stay in the history with who and why.

    Raises PriceEventRefused, Missing for one that does not exist or of an account that is hidden.
    """
    found = PriceEvent.objects.select_for_update(no_key=True).filter(may_see(by.person), pk=number).first()
    if found is None:
        raise Missing("There is no such price, or you may not see it.")
    if found.withdrawn_at:
        raise PriceEventRefused(f"{found.withdrawn_by} withdrew this price already. Nothing was changed.")
    reason = " ".join(reason.split())[:400]
    if not reason:
        raise PriceEventRefused("Say why the price is withdrawn. Nothing was changed.")
    found.withdrawn_at, found.withdrawn_by, found.withdrawn_because = at, by.name, reason
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    renew(account=found.account_id, source=_source(found), drafts=(), because=reason, by=by.name, at=at)
    told, target = {"number": number, "reason": reason}, f"customer:{found.account_id}"
    audit.record(by=by, at=at, verb="relationship.withdraw_price_event", target=target, after=told)
    return found


def price_events(*, account: int, person: Person | None, today: date) -> tuple[PriceEventShown, ...]:
    """The prices that moved for an account, newest first. Raises Missing for one that is hidden or does not exist."""
    let_see(account, person)
    rows = list(PriceEvent.objects.filter(account=account, withdrawn_at=None).order_by("-on", "-pk"))
    run = runs.current() if rows else None
    totals = AccountTotals.objects.filter(run=run, account=account).first() if run else None
    bought = volume.bought(run, totals) if run and totals else None
    return tuple(_shown(row, volume.left(bought, row.on, row.thousandths, _others(row, rows)), today) for row in rows)


def _shown(row: PriceEvent, left: Figure, today: date) -> PriceEventShown:
    return PriceEventShown(
        number=row.pk,
        on=row.on,
        thousandths=row.thousandths,
        words=row.words,
        noted_at=row.noted_at,
        noted_by=row.noted_by,
        ahead=row.on > today,
        volume=left,
    )


def _others(row: PriceEvent, rows: Sequence[PriceEvent]) -> tuple[date, ...]:
    return tuple(other.on for other in rows if other.pk != row.pk)


def _sound(on: date, thousandths: int, words: str, today: date) -> None:
    first = batches.first_day()
    if first is None:
        raise PriceEventRefused("The ledger is empty, so no price can have moved in it. Nothing was noted.")
    if not first <= on <= today + AHEAD:
        raise PriceEventRefused(
            f"The day lies between {first}, when the ledger begins, and one year from now. Nothing was noted."
        )
    if thousandths == 0 or not LEAST <= thousandths <= MOST:
        raise PriceEventRefused("A price moves by −90 % to +500 %, and not by nothing. Nothing was noted.")
    if not words:
        raise PriceEventRefused("Say which price moved: all of them, a group of goods, a contract. Nothing was noted.")


def _source(row: PriceEvent) -> str:
    return f"price_event:{row.pk}"


def _evidence(row: PriceEvent) -> Evidence:
    return Evidence(
        account_id=row.account_id, kind=KIND, side=SIDE, value={"thousandths": row.thousandths}, words=row.words,
        holds_from=row.on, holds_until=row.on + COUNTS_FOR, source=_source(row),
        recorded_at=row.noted_at, recorded_by=row.noted_by,
    )  # fmt: skip
