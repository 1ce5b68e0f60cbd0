"""Routes of plays: all of them, those of an account, a play at work step by step, and plays of the firm's own."""

from __future__ import annotations

from dataclasses import asdict
from hashlib import sha256
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from vitalfew.api import preconditions
from vitalfew.api.actors import actor_of, person_of
from vitalfew.api.relationship.bodies import Body
from vitalfew.ground import clock
from vitalfew.ground.errors import Missing
from vitalfew.ledger.visibility import find_account
from vitalfew.playbook.plays import operations
from vitalfew.playbook.plays.play import Play
from vitalfew.playbook.plays.queries import OwnPlayShown, own_play, playbook, plays_fitting, running_of
from vitalfew.playbook.plays.reading import MOST_BYTES
from vitalfew.playbook.plays.runs import shown
from vitalfew.playbook.plays.shelf import shelf
from vitalfew.playbook.plays.showing import fit_as_json, play_as_json, run_as_json, shown_as_json

router = Router(tags=["playbook"])
Name = Annotated[str, Field(max_length=60)]
Text = Annotated[str, Field(max_length=MOST_BYTES)]


class Wanted(Body):
    """Only plays for one level, that serve one expectation, that answer one event, or of one name."""

    level: Annotated[int, Field(ge=1, le=4)] | None = None
    expectation: Literal["", "main_link", "understands", "objectives", "value", "opportunities", "integrity"] = ""
    event: Literal["", "price_rise", "champion_left", "tender", "missed_promise", "order_out_of_band"] = ""
    name: Name = ""


class NewPlay(Body):
    """A play of your own: what its file would be called, without its ending, and what it would say, in TOML."""

    name: Name
    text: Text


class Anew(Body):
    """The whole text of a play, in TOML."""

    text: Text


class Start(Body):
    """The name of the play that is to be run."""

    play: Name


class Outcome(Body):
    """What came of it."""

    outcome: Annotated[str, Field(max_length=operations.MOST_OUTCOME)]


