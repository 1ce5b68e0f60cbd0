"""Account > Process: where the account stands, what its next stage waits for, and the verbs that move it on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vitalfew.brief.process import ProcessPage, process_page
from vitalfew.ground import clock
from vitalfew.ledger.visibility import let_see
from vitalfew.playbook.gates import Gate
from vitalfew.playbook.moving import pass_gate
from vitalfew.playbook.plays import operations
from vitalfew.trust.rights import Right
from vitalfew.web.doorway import Request, actor
from vitalfew.web.pages.playbook import process_shown as shown
from vitalfew.web.pages.playbook import words

FITS_SHOWN = 4


@require_GET
def process(request: Request, account: int) -> HttpResponse:
    """One account's stage with all its reasons, on one page."""
    today = clock.now().date()
    found = process_page(account, request.user, today)
    return render(request, "playbook/process.html", _known(found, request.rights, today))


@require_POST
def pass_through(request: Request, account: int) -> HttpResponse:
    """Take the account through its gate; refused unless its evidence holds today."""
    stage = request.POST.get("stage", "")
    pass_gate(
        account=account, stage=int(stage) if stage in ("0", "1", "2", "3", "4") else -1, words=request.POST.get("words", ""),
        by=actor(request), at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("It goes on from today. What it stood on is kept below, with your words."))
    return redirect("process", account=account)


@require_POST
def start_play(request: Request, account: int) -> HttpResponse:
    """Start a play that fits."""
    run = operations.start_play(
        account=account, play=request.POST.get("play", ""), by=actor(request), at=clock.now()
    )  # fmt: skip
    messages.success(request, _("“%(title)s” has begun. Its steps are below.") % {"title": run.title})
    return redirect("process", account=account)


@require_POST
def do_step(request: Request, account: int, number: int) -> HttpResponse:
    """Note that a step of a play is done."""
    let_see(account, request.user)
    step = request.POST.get("step", "")
    operations.do_step(run=number, step=int(step) if step.isascii() and step.isdigit() and len(step) < 4 else 0, by=actor(request), at=clock.now())  # fmt: skip
    return redirect("process", account=account)


@require_POST
def end_play(request: Request, account: int, number: int) -> HttpResponse:
    """End a play and say what came of it."""
    let_see(account, request.user)
    run = operations.end_play(
        run=number, outcome=request.POST.get("outcome", ""), version=_version(request.POST), by=actor(request), at=clock.now()
    )  # fmt: skip
    messages.success(request, _("“%(title)s” has ended. The Playbook counts what followed.") % {"title": run.title})
    return redirect("process", account=account)


def _known(page: ProcessPage, rights: frozenset[Right], today: date) -> dict[str, object]:
    told, gate, account = page.told, page.told.gate, page.told.account
    fits, view = shown.fitting(page), shown.View(account, page.names)
    ours, theirs = shown.items(gate, view, shown.OURS), shown.items(gate, view, shown.CUSTOMER)
    return {
        "account": account, "page": page, "told": told, "gate": gate, "today": today,
        "path": shown.path(told), "missing": shown.missing(told), "why": shown.why(told), "met": shown.met(gate),
        "falls": tuple(shown.falls(told)),
        "onward": words.title(told.stage.number + 1) if gate else "", "sides": ((shown.OURS, ours), (shown.CUSTOMER, theirs)),
        "first": _first(ours, theirs, gate, account, rights), "support": shown.pieces(told.support, view), "quiet": shown.quiet(page.silence, told.stage.number),
        "called": words.listed(f"“{words.title(one)}”" for one in told.called),         "fits": fits[:FITS_SHOWN], "more": fits[FITS_SHOWN:], "going": [run for run in page.runs if run.ended_on is None],
        "ended": [run for run in page.runs if run.ended_on], "waiting": [one for one in page.asked if not one.answer and not one.withdrawn and one.until >= today],
        "moves": [(move, shown.title_of(move), shown.stood_on(move, view)) for move in told.moves],
    }  # fmt: skip


def _first(
    ours: tuple[shown.ItemShown, ...], theirs: tuple[shown.ItemShown, ...], gate: Gate | None, account: int, rights: frozenset[Right]
) -> shown.Way | None:  # fmt: skip
    """The next thing to do at a gate that is shut; None where it is open or there is none, and for whoever only reads."""
    if Right.WORK not in rights or gate is None or gate.open:
        return None
    found = next((way for item in (*ours, *theirs) for way in item.ways), None)
    return found or next((shown.mending(one, account) for one in gate.closing), None)


def _version(said: Mapping[str, str]) -> int | None:
    told = said.get("version", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None
