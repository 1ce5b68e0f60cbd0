"""Routes of the survey: waves and who is asked in them, what an account's people answered, the mirror form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, create_model

from vitalfew.api.actors import actor_of, person_of
from vitalfew.api.relationship.bodies import Account, Body, Day, Number, Turned, cut
from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.ledger import choices
from vitalfew.ledger.visibility import find_account, visible_accounts
from vitalfew.relationship.survey import forms, mirror, status, waves
from vitalfew.relationship.survey.address import public_links
from vitalfew.relationship.survey.questions import QUESTIONS, Form, Question
from vitalfew.relationship.survey.status import InvitationShown, WaveShown
from vitalfew.relationship.survey.wording import words
from vitalfew.trust.models import Person

router = Router(tags=["relationship"])
MISSING = ("asked", "reminded")  # written to, and not answered


class NobodyNamed(Refusal):
    """Name contacts with their accounts, or accounts whose people are all to be asked. Nothing was changed."""


class NewWave(Body):
    """A round of asking: a name, the last day on which answers are taken, after how many days to remind."""

    name: Annotated[str, Field(max_length=120)]
    closes_on: Day
    remind_after_days: Annotated[int, Field(ge=1, le=waves.MOST_REMINDERS_AFTER, strict=True)] = 7


class Whom(Body):
    """A contact, and the account they are asked about."""

    contact: Number
    account: Account


class Choosing(Body):
    """Contacts by name, and accounts of which everybody is asked who may be."""

    contacts: Annotated[list[Whom], Field(default_factory=list, max_length=500)]
    accounts: Annotated[list[Account], Field(default_factory=list, max_length=200)]


class Invited(Turned):
    """Those in one state; "missing": written to and not answered."""

    state: Literal["", "missing", "chosen", "asked", "reminded", "answered", "objected", "out"] = ""


class Asked(Body):
    """In which language the questions are told."""

    language: Literal["en", "de", "fr", "es"] = "en"


def _answer_type(question: Question) -> Any:
    if question.form == Form.WORDS:
        return Annotated[str, Field(max_length=question.most)]
    allowed = question.answers if question.steps else range(question.lowest, question.most + 1)
    return Annotated[int, Field(ge=allowed[0], le=allowed[-1], strict=True)]


# The form as a body: one field for each question, each may be left out.
Answers: Any = create_model(
    "Answers", __base__=Body, **{one.key: (_answer_type(one) | None, None) for one in QUESTIONS}  # type: ignore[call-overload]
)  # fmt: skip


class Mirrored(Body):
    """What you believe an account would answer."""

    account: Account
    answers: Answers


@router.get("/questions", response=list[dict[str, Any]], summary="The questions of the survey")
def questions(request: HttpRequest, wanted: Query[Asked]) -> list[dict[str, Any]]:
    """Each with its key, how it is answered, and the words a contact reads."""
    person_of(request)
    said, firm = words(wanted.language), choices.firm_name() or "…"
    return [
        {"key": one.key, "form": one.form, "expectation": one.expectation, "words": said[one.key].format(firm=firm), **_bounds(one)}
        for one in QUESTIONS
    ]  # fmt: skip


@router.get("/waves", response=dict[str, Any], summary="The survey waves")
def wave_list(request: HttpRequest, wanted: Query[Turned]) -> dict[str, Any]:
    """Open ones first, then the newest: who was asked and answered, as far as you see the accounts."""
    found = status.wave_list(person=person_of(request), at=clock.now())
    rows, following = cut(found, wanted, name=lambda row: row.number)
    return {"total": len(found), "next": following, "waves": [_wave(row) for row in rows]}


@router.post("/waves", response={201: dict[str, Any]}, summary="Make a survey wave")
def make_wave(request: HttpRequest, body: NewWave) -> Status[dict[str, Any]]:
    """A draft: choose contacts, then send it."""
    made = waves.make_wave(**body.model_dump(), by=actor_of(request), at=clock.now())
    return _stands(request, made.pk)


@router.get("/waves/{int:number}", response=dict[str, Any], summary="Where one wave stands")
def wave(request: HttpRequest, number: int) -> dict[str, Any]:
    """How many were asked and answered, by the part they play; how many a reminder would reach now."""
    return _wave(status.wave_status(wave=number, person=person_of(request), at=clock.now())[0])


@router.get(
    "/waves/{int:number}/invitations", response=dict[str, Any], summary="Who is asked in a wave, who is missing"
)
def invitations(request: HttpRequest, number: int, wanted: Query[Invited]) -> dict[str, Any]:
    """Whoever has not answered first, a page at a time."""
    person = person_of(request)
    _shown, found = status.wave_status(wave=number, person=person, at=clock.now())
    states = MISSING if wanted.state == "missing" else (wanted.state,)
    chosen = [one for one in found if not wanted.state or one.state in states]
    rows, following = cut(chosen, wanted, name=lambda one: one.number)
    keys = _keys(person, (one.account for one in rows))
    return {"total": len(chosen), "next": following, "invitations": [_invited(one, keys) for one in rows]}


@router.get("/waves/{int:number}/could-be-asked", response=dict[str, Any], summary="Who else could be asked in a wave")
def could_be_asked(request: HttpRequest, number: int, wanted: Query[Turned]) -> dict[str, Any]:
    """Contacts with an address who have not objected and are not in the wave, a page at a time."""
    person, at = person_of(request), clock.now()
    status.wave_status(wave=number, person=person, at=at)  # one that does not exist has nobody to ask
    found = status.could_be_asked(person=person, today=at.date(), wave=number)
    rows, following = cut(found, wanted, name=lambda one: f"{one.contact}-{one.account}")
    keys = _keys(person, (one.account for one in rows))
    told = [{"contact": one.contact, "name": one.name, "title": one.title, "account": keys[one.account], "part": one.part} for one in rows]  # fmt: skip
    return {"total": len(found), "next": following, "contacts": told}


@router.post("/waves/{int:number}/choose", response={201: dict[str, Any]}, summary="Choose who is asked in a wave")
def choose(request: HttpRequest, number: int, body: Choosing) -> Status[dict[str, Any]]:
    """All or nothing; nobody is written to yet. Whoever is in the wave already stays as they are."""
    person, at = person_of(request), clock.now()
    if not (body.contacts or body.accounts):
        raise NobodyNamed(str(NobodyNamed.__doc__))
    named = {*body.accounts, *(one.account for one in body.contacts)}
    known = {word: find_account(word, person=person).pk for word in sorted(named)}
    whole = {known[word] for word in body.accounts}
    more = status.could_be_asked(person=person, today=at.date(), accounts=whole, wave=number) if whole else ()
    chosen = [
        *((one.contact, known[one.account]) for one in body.contacts),
        *((one.contact, one.account) for one in more),
    ]
    made = waves.choose(wave=number, chosen=chosen, by=actor_of(request), at=at)
    return _stands(request, number, chosen_now=len(made))


@router.post("/waves/{int:number}/send", response={201: dict[str, Any]}, summary="Send a wave")
def send(request: HttpRequest, number: int) -> Status[dict[str, Any]]:
    """Write to everybody chosen who was not written to yet."""
    letters = waves.send(wave=number, link=public_links(), by=actor_of(request), at=clock.now())
    return _stands(request, number, letters=letters)


@router.post("/waves/{int:number}/remind", response={201: dict[str, Any]}, summary="Remind who is missing in a wave")
def remind(request: HttpRequest, number: int) -> Status[dict[str, Any]]:
    """Each once, some days after the first letter; 0 letters where nobody is due."""
    letters = waves.remind(wave=number, link=public_links(), by=actor_of(request), at=clock.now())
    return _stands(request, number, letters=letters)


@router.post("/waves/{int:number}/close", response={201: dict[str, Any]}, summary="Close a wave")
def close(request: HttpRequest, number: int) -> Status[dict[str, Any]]:
    """Its links open nothing any more; what was answered stays."""
    waves.close_wave(wave=number, by=actor_of(request), at=clock.now())
    return _stands(request, number)


@router.post(
    "/invitations/{int:number}/withdraw", response={201: dict[str, Any]}, summary="Take a contact out of a wave"
)
def withdraw_invitation(request: HttpRequest, number: int) -> Status[dict[str, Any]]:
    """Their link opens nothing any more; an answer they gave stays."""
    row = waves.withdraw_invitation(number=number, by=actor_of(request), at=clock.now())
    return _stands(request, row.wave_id)


@router.get("/accounts/{path:account}/answers", response=dict[str, Any], summary="What an account's people answered")
def answers(request: HttpRequest, account: str, wanted: Query[Turned]) -> dict[str, Any]:
    """Every form, the newest first, a page at a time; never one score of the account."""
    person, today = person_of(request), clock.now().date()
    customer = find_account(account, person=person)
    page = forms.answers_of(
        account=customer.pk, person=person, today=today, after=wanted.after, size=wanted.limit
    )  # fmt: skip
    return {"account": customer.key, "next": page.next, "answers": [asdict(row) for row in page.rows]}


@router.get(
    "/accounts/{path:account}/mirror-forms", response=dict[str, Any], summary="What we believe an account would answer"
)  # fmt: skip
def mirror_forms(request: HttpRequest, account: str) -> dict[str, Any]:
    """The newest form of each of us."""
    person = person_of(request)
    customer = find_account(account, person=person)
    found = forms.mirror_forms(account=customer.pk, person=person, today=clock.now().date())
    return {"account": customer.key, "mirror_forms": [asdict(row) for row in found]}


@router.post("/mirror-forms", response={201: dict[str, Any]}, summary="Answer as you believe an account would")
def fill_in(request: HttpRequest, body: Mirrored) -> Status[dict[str, Any]]:
    """In your name, as of today; kept beside the customer's answers and never mixed with them."""
    account, at = find_account(body.account, person=person_of(request)).pk, clock.now()
    raw = {key: str(value) for key, value in body.answers.model_dump(exclude_none=True).items()}
    made = mirror.mirror(account=account, raw=raw, by=actor_of(request), at=at)
    return Status(201, asdict(forms.shown(form=made, today=at.date())))


def _stands(request: HttpRequest, number: int, **more: int) -> Status[dict[str, Any]]:
    """Where a wave stands after what was done to it."""
    shown, _people = status.wave_status(wave=number, person=person_of(request), at=clock.now())
    return Status(201, {**_wave(shown), **more})


def _wave(row: WaveShown) -> dict[str, Any]:
    told = {**asdict(row), "state": row.state}
    del told["version"]
    return told


def _invited(one: InvitationShown, keys: dict[int, str]) -> dict[str, Any]:
    told = {**asdict(one), "account": keys[one.account], "state": one.state}
    del told["part_label"]
    return told


def _keys(person: Person, accounts: Iterable[int]) -> dict[int, str]:
    return dict(visible_accounts(person).filter(pk__in=set(accounts)).values_list("pk", "key"))


def _bounds(one: Question) -> dict[str, Any]:
    if one.form == Form.WORDS:
        return {"most_letters": one.most}
    return {"lowest": one.lowest, "highest": one.answers[-1] if one.steps else one.most}
