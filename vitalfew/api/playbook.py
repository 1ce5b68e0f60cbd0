"""Routes of the playbook: the stage of every key account, one account's with its gate and reasons, and passing a gate."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from vitalfew.api.actors import actor_of, person_of
from vitalfew.api.relationship.bodies import Turned, cut
from vitalfew.ground import clock
from vitalfew.ledger.visibility import find_account
from vitalfew.playbook import moving
from vitalfew.playbook.showing import row_as_json, told_as_json
from vitalfew.playbook.told import in_order, rows_of, stage_of

router = Router(tags=["playbook"])


class Passing(Schema):
    """Through which gate: that of the stage (0 to 4) in which you saw the account; and why, in your words."""

    model_config = ConfigDict(extra="forbid")
    stage: Annotated[int, Field(ge=0, le=4, strict=True)]
    words: Annotated[str, Field(max_length=4000)]


@router.get("/stages", response=dict[str, Any], summary="The stage of key accounts, a page at a time")
def stages(request: HttpRequest, wanted: Query[Turned]) -> dict[str, Any]:
    """The highest stage first; `missing` says what keeps the gate shut, "" where it is open or there is none."""
    page, following = cut(in_order(person=person_of(request)), wanted, name=lambda key: key.key)
    rows = rows_of(page, today=clock.now().date())
    return {"next": following, "stages": [row_as_json(row) for row in rows]}


@router.get(
    "/accounts/{path:account}/stage", response=dict[str, Any], summary="The stage of an account, with all its reasons"
)
def stage(request: HttpRequest, account: str) -> dict[str, Any]:
    """Its gate item by item with the evidence behind each, what makes it fall, the level beside it, and every move."""
    person = person_of(request)
    customer = find_account(account, person=person)
    told = stage_of(account=customer.pk, person=person, today=clock.now().date())
    return {"account": customer.key, "name": str(customer)} | told_as_json(told)


@router.post(
    "/accounts/{path:account}/stage/pass", response={201: dict[str, Any]}, summary="Take an account through its gate"
)
def pass_gate(request: HttpRequest, account: str, body: Passing) -> Status[dict[str, Any]]:
    """Refused with all that is missing unless the gate's evidence holds today, the customer's among it; nothing else opens it."""
    customer = find_account(account, person=person_of(request))
    move = moving.pass_gate(
        account=customer.pk, stage=body.stage, words=body.words, by=actor_of(request), at=clock.now()
    )  # fmt: skip
    made = {"from_stage": move.from_stage, "to_stage": move.to_stage, "on": move.on, "pieces": move.pieces}
    return Status(201, {"account": customer.key, "words": move.words, **made})
