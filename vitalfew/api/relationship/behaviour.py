"""Routes of what orders show: price and loyalty of an account, prices that moved for it, and whether the levels stood their tests."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from vitalfew.api.actors import actor_of, person_of
from vitalfew.api.relationship.bodies import Account, Body, Day, Words
from vitalfew.ground import clock
from vitalfew.ledger.visibility import find_account
from vitalfew.relationship.behaviour import events, figures
from vitalfew.relationship.level.checked import checked

router = Router(tags=["relationship"])


class Moved(Body):
    """An account's prices moved on a day by so many thousandths (50: 5 % dearer), and on what; up to a year ahead."""

    account: Account
    on: Day
    thousandths: Annotated[int, Field(ge=-900, le=5000, strict=True)]
    words: Words


class Withdrawing(Body):
    """Why it was wrong."""

    reason: Words


@router.get(
    "/accounts/{path:account}/behaviour", response=dict[str, Any], summary="What an account's orders show of price and loyalty"
)  # fmt: skip
def behaviour(request: HttpRequest, account: str) -> dict[str, Any]:
    """Each figure with value, interval, n, date and why; without a value `missing` says what would be needed."""
    person = person_of(request)
    customer = find_account(account, person=person)
    return {"account": customer.key} | asdict(figures.account_behaviour(account=customer.pk, person=person))


@router.get(
    "/accounts/{path:account}/price-events", response=dict[str, Any], summary="Prices that moved for an account"
)
def price_events(request: HttpRequest, account: str) -> dict[str, Any]:
    """The newest first, each with the share of volume that is left beside that of all others."""
    person = person_of(request)
    customer = find_account(account, person=person)
    found = events.price_events(account=customer.pk, person=person, today=clock.now().date())
    return {"account": customer.key, "price_events": [asdict(one) for one in found]}


@router.post("/price-events", response={201: dict[str, Any]}, summary="Note a price that moved for an account")
def note(request: HttpRequest, body: Moved) -> Status[dict[str, Any]]:
    """It is evidence of our side from that day on, and judges no level by itself."""
    customer = find_account(body.account, person=person_of(request))
    made = events.note_price_event(
        account=customer.pk, on=body.on, thousandths=body.thousandths, words=body.words, by=actor_of(request), at=clock.now(),
    )  # fmt: skip
    return Status(201, {"number": made.pk, "account": customer.key})


@router.post(
    "/price-events/{int:number}/withdraw", response={201: dict[str, Any]}, summary="Withdraw a price that was noted wrongly"
)  # fmt: skip
def withdraw(request: HttpRequest, number: int, body: Withdrawing) -> Status[dict[str, Any]]:
    """It stays in the history with who took it back and why."""
    events.withdraw_price_event(number=number, reason=body.reason, by=actor_of(request), at=clock.now())
    return Status(201, {"number": number})


@router.get("/levels/tests", response=dict[str, Any], summary="Whether the levels can be trusted")
def tests(request: HttpRequest) -> dict[str, Any]:
    """Four tests on the firm's own ledger. One that cannot be made yet is null, and `missing` says what it needs."""
    return asdict(checked(person=person_of(request)))