@router.get("/plays", response=dict[str, Any], summary="Every play, with where it fits now and what followed")
def plays(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """`fits` are keys of key accounts you may see; `followed` is a plain count and no proof. `broken` could not be taken."""
    found = playbook(person=person_of(request), today=clock.now().date())
    return {
        "plays": [shown_as_json(one) for one in found.plays if _asked(one.play, wanted)],
        "broken": [asdict(one) for one in found.broken],
    }


@router.get(
    "/plays/{slug:name}", response=dict[str, Any], summary="One play as it is written", openapi_extra=preconditions.TAGGED
)  # fmt: skip
def one_play(request: HttpRequest, response: HttpResponse, name: str) -> dict[str, Any] | HttpResponse:
    """`text` is null unless a form made it; then the ETag goes with a change as If-Match. Where it fits: `GET /plays?name=`."""
    told, mark = _written(name)
    response["ETag"] = preconditions.tag(mark)
    return preconditions.unchanged(request, mark) or told


@router.post(
    "/plays", response={201: dict[str, Any]}, summary="Add a play of your own", openapi_extra=preconditions.TAGGED
)  # fmt: skip
def add_play(request: HttpRequest, response: HttpResponse, body: NewPlay) -> Status[dict[str, Any]]:
    """Beside those that come with the house; offered where it fits from now on."""
    operations.add_own_play(name=body.name, text=body.text, by=actor_of(request), at=clock.now())
    return Status(201, _tagged(response, body.name))


@router.put(
    "/plays/{slug:name}", response=dict[str, Any], summary="Change a play of your own", openapi_extra=preconditions.NEEDED
)  # fmt: skip
def change_play(request: HttpRequest, response: HttpResponse, name: str, body: Anew) -> dict[str, Any]:
    """What runs already goes on with the steps it began with. If-Match names the text that was seen."""
    with transaction.atomic():
        version = _hold(request, name, {"text": body.text})
        operations.change_own_play(name=name, text=body.text, version=version, by=actor_of(request), at=clock.now())
    return _tagged(response, name)


@router.delete(
    "/plays/{slug:name}", response={204: None}, summary="Retire a play of your own", openapi_extra=preconditions.NEEDED
)  # fmt: skip
def retire_play(request: HttpRequest, name: str) -> Status[None]:
    """It is offered no more and stays in the history; what runs goes on to its end. If-Match names the text that was seen."""
    with transaction.atomic():
        version = _hold(request, name, {"text": None})
        operations.retire_own_play(name=name, version=version, by=actor_of(request), at=clock.now())
    return Status(204, None)


@router.get(
    "/accounts/{path:account}/plays", response=dict[str, Any], summary="The plays that fit an account and run there"
)
def plays_of(request: HttpRequest, account: str) -> dict[str, Any]:
    """Those that fit, the most pressing first, each with its reasons and their sources; those that run, with their steps."""
    customer, today = find_account(account, person=person_of(request)), clock.now().date()
    runs = running_of(account=customer.pk, person=person_of(request), today=today)
    going = {run.play for run in runs if run.ended_on is None}
    fits = plays_fitting(account=customer.pk, person=person_of(request), today=today)
    return {
        "account": customer.key,
        "name": str(customer),
        "fits": [fit_as_json(one, running=one.play.name in going) for one in fits],
        "running": [run_as_json(run) for run in runs if run.ended_on is None],
        "ended": [run_as_json(run) for run in runs if run.ended_on is not None],
    }


@router.post("/accounts/{path:account}/plays", response={201: dict[str, Any]}, summary="Start a play with an account")
def start(request: HttpRequest, account: str, body: Start) -> Status[dict[str, Any]]:
    """Where it fits today; why it fits, and how the account stands, are kept with the run."""
    customer, at = find_account(account, person=person_of(request)), clock.now()
    run = operations.start_play(account=customer.pk, play=body.play, by=actor_of(request), at=at)
    return Status(201, run_as_json(shown(run, today=at.date())))


@router.post(
    "/play-runs/{int:number}/steps/{int:step}", response={201: dict[str, Any]}, summary="Note that a step of a play is done"
)  # fmt: skip
def do_step(request: HttpRequest, number: int, step: int) -> Status[dict[str, Any]]:
    """By its place from 1 on. It leaves no evidence by itself: `POST /evidence` does."""
    at = clock.now()
    run = operations.do_step(run=number, step=step, by=actor_of(request), at=at)
    return Status(201, run_as_json(shown(run, today=at.date())))


@router.post("/play-runs/{int:number}/end", response={201: dict[str, Any]}, summary="End a run of a play")
def end(request: HttpRequest, number: int, body: Outcome) -> Status[dict[str, Any]]:
    """Whether all its steps are done or not, with what came of it."""
    at = clock.now()
    run = operations.end_play(run=number, outcome=body.outcome, by=actor_of(request), at=at)
    return Status(201, run_as_json(shown(run, today=at.date())))


def _asked(play: Play, wanted: Wanted) -> bool:
    return (
        wanted.level in (None, *play.levels)
        and wanted.expectation in ("", play.serves)
        and wanted.event in ("", play.event)
        and wanted.name in ("", play.name)
    )


def _written(name: str) -> tuple[dict[str, Any], str]:
    """A play as it is written, and the mark of that state. Raises Missing."""
    on_shelf, own = shelf(), _own(name)
    found = on_shelf.plays.get(name)
    if found is None and own is None:
        raise Missing(f"There is no play “{name[:60]}”.")
    wrong = next((one.why for one in on_shelf.broken if one.name == name), "")
    told = (play_as_json(found) if found else {"name": name}) | {
        "broken": wrong,
        "text": own.text if own else None,
        "made_on": own.made_on if own else None,
        "made_by": own.made_by if own else None,
    }
    return told, f"play-{sha256(repr((found, own, wrong)).encode()).hexdigest()[:24]}"


def _own(name: str) -> OwnPlayShown | None:
    try:
        return own_play(name=name)
    except Missing:
        return None


def _hold(request: HttpRequest, name: str, yours: dict[str, Any]) -> int:
    """Let an edit pass that was made on the text that stands; its version. Raises Missing for a play that no form made."""
    own = own_play(name=name)
    preconditions.hold(request, _written(name)[1], yours=yours, now={"text": own.text})
    return own.version


def _tagged(response: HttpResponse, name: str) -> dict[str, Any]:
    told, mark = _written(name)
    response["ETag"] = preconditions.tag(mark)
    return told
