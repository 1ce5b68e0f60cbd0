"""Routes of evidence: what is known of an account, statements put to its people, and the expectations scorecard."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Query, Router, Status
from pydantic import Field, JsonValue

from vitalfew.api.actors import actor_of, person_of
from vitalfew.api.relationship.bodies import Account, Body, Day, Kind, Number, Turned, Words
from vitalfew.ground import clock
from vitalfew.ledger.visibility import find_account
from vitalfew.relationship.evidence import listing, noting, recording, statements
from vitalfew.relationship.evidence.listing import Wanted
from vitalfew.relationship.evidence.scorecard import Scorecard
from vitalfew.relationship.evidence.scorecard import scorecard as scorecard_of

router = Router(tags=["relationship"])
Expectation = Literal["", "main_link", "understands", "objectives", "value", "opportunities", "integrity"]


class Filters(Turned):
    """Which evidence; with `ended` also what ended or was withdrawn."""

    kind: Annotated[str, Field(pattern="^([a-z][a-z_]{1,39})?$")] = ""
    side: Literal["", "ours", "customer", "behaviour"] = ""
    expectation: Expectation = ""
    ended: bool = False


class Noted(Body):
    """What you know of an account, in words, and from where: a web address, or the contact who said so. It is ours either way."""

    account: Account
    kind: Kind
    words: Annotated[str, Field(max_length=recording.MOST_WORDS)]
    source: Annotated[str, Field(max_length=200)] = ""
    contact: Number | None = None
    expectation: Expectation = ""
    value: JsonValue = None
    holds_from: Day | None = None
    holds_until: Day | None = None


class Ending(Body):
    """The day from which it holds no more."""

    on: Day | None = None


class Withdrawing(Body):
    """Why it was wrong."""

    reason: Words


class Asking(Body):
    """What a contact is asked to confirm; their answer becomes the customer's evidence of this kind.

    `subject` is the record it speaks of ("aim:3"), `until` the last day of the link (30 days unless said).
    """

    account: Account
    contact: Number
    words: Annotated[str, Field(max_length=statements.MOST_WORDS)]
    kind: Kind = "statement"
    expectation: Expectation = ""
    subject: Annotated[str, Field(max_length=80)] = ""
    until: Day | None = None


@router.get("/accounts/{path:account}/evidence", response=dict[str, Any], summary="What is known of an account")
def evidence(request: HttpRequest, account: str, wanted: Query[Filters]) -> dict[str, Any]:
    """What holds today, the newest first, a page at a time; whose it is and where it comes from."""
    person = person_of(request)
    customer = find_account(account, person=person)
    asked = Wanted(wanted.kind, wanted.side, wanted.expectation, wanted.ended)
    page = listing.evidence_of(
        account=customer.pk, person=person, wanted=asked, today=clock.now().date(), after=wanted.after, size=wanted.limit
    )  # fmt: skip
    return {"account": customer.key, "next": page.next, "evidence": [asdict(row) for row in page.rows]}


@router.post("/evidence", response={201: dict[str, Any]}, summary="Record what you know of an account")
def record(request: HttpRequest, body: Noted) -> Status[dict[str, Any]]:
    """Always our evidence: the customer's comes by links and files, behaviour's from the ledger."""
    account = find_account(body.account, person=person_of(request)).pk
    words = body.model_dump(exclude={"account"})
    made = noting.note_evidence(account=account, **words, by=actor_of(request), at=clock.now())
    return Status(201, asdict(listing.shown(made)))


@router.get("/evidence/{int:number}", response=dict[str, Any], summary="One piece of evidence")
def one_evidence(request: HttpRequest, number: int) -> dict[str, Any]:
    """Also one that ended or was withdrawn."""
    return asdict(listing.evidence(number=number, person=person_of(request)))


@router.post("/evidence/{int:number}/withdraw", response={201: dict[str, Any]}, summary="Withdraw evidence")
def withdraw(request: HttpRequest, number: int, body: Withdrawing) -> Status[dict[str, Any]]:
    """Take back what was wrong; it stays in the history with who did so and why."""
    listing.evidence(number=number, person=person_of(request))
    found = recording.withdraw_evidence(number=number, reason=body.reason, by=actor_of(request), at=clock.now())
    return Status(201, asdict(listing.shown(found)))


@router.post("/evidence/{int:number}/end", response={201: dict[str, Any]}, summary="Say that what was noted is over")
def end(request: HttpRequest, number: int, body: Ending) -> Status[dict[str, Any]]:
    """From a day on, today unless said; only what was noted by hand."""
    listing.evidence(number=number, person=person_of(request))
    at = clock.now()
    found = noting.end_evidence(number=number, on=body.on or at.date(), by=actor_of(request), at=at)
    return Status(201, asdict(listing.shown(found)))


@router.get(
    "/accounts/{path:account}/statements", response=dict[str, Any], summary="What an account's people were asked to confirm"
)  # fmt: skip
def statements_of(request: HttpRequest, account: str, wanted: Query[Turned]) -> dict[str, Any]:
    """The newest first, a page at a time, each with the answer."""
    person = person_of(request)
    customer = find_account(account, person=person)
    page = listing.statements_of(account=customer.pk, person=person, after=wanted.after, size=wanted.limit)
    return {"account": customer.key, "next": page.next, "statements": [asdict(row) for row in page.rows]}


@router.post("/statements", response={201: dict[str, Any]}, summary="Put a statement to a contact")
def ask(request: HttpRequest, body: Asking) -> Status[dict[str, Any]]:
    """The answer holds the token of the contact's link: it is told here and never again, and it is for you to pass on."""
    account = find_account(body.account, person=person_of(request)).pk
    noting.own_kind(body.kind)
    made = statements.ask(
        account=account, contact=body.contact, words=body.words, kind=body.kind, expectation=body.expectation, subject=body.subject,
        until=body.until, by=actor_of(request), at=clock.now(),
    )  # fmt: skip
    link = f"{settings.VITALFEW_ADDRESS.rstrip('/')}{reverse('confirm', args=[made.token])}"
    told = {"token": made.token, "link": link if settings.VITALFEW_ADDRESS else None}
    return Status(201, {**asdict(listing.asked(made.statement)), **told})


