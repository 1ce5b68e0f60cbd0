"""The Import page: hand files over, see how each is read, import or drop it, look at what was imported, undo it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from vitalfew.ground import clock
from vitalfew.ledger import arrivals, batches, operations, queries, rates
from vitalfew.ledger.engines.folder import disk_refusal
from vitalfew.rounds import jobs
from vitalfew.trust import files
from vitalfew.web.doorway import Request, actor
from vitalfew.web.pages import ledger_reading, ledger_report

_LEFT_LYING = timedelta(seconds=30)
_BUSY = ("waiting", "reading")


@dataclass(frozen=True, slots=True)
class Card:
    """One file handed over, as drawn. `mark` says what the browser has seen, so that polling answers only to news."""

    row: queries.ArrivalRow
    state: str
    told: str
    busy: bool
    importing: bool
    percent: int
    left_lying: bool
    say: bool

    @property
    def mark(self) -> str:
        """Changes whenever the card would look different."""
        return f"{self.state}-{self.percent}-{int(self.left_lying)}"


@require_GET
def arrivals_page(request: Request) -> HttpResponse:
    """The page, or for htmx the part of it that may have changed."""
    found: dict[str, object] = {"ledger": queries.state(), "batches": [_imported(row) for row in queries.batch_rows()]}
    if request.htmx and request.GET.get("part") == "batches":
        return render(request, "ledger/import.html#batches", found)
    if request.htmx and request.GET.get("part") == "state":
        return render(request, "ledger/import.html#state", found)
    importing = request.GET.get("importing", "")
    rows = queries.arrivals(person=request.user)
    found["cards"] = [_drawn(row, importing=str(row.number) == importing) for row in rows]
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
    cards = [_drawn(queries.arrival(number, person=request.user), say=True) for number in taken]
    return render(request, "ledger/import.html#cards", {"cards": cards})


@require_GET
def arrival(request: Request, number: int) -> HttpResponse:
    """One file handed over: its page, or its card for htmx; 204 where nothing changed since the card was drawn."""
    found = _drawn(queries.arrival(number, person=request.user), importing="importing" in request.GET)
    if not request.htmx:
        return render(request, "ledger/arrival.html", found)
    if request.GET.get("seen") == found["card"].mark:
        return HttpResponse(status=204)
    return _card(request, number, importing=found["card"].importing)


@require_POST
def answer(request: Request, number: int) -> HttpResponse:
    """Note how the file is to be read and read it again."""
    row = queries.arrival(number, person=request.user)
    choices = ledger_reading.choices_posted(row, request.POST)
    arrivals.answer(number=number, choices=choices, by=actor(request), at=clock.now())
    jobs.read_later(arrival=number)
    return _card(request, number) if request.htmx else redirect("arrival", number)


@require_POST
def accept(request: Request, number: int) -> HttpResponse:
    """Import a file as it was read, in the background."""
    row = queries.arrival(number, person=request.user)
    if row.state != "read":
        raise arrivals.ArrivalRefused(_("%(file)s is not ready to be imported: look at its card.") % {"file": row.file})
    jobs.accept_later(arrival=number, by=actor(request))
    return _card(request, number, importing=True) if request.htmx else redirect(f"{reverse('arrival', args=[number])}?importing=1")


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
    return render(request, "ledger/batch.html", {"batch": _imported(row), "reported": ledger_report.reported(row.report)})


def undo(request: Request, number: int) -> HttpResponse:
    """Ask whether to take a batch back, saying what will come back; a POST does it."""
    row = queries.batch(number)
    if request.method == "POST":
        operations.undo_batch(number=number, by=actor(request), at=clock.now())
        return redirect("batch", number)
    return render(request, "ledger/undo.html", {"batch": _imported(row), "reported": ledger_report.reported(row.report)})


@require_GET
def refused_rows(request: Request, number: int) -> FileResponse:
    """The refused and set-aside rows of a batch, to mend and import again."""
    del request
    row, found = queries.batch(number), queries.refused_file(number)
    name = f"{Path(row.file).name.partition('.')[0]}-refused.csv"
    return FileResponse(files.path_of(found).open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


@require_GET
def rates_page(request: Request) -> HttpResponse:
    """Which currencies the ledger holds, and through which rates they meet."""
    own, today = batches.own_currency(), clock.now().date()
    used = batches.currencies()
    others = [currency for currency in used if currency not in (own, ledger_report.NO_CURRENCY)]
    spans = rates.conversions(own, others, until=today) if others else ()
    return render(request, "ledger/rates.html", {
        "own": "" if own == ledger_report.NO_CURRENCY else own,
        "used": [(currency, lines) for currency, lines in used.items() if currency != ledger_report.NO_CURRENCY],
        "unnamed": used.get(ledger_report.NO_CURRENCY, 0),
        "alone": rates.without_rates(own, others),
        "spans": sorted(spans, key=lambda span: (span.currency, span.first), reverse=True),
        "batches": [_imported(row) for row in queries.batch_rows() if row.kind == "rates"],
    })  # fmt: skip


def _take(request: Request, given: UploadedFile) -> int:
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
    return cast(int, taken.pk)


def _card(request: Request, number: int, *, importing: bool = False) -> HttpResponse:
    """The card as a part of the page; when its file was imported, the parts that tell of the ledger follow."""
    row = queries.arrival(number, person=request.user)
    response = render(request, "ledger/arrival.html#card", _drawn(row, importing=importing, say=True))
    if row.state == "accepted":
        response["HX-Trigger"] = "ledger-changed"
    return response


def _drawn(row: queries.ArrivalRow, *, importing: bool = False, say: bool = False) -> dict[str, object]:
    """All that the card of one file shows."""
    importing = importing and row.state in ("read", *_BUSY)
    state = "waiting" if importing and row.state == "read" else row.state
    busy, percent = state in _BUSY, math.floor(100 * row.done) if row.preview.get("lines_guess") else 0
    since = clock.now() - row.arrived_at
    card = Card(
        row=row, state=state, told=_told(row, importing, percent), busy=busy, importing=importing, percent=percent,
        left_lying=state == "waiting" and since > _LEFT_LYING and not row.choices and not importing, say=say,
    )  # fmt: skip
    found: dict[str, object] = {"card": card}
    if not busy:
        found |= {"form": ledger_reading.reading_form(row), "ways": ledger_reading.WAYS, "summary": ledger_reading.summary(row)}
    if row.state == "accepted" and row.batch:
        accepted = queries.batch(row.batch)
        fresh = accepted.report.get("file") == row.file and accepted.accepted_at >= row.arrived_at
        found |= {"batch": _imported(accepted), "reported": ledger_report.reported(accepted.report) if fresh else None}
    return found


def _told(row: queries.ArrivalRow, importing: bool, percent: int) -> str:
    """The state of a file in words."""
    if importing:
        return _("being imported: %(percent)s %%") % {"percent": percent} if percent else _("being imported")
    asked = len(row.preview.get("questions", ()))
    return {
        "waiting": _("waits to be read"),
        "reading": _("is being read"),
        "asking": ngettext("one question", "%(number)s questions", asked) % {"number": asked},
        "read": _("understood: look and decide"),
        "refused": _("cannot be imported as it is"),
        "accepted": _("imported") if row.batch else _("nothing to import"),
        "dropped": _("put away"),
    }[row.state]


def _imported(row: queries.BatchRow) -> ledger_report.Imported:
    return ledger_report.imported(row, now=_now())


def _now() -> datetime:
    return clock.now()
