"""Audit: what was done here, by whom, whether that record is whole; and all that was done to one account."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vitalfew.brief import trail
from vitalfew.brief.trail import Line
from vitalfew.ground import sheets
from vitalfew.trust import access, people
from vitalfew.trust.audit import verifying
from vitalfew.trust.audit.history import Wanted
from vitalfew.trust.audit.sentences import NOT_SHOWN
from vitalfew.web.doorway import Request, actor

PAGE = "audit/audit.html"
_HEADER = (
    "Number",
    "When (UTC)",
    "Who",
    "Through",
    "Verb",
    "Target",
    "Name",
    "What was done",
    "Before",
    "After",
    "Request",
)
_WORDS = ("target", "by", "verb", "since", "until", "q")


@dataclass(frozen=True, slots=True)
class Shown:
    """One line with its fields side by side: name, before, after."""

    line: Line
    fields: tuple[tuple[str, str, str], ...]


@require_GET
def audit_page(request: Request) -> HttpResponse:
    """One page of the trail, narrowed by the words of the address."""
    by, wanted = actor(request), _wanted(request)
    page = trail.trail(by=by, wanted=wanted)
    words = {name: request.GET.get(name, "") for name in _WORDS if request.GET.get(name)}
    known = {
        "lines": [_shown(line) for line in page.lines],
        "older": f"?{urlencode(words | {'after': page.next})}" if page.next else "",
        "query": f"?{urlencode(words)}" if words else "",
        "words": words,
        "further": wanted.after,
        "verbs": sorted(access.verbs()),
        "people": people.everyone(),
    }
    return render(request, PAGE, known)


@require_POST
def verify(request: Request) -> HttpResponse:
    """Verify the whole trail now and say what was found."""
    found = verifying.verify(by=actor(request), head=request.POST.get("head", "").strip())
    if found.whole:
        messages.success(request, found.sentence)
    else:
        messages.error(request, found.sentence)
    return redirect("audit")


@require_GET
def export(request: Request) -> FileResponse:
    """All entries that fit as CSV, however many; no cell of it can run as a formula."""
    lines = trail.every_line(by=actor(request), wanted=_wanted(request))
    made = tempfile.TemporaryFile()  # noqa: SIM115 — not in memory, a trail grows for years; the response closes it
    text = io.TextIOWrapper(made, encoding="utf-8-sig", newline="", write_through=True)
    sheets.write_csv(text, _HEADER, (_cells(line) for line in lines))
    text.detach()
    made.seek(0)
    response = FileResponse(made, as_attachment=True, filename="audit.csv", content_type="text/csv; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def account_history(request: Request, account: int) -> HttpResponse:
    """Everything that was done to one account, for whoever may see it."""
    found = trail.account_trail(account=account, person=request.user, after=_number(request.GET.get("after", "")))
    older = f"{reverse('account_history', args=[account])}?after={found.page.next}" if found.page.next else ""
    return render(request, "audit/account.html", {"found": found, "lines": found.page.lines, "older": older})


def _wanted(request: Request) -> Wanted:
    """Read leniently: a day that is none asks for every day. Raises Missing for an account that is not there."""
    words = request.GET
    return Wanted(
        target=trail.target_of(_word(words, "target"), person=request.user),
        actor=_word(words, "by"),
        verb=_word(words, "verb"),
        since=_day(words.get("since", "")),
        until=_day(words.get("until", "")),
        text=_word(words, "q"),
        after=_number(words.get("after", "")),
    )


def _word(words: QueryDict, name: str) -> str:
    """A word as a database can compare it: no NUL, no half of a sign, no more than anybody types."""
    text = " ".join(words.get(name, "").replace("\x00", "").split())[:200]
    return text.encode("utf-8", "ignore").decode()


def _day(word: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(word)
    return None


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else 0


def _shown(line: Line) -> Shown:
    before, after = line.row.before, line.row.after
    return Shown(line, tuple(_sides(before, after)))


def _sides(before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    for name in sorted({*before, *after}):
        yield name.replace("_", " "), _plain(before, name), _plain(after, name)


def _plain(values: Any, name: str) -> str:
    if name not in values:
        return ""
    value = values[name]
    if value == NOT_SHOWN:
        return _(NOT_SHOWN)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cells(line: Line) -> tuple[sheets.Cell, ...]:
    row = line.row
    told = (json.dumps(values, ensure_ascii=False) if values else "" for values in (row.before, row.after))
    when = f"{row.at:%Y-%m-%d %H:%M:%S}"
    return (row.number, when, row.who, row.door, row.verb, row.target, line.what, line.sentence, *told, row.request_id)
