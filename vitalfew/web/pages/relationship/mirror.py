"""The mirror form: one of us answers the customer's questions as the customer would."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vitalfew.ground import clock
from vitalfew.ledger import choices
from vitalfew.relationship.level.reasons import account_level
from vitalfew.relationship.survey import mirror
from vitalfew.relationship.survey.answers import AnswersRefused
from vitalfew.relationship.survey.questions import BY_KEY, SCREENS, Form, Question
from vitalfew.relationship.survey.wording import words
from vitalfew.selection import checks
from vitalfew.web.doorway import Request, actor
from vitalfew.web.pages.customer import Field, Option
from vitalfew.web.pages.relationship import level_views

_POLES = ("replacing", "recommend", "ease")  # the others run from "agree" to "agree"


@require_http_methods(["GET", "POST"])
def mirror_page(request: Request, account: int) -> HttpResponse:
    """The form with what this person believed last; a POST keeps what they believe now and tells the gap."""
    by = actor(request)
    name = str(checks.seen(account, by))
    if request.method != "POST":
        mine = next((row for person, row in mirror.beliefs(account=account) if person.pk == request.user.pk), None)
        raw = {key: str(value) for key, value in mine.answers.items()} if mine else {}
        return _form(request, account, name, raw, before=mine.answered_on if mine else None)
    try:
        mirror.mirror(account=account, raw=request.POST.dict(), by=by, at=clock.now())
    except AnswersRefused as refusal:
        return _form(request, account, name, request.POST.dict(), wrong=refusal)
    gap = level_views.gap(account_level(account=account, person=request.user))
    messages.success(request, " ".join(filter(None, (_("Kept beside what they say, never mixed with it."), gap))))
    return redirect("relationship", account=account)


def _form(
    request: Request,
    account: int,
    name: str,
    raw: Mapping[str, str],
    *,
    wrong: AnswersRefused | None = None,
    before: object = None,
) -> HttpResponse:
    said = _said(name)
    sections = [
        (said[f"screen_{number}"], [_field(BY_KEY[key], raw, said, wrong) for key in keys])
        for number, keys in enumerate(SCREENS, start=1)
    ]
    known = {"account": account, "name": name, "sections": sections, "said": said, "wrong": wrong, "before": before}
    return render(request, "relationship/mirror.html", known, status=400 if wrong else 200)


def _said(account: str) -> dict[str, str]:
    """The survey's own sentences in the reader's language; "us" in them are we, "you" the customer."""
    names = {"firm": choices.firm_name() or _("this supplier"), "account": account, "name": "", "until": ""}
    told = words((get_language() or "en")[:2])
    return {key: text.format(**names) for key, text in told.items() if not key.startswith(("mail_", "remind_"))}


def _field(question: Question, raw: Mapping[str, str], said: Mapping[str, str], wrong: AnswersRefused | None) -> Field:
    key, value = question.key, raw.get(question.key, "")
    pole = key if key in _POLES else "agree"
    return Field(
        key=key, form=question.form.value, legend=said[key], options=_options(question, said, value), low=said[f"{pole}_low"],
        high=said[f"{pole}_high"], value=value, lowest=question.lowest, most=question.most,
        wrong=str(wrong) if wrong and wrong.question == key else "",
    )  # fmt: skip


def _options(question: Question, said: Mapping[str, str], value: str) -> tuple[Option, ...]:
    name = "cheaper" if question.key.startswith("cheaper") else question.key
    named = question.form == Form.CHOICE
    return tuple(
        Option(str(step), said[f"{name}_{step}"] if named else str(step), value == str(step))
        for step in question.answers
    )
