"""The Import page: hand files over, see how each is read, import or drop it, look at what was imported, undo it."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vitalfew.ground import clock
from vitalfew.ledger import arrivals, batches, operations, queries
from vitalfew.ledger.engines.folder import disk_refusal
from vitalfew.rounds import jobs
from vitalfew.trust import files
from vitalfew.web.doorway import Request, actor
from vitalfew.web.pages import ledger_reading, ledger_report
from vitalfew.web.pages.ledger_card import Card, card_of


@require_GET
def arrivals_page(request: Request) -> HttpResponse:
    """The page, or for htmx the part of it that may have changed."""
    found: dict[str, object] = {
        "ledger": queries.state(),
        "batches": [ledger_report.imported(row) for row in queries.batch_rows()],
    }
    if request.htmx and request.GET.get("part") == "batches":
        return render(request, "ledger/import.html#batches", found)
    if request.htmx and request.GET.get("part") == "state":
        return render(request, "ledger/import.html#state", found)
    found["cards"] = [card_of(row) for row in queries.arrivals(person=request.user)]
    return render(request, "ledger/import.html", found)


@require_POST
def upload(request: Request) -> HttpResponse:
    """Take files in; each is read in the background and shown as a card."""
    given = request.FILES.getlist("files")
    if not given:
        raise arrivals.ArrivalRefused(_("No file was handed over. Choose one or more files first."))
    taken = [_take(request, file) for file in given]
    if not request.htmx:
        return redirect("import")
    cards = [card_of(queries.arrival(number, person=request.user)) for number in reversed(taken)]
    return render(request, "ledger/import.html#cards", {"cards": cards})


@require_GET
def arrival(request: Request, number: int) -> HttpResponse:
    """One file handed over: its page, or its card for htmx; 204 where nothing changed since the card was drawn."""
    card = card_of(queries.arrival(number, person=request.user), say=bool(request.htmx))
    if not request.htmx:
        return render(request, "ledger/arrival.html", {"card": card})
    return HttpResponse(status=204) if request.GET.get("seen") == card.mark else _card(request, card)


@require_POST
def answer(request: Request, number: int) -> HttpResponse:
    """Note how the file is to be read and read it again."""
    row = queries.arrival(number, person=request.user)
    choices = ledger_reading.choices_posted(row, request.POST)
    arrivals.answer(number=number, choices=choices, by=actor(request), at=clock.now())
    jobs.read_later(arrival=number)
    return _answered(request, number)


@require_POST
def accept(request: Request, number: int) -> HttpResponse:
    """Import a file as it was read, in the background."""
    arrivals.want(number=number, by=actor(request), at=clock.now())
    jobs.accept_later(arrival=number, by=actor(request))
    return _answered(request, number)


@require_POST
def drop(request: Request, number: int) -> HttpResponse:
    """Put a file away without importing it."""
    row = queries.arrival(number, person=request.user)
    arrivals.drop(number=number, by=actor(request), at=clock.now())
    if not request.htmx:
        return redirect("import")
    return render(request, "ledger/arrival.html#gone", {"row": row})


@require_GET
def batch(request: Request, number: int) -> HttpResponse:
    """One imported file: the account of its lines."""
    row = queries.batch(number)
    return render(
        request,
        "ledger/batch.html",
        {"batch": ledger_report.imported(row), "reported": ledger_report.reported(row.report)},
    )


def undo(request: Request, number: int) -> HttpResponse:
    """Ask whether to take a batch back, saying what will come back; a POST does it."""
    row = queries.batch(number)
    if request.method == "POST":
        operations.undo_batch(number=number, by=actor(request), at=clock.now())
        return redirect("batch", number)
    return render(
        request,
        "ledger/undo.html",
        {"batch": ledger_report.imported(row), "reported": ledger_report.reported(row.report)},
    )


@require_GET
def refused_rows(request: Request, number: int) -> FileResponse:
    """The refused and set-aside rows of a batch, to mend and import again."""
    del request
    row, found = queries.batch(number), queries.refused_file(number)
    name = f"{Path(row.file).name.partition('.')[0]}-refused.csv"
    return FileResponse(
        files.path_of(found).open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )


@require_GET
def rates(request: Request) -> HttpResponse:
    """Which currencies the ledger holds, and through which rates they meet."""
    found = ledger_report.currencies(own=batches.own_currency(), used=batches.currencies(), today=clock.now().date())
    files_of_rates = [ledger_report.imported(row) for row in queries.batch_rows() if row.kind == "rates"]
    return render(request, "ledger/rates.html", {"currencies": found, "batches": files_of_rates})


def _take(request: Request, given: UploadedFile[Any]) -> int:
    """Keep an uploaded file; the browser's name is kept as a word and never used as a path."""
    name, by, at = given.name or _("unnamed"), actor(request), clock.now()
    try:
        if isinstance(given, TemporaryUploadedFile):
            taken = arrivals.receive(path=Path(given.temporary_file_path()), name=name, by=by, at=at)
        else:
            with NamedTemporaryFile() as copy:
                for block in given.chunks():
                    copy.write(block)
                copy.flush()
                taken = arrivals.receive(path=Path(copy.name), name=name, by=by, at=at)
    except OSError as error:
        raise disk_refusal(error, name) from error
    jobs.read_later(arrival=taken.pk)
    return taken.pk


def _answered(request: Request, number: int) -> HttpResponse:
    """After a choice: the card, with the focus on it, or the file's own page where there is no htmx."""
    if not request.htmx:
        return redirect("arrival", number)
    row = queries.arrival(number, person=request.user)
    return _card(request, card_of(row, say=True, focus=True))


def _card(request: Request, card: Card) -> HttpResponse:
    """The card as a part of the page; once its file is imported, the parts that tell of the ledger follow."""
    response = render(request, "ledger/arrival.html#card", {"card": card})
    if card.state == "accepted":
        response["HX-Trigger"] = "ledger-changed"
    return response
