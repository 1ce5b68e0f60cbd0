"""Routes of the level: how accounts see us, one account's with its reasons, and the level it is meant to reach."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from hashlib import sha256
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from vitalfew.api import preconditions
from vitalfew.api.actors import actor_of, person_of
from vitalfew.ground import clock
from vitalfew.ledger.visibility import find_account
from vitalfew.relationship.level import targets
from vitalfew.relationship.level.listing import levels_page
from vitalfew.relationship.level.reasons import account_level
from vitalfew.relationship.level.targets import TargetShown
from vitalfew.relationship.level.told import LevelRow
from vitalfew.selection.state import state

router = Router(tags=["relationship"])
Level = Annotated[int, Field(ge=1, le=4, strict=True)]


class Filters(Schema):
    """Key accounts only, or those named at one level; `after` is the `next` of the page before."""

    model_config = ConfigDict(extra="forbid")
    keys_only: bool = False
    level: Annotated[int, Field(ge=1, le=4)] | None = None
    after: Annotated[str, Field(max_length=40)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 25


class Target(Schema):
    """The level an account is meant to reach by a day, and why; one below 4 on purpose is as good."""

    model_config = ConfigDict(extra="forbid")
    level: Level
    by: Annotated[date, Field(ge=date(1970, 1, 1), le=date(2199, 12, 31))]
    reason: Annotated[str, Field(max_length=400)]


@router.get("/levels", response=dict[str, Any], summary="How accounts see us, a page at a time")
def levels(request: HttpRequest, wanted: Query[Filters]) -> dict[str, Any]:
    """The likeliest level from the top; `level` is null where none is named, then `low` to `high` is all that is told."""
    page = levels_page(
        person=person_of(request), keys_only=wanted.keys_only, level=wanted.level, after=wanted.after, size=wanted.limit
    )  # fmt: skip
    return {
        "as_of": page.as_of, "missing": page.missing, "next": page.next, "levels": [_row(row) for row in page.rows],
    }  # fmt: skip


@router.get(
    "/accounts/{path:account}/level",
    response=dict[str, Any],
    summary="How an account sees us, and all that speaks for and against it",
)
def level(request: HttpRequest, account: str) -> dict[str, Any]:
    """Chances, range, weights of the evidence, the three views, target and history; `level` is null where none is named."""
    customer = find_account(account, person=person_of(request))
    told = asdict(account_level(account=customer.pk, person=person_of(request)))
    shown = told.pop("found") or {"level": None}
    return shown | told | {"account": customer.key}


@router.get(
    "/accounts/{path:account}/target",
    response=dict[str, Any],
    summary="The level an account is meant to reach",
    openapi_extra=preconditions.TAGGED,
)
def target(request: HttpRequest, response: HttpResponse, account: str) -> dict[str, Any] | HttpResponse:
    """Null where none is set. Its ETag goes with an edit as If-Match."""
    customer = find_account(account, person=person_of(request))
    stands = targets.target(account=customer.pk)
    mark = _mark(customer.pk, stands)
    response["ETag"] = preconditions.tag(mark)
    return preconditions.unchanged(request, mark) or _target(customer.key, stands)


@router.put(
    "/accounts/{path:account}/target",
    response=dict[str, Any],
    summary="Say which level an account is meant to reach",
    openapi_extra=preconditions.NEEDED,
)
def aim(request: HttpRequest, response: HttpResponse, account: str, body: Target) -> dict[str, Any]:
    """What stood before ends and stays in the history. If-Match names the target that was seen."""
    customer = find_account(account, person=person_of(request))
    with transaction.atomic():
        stands = _hold(request, customer.pk, {"level": body.level, "by": body.by, "reason": body.reason})
        targets.set_target(
            account=customer.pk, level=body.level, by_day=body.by, reason=body.reason,
            version=stands.version if stands else None, by=actor_of(request), at=clock.now(),
        )  # fmt: skip
    made = targets.target(account=customer.pk)
    response["ETag"] = preconditions.tag(_mark(customer.pk, made))
    return _target(customer.key, made)


@router.delete(
    "/accounts/{path:account}/target",
    response={204: None},
    summary="Take the target level back",
    openapi_extra=preconditions.NEEDED,
)
def unaim(request: HttpRequest, response: HttpResponse, account: str) -> Status[None]:
    """It stays in the history. If-Match names the target that was seen."""
    customer = find_account(account, person=person_of(request))
    with transaction.atomic():
        stands = _hold(request, customer.pk, {"level": None, "by": None, "reason": ""})
        targets.end_target(
            account=customer.pk, version=stands.version if stands else None, by=actor_of(request), at=clock.now()
        )  # fmt: skip
    response["ETag"] = preconditions.tag(_mark(customer.pk, None))
    return Status(204, None)


def _hold(request: HttpRequest, account: int, yours: dict[str, Any]) -> TargetShown | None:
    """Lock the account and let only an edit pass that was made on the target that stands; that target."""
    state(account=account, lock=True)
    stands = targets.target(account=account)
    now = {name: getattr(stands, name) if stands else None for name in yours}
    preconditions.hold(request, _mark(account, stands), yours=yours, now=now)
    return stands


def _target(account: str, stands: TargetShown | None) -> dict[str, Any]:
    return {"account": account, "target": asdict(stands) if stands else None}


def _mark(account: int, stands: TargetShown | None) -> str:
    """All that a target says, as a word: a later one that says the same is the same state."""
    if stands is None:
        return f"target-{account}.none"
    return f"target-{account}.{sha256(repr(stands).encode()).hexdigest()[:20]}"


def _row(row: LevelRow) -> dict[str, Any]:
    found = row.found
    return {
        "account": row.key,
        "name": row.name,
        "is_key": row.is_key,
        "as_of": found.as_of,
        "verdict": found.verdict,
        "level": found.level,
        "announced": found.announced,
        "likeliest": found.likeliest,
        "low": found.low,
        "high": found.high,
        "held": found.held,
        "chance": found.chance,
        "newest_answer": found.newest_answer,
        "forms": found.forms,
        "orders": found.orders,
        "lacking": found.lacking,
        "mixture": found.mixture,
        "target": row.target,
    }
