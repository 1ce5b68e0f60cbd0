"""Routes of what runs over all steps: have everything found anew, see how far it is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict

from vitalfew.api.actors import actor_of, person_of
from vitalfew.ground import clock
from vitalfew.rounds import jobs, queries

router = Router(tags=["refresh"])


class Wish(Schema):
    """As of which day; the ledger's last one unless named."""

    model_config = ConfigDict(extra="forbid")
    as_of: date | None = None


@router.post("/refreshes", response={202: dict[str, Any]}, summary="Find everything anew")
def refresh(request: HttpRequest, wish: Wish | None = None) -> Status[dict[str, Any]]:
    """Ask for a refresh; it runs in the background."""
    jobs.refresh_later(by=actor_of(request), at=clock.now(), as_of=wish.as_of if wish else None)
    return Status(202, _newest())


@router.get("/refreshes/newest", response=dict[str, Any], summary="How far the newest refresh is")
def newest(request: HttpRequest) -> dict[str, Any]:
    """State, stage and share done; {} when none was asked for."""
    person_of(request)
    return _newest()


def _newest() -> dict[str, Any]:
    work = queries.newest_refresh()
    return asdict(work) if work else {}
