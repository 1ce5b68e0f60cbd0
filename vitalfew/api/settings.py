"""Routes of the settings: which thresholds and choices hold, since when and by whom, and another choice."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field, StrictFloat, StrictInt, StrictStr

from vitalfew.api import preconditions
from vitalfew.api.actors import actor_of
from vitalfew.ground import clock
from vitalfew.ledger import choices
from vitalfew.ledger.choices import Choice

router = Router(tags=["settings"])


class Chosen(Schema):
    """The value that is to hold from now on: a number for a threshold, else words."""

    model_config = ConfigDict(extra="forbid")
    value: StrictInt | StrictFloat | Annotated[StrictStr, Field(max_length=400)]


@router.get("/settings", response=dict[str, Any], summary="Every setting of the firm: what it decides and what holds")
def settings(request: HttpRequest) -> dict[str, Any]:
    """What holds now, what is usual, the range; `since` is null and `version` 0 while nobody has chosen."""
    del request
    return {"settings": [asdict(row) for row in choices.choices()]}


@router.get(
    "/settings/{slug:name}", response=dict[str, Any], summary="One setting", openapi_extra=preconditions.TAGGED
)  # fmt: skip
def setting(request: HttpRequest, response: HttpResponse, name: str) -> dict[str, Any] | HttpResponse:
    """What holds now, with its ETag: send that as If-Match with another value."""
    stands = choices.choice(name)
    response["ETag"] = preconditions.tag(_mark(stands))
    return preconditions.unchanged(request, _mark(stands)) or asdict(stands)


@router.put(
    "/settings/{slug:name}", response=dict[str, Any], summary="Choose a setting", openapi_extra=preconditions.NEEDED
)  # fmt: skip
def choose(request: HttpRequest, response: HttpResponse, name: str, body: Chosen) -> dict[str, Any]:
    """It holds for what is judged from now on; what was found before keeps the value of its time."""
    with transaction.atomic():
        stands = choices.choice(name)
        preconditions.hold(request, _mark(stands), yours={"value": body.value}, now={"value": stands.value})
        choices.choose(name=name, value=body.value, version=stands.version, by=actor_of(request), at=clock.now())
    made = choices.choice(name)
    response["ETag"] = preconditions.tag(_mark(made))
    return asdict(made)


def _mark(stands: Choice) -> str:
    return f"setting-{stands.name}.{stands.version}"
