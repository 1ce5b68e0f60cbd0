"""Routes of selection: concentration, ranking, designations, leads, reviews, releases."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from vitalfew.api import capacity, preconditions
from vitalfew.api.actors import actor_of, person_of
from vitalfew.ground import clock
from vitalfew.ledger.visibility import find_account
from vitalfew.selection import finding, operations, queries
from vitalfew.selection.listing import Wanted
from vitalfew.selection.state import State, state
from vitalfew.trust.people import find_person

router = Router(tags=["selection"])
router.add_router("", capacity.router)
Words = Annotated[str, Field(max_length=400)]


class Body(Schema):
    """A body that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid")
    account: Annotated[str, Field(max_length=120)]
    reason: Words


class Designation(Body):
    """Make an account key."""

    manager: Words = ""
    deputy: Words = ""


class Assignment(Body):
    """Give a key account its manager or deputy."""

    person: Words
    role: Literal["manager", "deputy"] = "manager"


class Reviewed(Body):
    """Note that a key account was looked at."""

    outcome: Literal["keep", "invest", "harvest", "watch"]


class Release(Body):
    """End a designation."""


class Concentrated(Schema):
    """Over which months up to the ledger's last day (0: all of it), by what, and at which level of the customer tree."""

    model_config = ConfigDict(extra="forbid")
    months: Annotated[int, Field(ge=0, le=600)] = 0
    by: Literal["revenue", "margin"] = "revenue"
    level: Literal["customer", "firm", "group"] = "customer"


class Filters(Schema):
    """Which accounts, in which order; `after` is the `next` of the page before."""

    model_config = ConfigDict(extra="forbid")
    search: Words = ""
    show: Literal["", "key", "candidates", "unled", "quiet"] = ""
    manager: Words = ""
    country: Words = ""
    sort: Literal["rank", "-rank", "net", "-net", "chance", "-chance", "moved", "-moved", "last", "-last"] = "rank"
    after: Words = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 25


@router.get("/concentration", response=dict[str, Any], summary="How much of the sales the largest customers make")
def concentration(request: HttpRequest, wanted: Query[Concentrated]) -> dict[str, Any]:
    """Measured on the ledger as it stands, as of its last day; money in minor units, shares with 90 % intervals."""
    return finding.concentration_now(
        person=person_of(request), months=wanted.months, basis=wanted.by, level=wanted.level, today=clock.now().date()
    ).as_json()


@router.get("/accounts", response=dict[str, Any], summary="Customers by rank, a page at a time")
def accounts(request: HttpRequest, wanted: Query[Filters]) -> dict[str, Any]:
    """Rank with its 80 % interval, chance of the top fifth, 12 months' net, who leads."""
    chosen = Wanted(wanted.search, wanted.show, wanted.manager, wanted.country, wanted.sort, wanted.after)
    page = queries.portfolio(person=person_of(request), wanted=chosen, size=wanted.limit)
    return {"as_of": page.as_of, "total": page.total, "next": page.next, "accounts": [_row(row) for row in page.rows]}


@router.get(
    "/accounts/{path:account}/selection",
    response=dict[str, Any],
    summary="Whether an account is key and who leads it",
    openapi_extra=preconditions.TAGGED,
)
def selection(request: HttpRequest, response: HttpResponse, account: str) -> dict[str, Any] | HttpResponse:
    """What can be edited of it, with its ETag: send that as If-Match with an edit."""
    found = state(account=find_account(account, person=person_of(request)).pk)
    response["ETag"] = preconditions.tag(found.mark)
    return preconditions.unchanged(request, found.mark) or _state(found)


@router.post(
    "/designations",
    response={201: dict[str, Any]},
    summary="Designate a key account",
    openapi_extra=preconditions.TAGGED,
)
def designate(request: HttpRequest, response: HttpResponse, body: Designation) -> Status[dict[str, Any]]:
    """Make a customer a key account, with whoever leads it."""
    people = {role: find_person(word) for role in ("manager", "deputy") if (word := getattr(body, role))}
    account = find_account(body.account, person=person_of(request)).pk
    operations.designate(account=account, reason=body.reason, by=actor_of(request), at=clock.now(), **people)
    return _made(response, account)


@router.post(
    "/leads",
    response={201: dict[str, Any]},
    summary="Assign a manager or deputy",
    openapi_extra=preconditions.NEEDED,
)
def assign(request: HttpRequest, response: HttpResponse, body: Assignment) -> Status[dict[str, Any]]:
    """From today on this person leads; who led before hands over. If-Match names the state this was decided on."""
    account = find_account(body.account, person=person_of(request)).pk
    person = find_person(body.person)
    with transaction.atomic():
        _hold(request, account, {body.role: person.email})
        operations.assign(
            account=account, person=person, role=body.role, reason=body.reason, by=actor_of(request), at=clock.now()
        )
    return _made(response, account)


@router.post(
    "/reviews", response={201: dict[str, Any]}, summary="Note a review", openapi_extra=preconditions.TAGGED
)  # fmt: skip
def review(request: HttpRequest, response: HttpResponse, body: Reviewed) -> Status[dict[str, Any]]:
    """Keep, invest, harvest or watch, with a reason."""
    account = find_account(body.account, person=person_of(request)).pk
    operations.review(account=account, outcome=body.outcome, reason=body.reason, by=actor_of(request), at=clock.now())
    return _made(response, account)


@router.post(
    "/releases",
    response={201: dict[str, Any]},
    summary="Release a key account",
    openapi_extra=preconditions.NEEDED,
)
def release(request: HttpRequest, response: HttpResponse, body: Release) -> Status[dict[str, Any]]:
    """End a designation and its leads; the history stays. If-Match names the state this was decided on."""
    account = find_account(body.account, person=person_of(request)).pk
    with transaction.atomic():
        _hold(request, account, {"is_key": False, "manager": "", "deputy": ""})
        operations.release(account=account, reason=body.reason, by=actor_of(request), at=clock.now())
    return _made(response, account)


def _hold(request: HttpRequest, account: int, yours: dict[str, Any]) -> None:
    """Lock the account's selection and let only an edit pass that was made on the state that stands."""
    found = state(account=account, lock=True)
    preconditions.hold(request, found.mark, yours=yours, now={name: getattr(found, name) for name in yours})


def _made(response: HttpResponse, account: int) -> Status[dict[str, Any]]:
    """Selection's part of the account, and the tag of its state, so that the next edit needs no reading first."""
    response["ETag"] = preconditions.tag(state(account=account).mark)
    return Status(201, asdict(queries.account_selection(account=account, today=clock.now().date())))


def _state(found: State) -> dict[str, Any]:
    told = asdict(found)
    del told["mark"]
    return told


def _row(row: queries.AccountRow) -> dict[str, Any]:
    return {
        "account": row.key,
        "name": row.name,
        "country": row.country,
        "rank": row.rank,
        "low": row.low,
        "high": row.high,
        "chance": row.chance,
        "moved": row.moved,
        "net_12_months": row.net_12_months.minor,
        "currency": row.net_12_months.currency,
        "share": row.share,
        "months": row.months,
        "last_day": row.last_day,
        "is_key": row.is_key,
        "manager": row.manager.email if row.manager else None,
        "deputy": row.deputy.email if row.deputy else None,
    }
