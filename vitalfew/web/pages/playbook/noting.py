"""Evidence of ours, noted on a form: what is known and where from; its file opened again; taken back where it was wrong."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vitalfew.brief.account import chips
from vitalfew.ground import clock
from vitalfew.ledger.visibility import let_see
from vitalfew.playbook.kinds import KINDS
from vitalfew.relationship.evidence import listing, papers
from vitalfew.relationship.evidence.noting import end_evidence, note_evidence
from vitalfew.relationship.evidence.papers import Paper
from vitalfew.relationship.evidence.recording import EvidenceRefused, withdraw_evidence
from vitalfew.relationship.people.map import people_map
from vitalfew.web.doorway import Request, actor
from vitalfew.web.given import given_file

# What may be noted by hand, in the order of the form; the rest comes by statements, the survey, people and the ledger.
NOTED = (
    "reason_to_buy", "aim", "aim_supported", "objective", "actions_owned", "whitespace_reviewed", "promise_kept", "promise_late",
    "promise_broken", "value_item", "joint_plan_cycle", "executive_meeting", "champion_left", "sponsor_left", "tender", "critical_issue",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: Request, account: int) -> HttpResponse:
    """What one of us knows, from a person there, an address or a file: the form, and noting it."""
    if request.method != "POST":
        return _form(request, account)
    let_see(account, request.user)
    if request.FILES.get("file"):
        with given_file(request) as (path, name):
            _note(request, account, Paper(path, name))
    else:
        _note(request, account, None)
    messages.success(request, _("Noted, as evidence of ours."))
    return redirect("process", account=account)


@require_POST
def take_back(request: Request, account: int, number: int) -> HttpResponse:
    """Withdraw evidence of ours that was wrong."""
    let_see(account, request.user)
    if listing.evidence(number=number, person=request.user).side != "ours":
        raise EvidenceRefused(_("What they said is theirs: only their own answer changes it. Nothing was changed."))
    withdraw_evidence(number=number, reason=request.POST.get("reason", ""), by=actor(request), at=clock.now())
    messages.success(request, _("The evidence is withdrawn; it stays in the history."))
    return redirect("process", account=account)


@require_POST
def end(request: Request, account: int, number: int) -> HttpResponse:
    """Say that what one of us noted is over, from a day on."""
    let_see(account, request.user)
    at = clock.now()
    end_evidence(number=number, on=_day(request.POST.get("on", "")) or at.date(), by=actor(request), at=at)
    messages.success(request, _("It is over. What it was stays in the history."))
    return redirect("process", account=account)


@require_GET
def evidence_file(request: Request, account: int, number: int) -> FileResponse:
    """The file that was kept with a piece of evidence."""
    let_see(account, request.user)
    path, name = papers.paper_of(evidence=number, person=request.user)
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")


def _note(request: Request, account: int, paper: Paper | None) -> None:
    said = request.POST
    contact = said.get("contact", "")
    note_evidence(
        account=account, kind=said.get("kind", ""), words=said.get("words", ""), source=said.get("source", ""),
        contact=int(contact) if contact.isascii() and contact.isdigit() and len(contact) < 19 else None, paper=paper,
        holds_from=_day(said.get("since", "")), by=actor(request), at=clock.now(),
    )  # fmt: skip


def _form(request: Request, account: int) -> HttpResponse:
    kind, today = request.GET.get("kind", ""), clock.now().date()
    people = people_map(account=account, by=actor(request), today=today).contacts
    known = {
        "account": account, "chip": chips([account], request.user)[account], "people": people, "today": today,
        "kind": kind if kind in NOTED else NOTED[0], "kinds": [(one, str(KINDS[one].label)) for one in NOTED],
    }  # fmt: skip
    return render(request, "playbook/note.html", known)


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        raise EvidenceRefused(_("Write the day as year-month-day. Nothing was recorded.")) from None
