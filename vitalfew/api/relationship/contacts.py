"""Routes of the people at an account: who they are, what part they play, who of us knows them, when we were in touch."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from vitalfew.api import preconditions
from vitalfew.api.actors import actor_of, person_of
from vitalfew.api.relationship.bodies import Account, Body, Day, Number, Turned, Words, cut
from vitalfew.ground import clock
from vitalfew.ledger.visibility import find_account
from vitalfew.relationship.people import contacts, noting, parts, welcoming
from vitalfew.relationship.people.contacts import Who, Work
from vitalfew.relationship.people.map import ContactShown, people_map
from vitalfew.trust.people import find_person

router = Router(tags=["relationship"])
Language = Literal["en", "de", "fr", "es"]
Function = Literal["management", "purchasing", "finance", "operations", "technical", "sales", "other"]
PartKind = Literal["decides", "influences", "uses", "sponsors", "blocks"]
Name = Annotated[str, Field(max_length=120)]
_LEFT = 25  # of those who left, the last ones are told
_WHO, _WORK = ("name", "email", "phone", "language"), ("title", "function", "reports_to")


class Working(Body):
    """What a contact does at an account; `reports_to` is the position of whoever stands above them there."""

    title: Name = ""
    function: Function = "other"
    reports_to: Number | None = None


class NewContact(Working):
    """A person we did not know; with the part they play and why we think so, and whether you know them."""

    account: Account
    name: Name
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    language: Language = "en"
    part: Literal["", "decides", "influences", "uses", "sponsors", "blocks"] = ""
    reason: Words = ""
    known: bool = False


class Placing(Working):
    """A contact we know from elsewhere works at this account too."""

    account: Account
    contact: Number
    since: Day | None = None


class Change(Working):
    """Correct who a contact is and what they do here; what is not named stays as it is."""

    name: Name = ""
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    language: Language = "en"


class Leaving(Body):
    """The day from which a contact works here no more; today unless named."""

    on: Day | None = None


class Playing(Body):
    """The part a contact plays, why we think so, and until when we take it to hold (a year unless said)."""

    position: Number
    kind: PartKind
    reason: Words
    until: Day | None = None


class Ending(Body):
    """At which account the part was played."""

    account: Account


class Judged(Body):
    """How much a contact counts (1 to 3) and how they stand to us (-1 to 1), why, and until when (a year unless said)."""

    position: Number
    influence: Annotated[int, Field(ge=1, le=3, strict=True)]
    attitude: Annotated[int, Field(ge=-1, le=1, strict=True)]
    reason: Words
    until: Day | None = None


class Knowing(Body):
    """How well one of us knows a contact: 1 has met, 2 knows, 3 can call any time, 0 takes it back. You unless named."""

    contact: Number
    strength: Annotated[int, Field(ge=0, le=3, strict=True)]
    person: Words = ""


class Merging(Body):
    """A contact who was entered twice, and the one who stays."""

    double: Number
    into: Number


class Touching(Body):
    """You and an account were in touch; with whom there, where it was one contact."""

    account: Account
    on: Day
    kind: Literal["call", "meeting", "visit", "mail", "other"]
    contact: Number | None = None


@router.get("/accounts/{path:account}/contacts", response=dict[str, Any], summary="Whom we know at an account")
def contacts_of(request: HttpRequest, account: str, wanted: Query[Turned]) -> dict[str, Any]:
    """A page at a time, whoever decides first; who left lately, and what is thin. Opinions to those who may read them."""
    customer = find_account(account, person=person_of(request))
    found = people_map(account=customer.pk, by=actor_of(request), today=clock.now().date())
    rows, following = cut(found.contacts, wanted, name=lambda one: one.position)
    left = sorted(found.left, key=lambda one: one[1], reverse=True)[:_LEFT]
    return {
        "account": customer.key, "total": len(found.contacts), "next": following, "contacts": [_told(one) for one in rows],
        "left": [{"name": name, "on": on} for name, on in left], "alarms": [asdict(one) for one in found.alarms],
        "last_touch": found.last_touch,
    }  # fmt: skip


@router.post(
    "/contacts", response={201: dict[str, Any]}, summary="Add a contact", openapi_extra=preconditions.TAGGED
)  # fmt: skip
def add_contact(request: HttpRequest, response: HttpResponse, body: NewContact) -> Status[dict[str, Any]]:
    """A new person at an account from today on. One whose address is known gets a second position instead."""
    account = find_account(body.account, person=person_of(request)).pk
    who, work = Who(body.name, body.email, body.phone, body.language), Work(body.title, body.function, body.reports_to)
    made = welcoming.welcome(
        account=account, who=who, work=work, kind=body.part, reason=body.reason, known=body.known, by=actor_of(request), at=clock.now()
    )  # fmt: skip
    return _answer(request, response, made.pk)


@router.post(
    "/positions", response={201: dict[str, Any]}, summary="Place a contact at one more account",
    openapi_extra=preconditions.TAGGED,
)  # fmt: skip
def place(request: HttpRequest, response: HttpResponse, body: Placing) -> Status[dict[str, Any]]:
    """One person may work at several accounts, at each in a position of their own."""
    account = find_account(body.account, person=person_of(request)).pk
    work = Work(body.title, body.function, body.reports_to)
    made = contacts.place(
        contact=body.contact, account=account, work=work, since=body.since, by=actor_of(request), at=clock.now()
    )
    return _answer(request, response, made.pk)


@router.get(
    "/positions/{int:position}",
    response=dict[str, Any],
    summary="One contact at one account",
    openapi_extra=preconditions.TAGGED,
)
def position_of(request: HttpRequest, response: HttpResponse, position: int) -> dict[str, Any] | HttpResponse:
    """Who they are and what they do there, with its ETag: send that as If-Match with a change."""
    found = contacts.seen_position(position, actor_of(request))
    response["ETag"] = preconditions.tag(_mark(found))
    return preconditions.unchanged(request, _mark(found)) or _state(request, found)


@router.post(
    "/positions/{int:position}/change",
    response={201: dict[str, Any]},
    summary="Correct a contact",
    openapi_extra=preconditions.NEEDED,
)
def change(request: HttpRequest, response: HttpResponse, position: int, body: Change) -> Status[dict[str, Any]]:
    """Who they are, everywhere, and what they do at this account. If-Match names the state this was decided on."""
    said = body.model_dump(exclude_unset=True)
    with transaction.atomic():
        found = contacts.seen_position(position, actor_of(request))
        now = _written(found)
        preconditions.hold(request, _mark(found), yours=said, now={name: now[name] for name in said})
        wanted = {**now, **said}
        welcoming.correct(
            position=found, who=Who(**{name: wanted[name] for name in _WHO}), work=Work(**{name: wanted[name] for name in _WORK}),
            versions=(found.contact.version, found.version), by=actor_of(request), at=clock.now(),
        )  # fmt: skip
    return _answer(request, response, position)


@router.post(
    "/positions/{int:position}/leave",
    response={201: dict[str, Any]},
    summary="Note that a contact left",
    openapi_extra=preconditions.NEEDED,
)
def leave(
    request: HttpRequest, response: HttpResponse, position: int, body: Leaving | None = None
) -> Status[dict[str, Any]]:  # fmt: skip
    """From this day on they work here no more; what they said stays. If-Match names the state this was decided on."""
    at, by = clock.now(), actor_of(request)
    on = (body.on if body else None) or at.date()
    with transaction.atomic():
        found = contacts.seen_position(position, by)
        preconditions.hold(request, _mark(found), yours={"until": on}, now={"until": found.holds_until})
        contacts.leave(position=position, on=on, version=found.version, by=by, at=at)
    return _answer(request, response, position)


@router.post("/parts", response={201: dict[str, Any]}, summary="Note the part a contact plays")
def give_part(request: HttpRequest, response: HttpResponse, body: Playing) -> Status[dict[str, Any]]:
    """From today on; the same part again renews it. That somebody blocks is an opinion, for those who may have them."""
    parts.give_part(
        position=body.position, kind=body.kind, reason=body.reason, until=body.until, by=actor_of(request), at=clock.now()
    )  # fmt: skip
    return _answer(request, response, body.position)


@router.post("/parts/{int:part}/end", response={201: dict[str, Any]}, summary="End a part")
def end_part(request: HttpRequest, response: HttpResponse, part: int, body: Ending) -> Status[dict[str, Any]]:
    """From today on the contact plays it no more."""
    account = find_account(body.account, person=person_of(request)).pk
    found = parts.end_part(account=account, part=part, by=actor_of(request), at=clock.now())
    return _answer(request, response, found.position_id)


@router.post("/opinions", response={201: dict[str, Any]}, summary="Note how a contact stands to us")
def judge(request: HttpRequest, response: HttpResponse, body: Judged) -> Status[dict[str, Any]]:
    """An opinion about a person: written and read by those who have the right to opinions, and it ends."""
    parts.judge_contact(
        position=body.position, influence=body.influence, attitude=body.attitude, reason=body.reason, until=body.until,
        by=actor_of(request), at=clock.now(),
    )  # fmt: skip
    return _answer(request, response, body.position)


@router.post("/acquaintances", response={201: dict[str, Any]}, summary="Note who of us knows a contact")
def know(request: HttpRequest, body: Knowing) -> Status[dict[str, Any]]:
    """The same of two people again changes how well."""
    person = find_person(body.person) if body.person else person_of(request)
    parts.know(contact=body.contact, person=person, strength=body.strength, by=actor_of(request), at=clock.now())
    return Status(201, {"contact": body.contact, "person": person.email, "strength": body.strength})


@router.post("/contact-merges", response={201: dict[str, Any]}, summary="Merge a contact who was entered twice")
def merge(request: HttpRequest, body: Merging) -> Status[dict[str, Any]]:
    """What hangs on the double hangs on the other from now on, and the double is gone."""
    stays = contacts.merge(double=body.double, into=body.into, by=actor_of(request), at=clock.now())
    return Status(201, {"contact": stays.pk, "name": stays.name, "email": stays.email})


@router.get(
    "/accounts/{path:account}/touches", response=dict[str, Any], summary="When we and an account were in touch"
)  # fmt: skip
def touches_of(request: HttpRequest, account: str, wanted: Query[Turned]) -> dict[str, Any]:
    """The newest first, a page at a time."""
    customer = find_account(account, person=person_of(request))
    page = noting.touches_of(account=customer.pk, by=actor_of(request), after=wanted.after, size=wanted.limit)
    return {"account": customer.key, "next": page.next, "touches": [asdict(row) for row in page.rows]}


@router.post("/touches", response={201: dict[str, Any]}, summary="Note that you were in touch")
def touch(request: HttpRequest, body: Touching) -> Status[dict[str, Any]]:
    """In your name; the same of one day is noted once."""
    account = find_account(body.account, person=person_of(request)).pk
    made = noting.touch(
        account=account, on=body.on, kind=body.kind, contact=body.contact, by=actor_of(request), at=clock.now()
    )
    return Status(201, asdict(noting.shown(made)))


def _answer(request: HttpRequest, response: HttpResponse, position: int) -> Status[dict[str, Any]]:
    """The contact as it stands now, and its tag, so that the next change needs no reading first."""
    found = contacts.seen_position(position, actor_of(request))
    response["ETag"] = preconditions.tag(_mark(found))
    return Status(201, _state(request, found))


def _mark(found: Any) -> str:
    return f"position-{found.pk}.{found.version}-{found.contact.version}"


def _state(request: HttpRequest, found: Any) -> dict[str, Any]:
    """A position as it is written down, and what belongs to it today where it is held today."""
    today = people_map(account=found.account_id, by=actor_of(request), today=clock.now().date())
    told = next((_told(one) for one in today.contacts if one.position == found.pk), {})
    return {"account": found.account.key, **told, **_written(found)}


def _written(found: Any) -> dict[str, Any]:
    return {
        "contact": found.contact_id, "position": found.pk, "name": found.contact.name, "email": found.contact.email, "phone": found.contact.phone,
        "language": found.contact.language, "title": found.title, "function": found.function, "reports_to": found.reports_to_id,
        "since": found.holds_from, "until": found.holds_until,
    }  # fmt: skip


def _told(one: ContactShown) -> dict[str, Any]:
    told = asdict(one)
    for name in ("version", "contact_version", "function_label"):
        del told[name]
    told["parts"] = [{name: each[name] for name in ("number", "kind", "reason", "until")} for each in told["parts"]]
    told["known_by"] = [{name: each[name] for name in ("name", "strength")} for each in told["known_by"]]
    return told
