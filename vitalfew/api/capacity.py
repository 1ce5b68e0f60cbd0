"""Routes of capacity and hand-over: what each manager has left, planned hours, accounts that pass to the next one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from vitalfew.api import preconditions
from vitalfew.api.actors import actor_of, person_of
from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.ledger.visibility import find_account
from vitalfew.selection import capacity, handing, hours
from vitalfew.selection.hours import AccountHours
from vitalfew.selection.rules import MOST_HOURS
from vitalfew.selection.state import state
from vitalfew.trust.people import find_person

router = Router(tags=["selection"])
Words = Annotated[str, Field(max_length=400)]


class HandOverUnclear(Refusal):
    """Name one account, or in all_of the person whose accounts all pass on; not both. Nothing was changed."""


class Hours(Schema):
    """Plan the hours a month that a key account takes, all our people together."""

    model_config = ConfigDict(extra="forbid")
    account: Annotated[str, Field(max_length=120)]
    hours: Annotated[int, Field(ge=0, le=MOST_HOURS, strict=True)]


class HandingOver(Schema):
    """Pass one account on, or all that a person leads; with `giver`, only while it is that person who has the role."""

    model_config = ConfigDict(extra="forbid")
    to: Words
    reason: Words
    account: Annotated[str, Field(max_length=120)] = ""
    role: Literal["manager", "deputy"] = "manager"
    giver: Words = ""
    all_of: Words = ""
    note: Annotated[str, Field(max_length=handing.LONGEST_NOTE)] = ""


class TakingOver(Schema):
    """The taker's word that they have read a hand-over."""

    model_config = ConfigDict(extra="forbid")
    hand_over: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]


@router.get("/capacity", response=dict[str, Any], summary="Hours a month each manager has, has planned and has left")
def left(request: HttpRequest) -> dict[str, Any]:
    """Everybody who may lead for one who sees every account; one's own row for the others."""
    rows = hours.managers(person=person_of(request), today=clock.now().date())
    return {"managers": [row.as_json() for row in rows]}


@router.get(
    "/accounts/{path:account}/hours",
    response=dict[str, Any],
    summary="The hours a month that an account is planned to take",
    openapi_extra=preconditions.TAGGED,
)
def account_hours(request: HttpRequest, response: HttpResponse, account: str) -> dict[str, Any] | HttpResponse:
    """Planned or assumed, with its ETag: send that as If-Match with another plan."""
    customer = find_account(account, person=person_of(request))
    found = hours.of_account(account=customer.pk, today=clock.now().date())
    response["ETag"] = preconditions.tag(_mark(customer.pk, found))
    return preconditions.unchanged(request, _mark(customer.pk, found)) or _hours(customer.key, found)


@router.post(
    "/hours", response={201: dict[str, Any]}, summary="Plan an account's hours", openapi_extra=preconditions.NEEDED
)  # fmt: skip
def plan_hours(request: HttpRequest, response: HttpResponse, body: Hours) -> Status[dict[str, Any]]:
    """From now on so many hours a month. If-Match names the state this was decided on."""
    customer, at = find_account(body.account, person=person_of(request)), clock.now()
    with transaction.atomic():
        state(account=customer.pk, lock=True)
        now = hours.of_account(account=customer.pk, today=at.date())
        yours, theirs = {"hours": body.hours}, {"hours": now.hours if now.version else None}
        preconditions.hold(request, _mark(customer.pk, now), yours=yours, now=theirs)
        capacity.plan_hours(account=customer.pk, hours=body.hours, by=actor_of(request), at=at)
    found = hours.of_account(account=customer.pk, today=at.date())
    response["ETag"] = preconditions.tag(_mark(customer.pk, found))
    return Status(201, _hours(customer.key, found))


@router.post("/handovers", response={201: dict[str, Any]}, summary="Hand an account, or all of a person's, over")
def hand_over(request: HttpRequest, body: HandingOver) -> Status[dict[str, Any]]:
    """From today on the taker leads; all of a person's accounts pass or none does. `giver` guards against a stale view."""
    if bool(body.account) == bool(body.all_of):
        raise HandOverUnclear(str(HandOverUnclear.__doc__))
    taker, by, at = find_person(body.to), actor_of(request), clock.now()
    if body.all_of:
        done = handing.hand_over_all(
            giver=find_person(body.all_of), taker=taker, reason=body.reason, note=body.note, by=by, at=at
        )
        return Status(201, {"hand_overs": [_told(one) for one in done.handed], "without_deputy": done.ended})
    account = find_account(body.account, person=by.person).pk
    giver = find_person(body.giver) if body.giver else None
    made = handing.hand_over(
        account=account, taker=taker, role=body.role, giver=giver, reason=body.reason, note=body.note, by=by, at=at
    )
    return Status(201, {"hand_overs": [_told(made)], "without_deputy": []})


@router.post("/takeovers", response={201: dict[str, Any]}, summary="Say that you have read a hand-over")
def take_over(request: HttpRequest, body: TakingOver) -> Status[dict[str, Any]]:
    """Its taker only, and once."""
    made = handing.take_over(hand_over=body.hand_over, by=actor_of(request), at=clock.now())
    return Status(201, _told(made))


def _mark(account: int, found: AccountHours) -> str:
    return f"hours-{account}.{found.version}"


def _hours(key: str, found: AccountHours) -> dict[str, Any]:
    return {"account": key, "hours": found.hours, "assumed": not found.version}


def _told(made: handing.HandOver) -> dict[str, Any]:
    return {
        "hand_over": made.pk,
        "account": made.account.key,
        "role": made.role,
        "giver": made.giver.email if made.giver else None,
        "taker": made.taker.email,
        "handed_on": made.handed_on,
        "reason": made.reason,
        "note": made.note,
        "taken_over_at": made.taken_over_at,
    }
