"""What the customer's own people see, by signed links and without an account: the survey, what is held about them, a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vitalfew.ground import clock
from vitalfew.ledger import choices
from vitalfew.relationship.evidence import statements
from vitalfew.relationship.evidence.statements import StatementRefused
from vitalfew.relationship.survey import answering
from vitalfew.relationship.survey.answering import Opened
from vitalfew.relationship.survey.answers import AnswersRefused
from vitalfew.relationship.survey.questions import BY_KEY, SCREENS, Form, Question
from vitalfew.relationship.survey.waves import told
from vitalfew.relationship.survey.wording import LANGUAGES, words
from vitalfew.trust.links import LinkRefused
from vitalfew.trust.signing import limits

_GONE = 410
_POLES = {"replacing": "replacing", "recommend": "recommend", "ease": "ease"}  # the others run from "agree" to "agree"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A question as the page draws it."""

    key: str
    form: str
    legend: str
    options: tuple[Option, ...]
    low: str
    high: str
    value: str
    lowest: int
    most: int
    wrong: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """The form, with what was answered before; a POST keeps the answers. Opening changes nothing."""
    try:
        found = answering.opened(token=token, at=clock.now())
        if request.method != "POST":
            return _form(request, found, {key: str(value) for key, value in found.answers.items()})
        limits.spend(request, action="answer")
        try:
            answering.answer(token=token, raw=request.POST.dict(), at=clock.now(), request_id=_id(request))
        except AnswersRefused as refusal:
            return _form(request, found, request.POST.dict(), wrong=refusal, status=400)
    except LinkRefused:
        return _gone(request)
    return redirect(f"{request.path}?thanks")


@never_cache
@require_GET
def held(request: HttpRequest, token: str) -> HttpResponse:
    """What is held about the contact, for their own eyes."""
    try:
        found, opened = answering.held(token=token, at=clock.now()), answering.opened(token=token, at=clock.now())
    except LinkRefused:
        return _gone(request)
    said = words(opened.invitation.contact.language)
    known = {
        "held": found,
        "responses": [(row, _told_answers(row.answers, said, opened)) for row in found.responses],
        "statements": [(row, said[f"ask_{row.answer}"]) for row in found.statements],
    }
    return _page(request, "customer/held.html", opened, known)


@never_cache
@require_POST
def object_to(request: HttpRequest, token: str) -> HttpResponse:
    """The contact's wish not to be asked again."""
    limits.spend(request, action="answer")
    try:
        opened = answering.opened(token=token, at=clock.now())
        answering.object_to(token=token, at=clock.now(), request_id=_id(request))
    except LinkRefused:
        return _gone(request)
    return _page(request, "customer/objected.html", opened, {})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A statement put to the contact: is it right? Until the link ends the answer may be changed."""
    sentence, raw = "", request.POST
    try:
        found = statements.opened(token=token, at=clock.now())
        if request.method == "POST":
            limits.spend(request, action="answer")
            try:
                statements.reply(
                    token=token, answer=raw.get("answer", ""), correction=raw.get("correction", ""), at=clock.now(), request_id=_id(request)
                )  # fmt: skip
                return redirect(f"{request.path}?thanks")
            except StatementRefused as refusal:
                sentence = str(refusal)
    except LinkRefused:
        return _gone(request)
    names = {"firm": choices.firm_name(), "account": str(found.account), "name": found.contact.name, "until": ""}
    said = _said(found.contact.language, names)
    known = {
        "said": said, "language": found.contact.language, "statement": found, "thanks": "thanks" in request.GET, "sentence": sentence,
        "answers": [(value, said[f"ask_{value}"], value == (raw.get("answer") or found.answer)) for value in ("confirmed", "corrected", "declined")],
        "correction": raw.get("correction", found.correction),
    }  # fmt: skip
    return _draw(request, "customer/confirm.html", known, status=400 if sentence else 200)


def _told_answers(
    answers: Mapping[str, int | str], said: Mapping[str, str], opened: Opened
) -> list[tuple[str, str]]:  # fmt: skip
    """Each question that was answered, in words, with the answer as the form shows it."""
    found = []
    for question in (one for one in BY_KEY.values() if one.key in answers):
        options = {option.value: option.label for option in _options(question, said, "")}
        answer = str(answers[question.key])
        found.append((said[question.key].format(**_names(opened)), options.get(answer, answer)))
    return found


def _form(
    request: HttpRequest,
    found: Opened,
    raw: Mapping[str, str],
    *,
    wrong: AnswersRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    said = words(found.invitation.contact.language)
    sections = [
        (said[f"screen_{number}"], [_field(BY_KEY[key], raw, said, found, wrong) for key in keys])
        for number, keys in enumerate(SCREENS, start=1)
    ]
    known = {"sections": sections, "answered": found.answered, "wrong": wrong, "thanks": "thanks" in request.GET}
    return _page(request, "customer/survey.html", found, known, status=status)


def _field(
    question: Question, raw: Mapping[str, str], said: Mapping[str, str], found: Opened, wrong: AnswersRefused | None
) -> Field:  # fmt: skip
    value, key = raw.get(question.key, ""), question.key
    pole = _POLES.get(key, "agree")
    return Field(
        key=key, form=question.form.value, legend=said[key].format(**_names(found)), options=_options(question, said, value),
        low=said[f"{pole}_low"], high=said[f"{pole}_high"], value=value, lowest=question.lowest, most=question.most,
        wrong=str(wrong) if wrong and wrong.question == key else "",
    )  # fmt: skip


def _options(question: Question, said: Mapping[str, str], value: str) -> tuple[Option, ...]:
    name = "cheaper" if question.key.startswith("cheaper") else question.key
    named = question.form == Form.CHOICE
    return tuple(
        Option(str(step), said[f"{name}_{step}"] if named else str(step), value == str(step))
        for step in question.answers
    )


def _page(
    request: HttpRequest, template: str, found: Opened, known: dict[str, Any], *, status: int = 200
) -> HttpResponse:  # fmt: skip
    language = found.invitation.contact.language
    known |= {"said": _said(language, _names(found)), "language": language, "invitation": found.invitation}
    return _draw(request, template, known, status=status)


def _draw(request: HttpRequest, template: str, known: dict[str, Any], *, status: int) -> HttpResponse:
    with override(
        "en-gb" if known["language"] == "en" else known["language"]
    ):  # English dates as the rest of the house
        return render(request, template, known, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    """The same page for every link that holds no more, in a language the browser asks for."""
    spoken = request.headers.get("Accept-Language", "")[:2].lower()
    language = spoken if spoken in LANGUAGES else "en"
    known = {"said": words(language), "language": language}
    return _draw(request, "customer/gone.html", known, status=_GONE)


def _names(found: Opened) -> dict[str, str]:
    return told(found.invitation, found.invitation.wave, choices.firm_name())


def _said(language: str, names: Mapping[str, str]) -> dict[str, str]:
    """The sentences of a language with all names in them; letters are not shown on pages."""
    return {
        key: text.format(**names) for key, text in words(language).items() if not key.startswith(("mail_", "remind_"))
    }


def _id(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))