@router.get("/statements/{int:number}", response=dict[str, Any], summary="One statement and its answer")
def one_statement(request: HttpRequest, number: int) -> dict[str, Any]:
    """What a contact was asked to confirm, and what they said."""
    return asdict(listing.statement(number=number, person=person_of(request)))


@router.post("/statements/{int:number}/withdraw", response={201: dict[str, Any]}, summary="Take a statement back")
def withdraw_question(request: HttpRequest, number: int) -> Status[dict[str, Any]]:
    """Before it is answered; its link opens nothing from now on."""
    listing.statement(number=number, person=person_of(request))
    found = statements.withdraw(number=number, by=actor_of(request), at=clock.now())
    return Status(201, asdict(listing.asked(found)))


@router.get("/accounts/{path:account}/scorecard", response=dict[str, Any], summary="The six expectations of an account")
def scorecard(request: HttpRequest, account: str) -> dict[str, Any]:
    """What its people answered within a year, one by one, beside what we believe and the evidence there is."""
    person, today = person_of(request), clock.now().date()
    customer = find_account(account, person=person)
    return {"account": customer.key, **_card(scorecard_of(account=customer.pk, person=person, today=today))}


def _card(card: Scorecard) -> dict[str, Any]:
    missing = [part for part, _label in card.missing]
    told = {"answered": card.answered, "newest": card.newest, "age_days": card.age_days, "missing": missing}
    rows = [{**asdict(row), "state_label": row.state_label} for row in card.rows]
    return {**told, "expectations": rows}
