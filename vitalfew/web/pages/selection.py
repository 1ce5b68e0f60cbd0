"""Portfolio: which customers carry us, are they led, are they rising; and the verbs that change who leads."""

from __future__ import annotations

from io import StringIO
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vitalfew.ground import clock, sheets
from vitalfew.ground.errors import Refusal
from vitalfew.playbook.told import stage_words
from vitalfew.relationship.level.told import level_of
from vitalfew.selection import operations, queries
from vitalfew.selection.headline import headline
from vitalfew.selection.own import own
from vitalfew.trust.access import sees_everything
from vitalfew.trust.models import Person
from vitalfew.trust.people import active_people, find_person
from vitalfew.web.doorway import Request, actor
from vitalfew.web.pages import portfolio_words
from vitalfew.web.pages.asked import Asked, asked
from vitalfew.web.pages.capacity import warn
from vitalfew.web.templatetags.shown import same_site

PAGE = "selection/portfolio.html"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADER = (
    "Rank", "Rank from", "Rank to", "Chance of top fifth", "Moved", "Number", "Name", "Country", "Net 12 months", "Currency",
    "Share", "Running share", "Last order", "Key account", "Manager", "Manager e-mail", "Deputy",
)  # fmt: skip


@require_GET
def portfolio(request: Request) -> HttpResponse:
    """The whole page, or for htmx the list, with the figures above it where their window has changed."""
    wish = asked(request.GET)
    if request.GET.get("part") == "choices":
        return render(request, f"{PAGE}#choices", {"asked": wish, "choices": queries.choices(person=request.user)})
    page = queries.portfolio(person=request.user, wanted=wish.wanted)
    levels = level_of(accounts=[row.account for row in page.rows])
    keys = [row.account for row in page.rows if row.is_key]
    stages = stage_words(keys) if keys else {}
    columns = portfolio_words.columns(wish.wanted.sort, levels=bool(levels))
    known: dict[str, object] = {"asked": wish, "page": page, "columns": columns, "levels": levels, "stages": stages}
    if not request.htmx:
        return render(request, PAGE, known | _above(request, wish))
    if wish.wanted.after:
        return render(request, f"{PAGE}#rows", known)
    parts = known | _above(request, wish) | {"oob": True} if wish.window != _shown_window(request) else known
    response = render(request, f"{PAGE}#answer", parts)
    response["HX-Push-Url"] = wish.address
    return response


@require_GET
def export(request: Request, kind: str) -> HttpResponse:
    """All rows that fit the filters as CSV or XLSX; no cell of it can run as a formula."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    wish = asked(request.GET)
    rows = (_cells(row) for row in queries.every_row(person=request.user, wanted=wish.wanted))
    if kind == "xlsx":
        response = HttpResponse(sheets.xlsx(_HEADER, rows, sheet="Portfolio"), content_type=_XLSX)
    else:
        made = StringIO()
        sheets.write_csv(made, _HEADER, rows)
        response = HttpResponse(made.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="portfolio.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def designate(request: Request, account: int) -> HttpResponse:
    """Make one account key, with its manager if one is chosen."""
    people = {role: _person(request, role) for role in ("manager", "deputy")}
    operations.designate(
        account=account, reason=request.POST.get("reason", ""), by=actor(request), at=clock.now(), **people
    )
    messages.success(request, _("It is a key account from today on."))
    for person in filter(None, people.values()):
        warn(request, person)
    return redirect("account", account=account)


@require_POST
def assign(request: Request, account: int) -> HttpResponse:
    """Give a key account its manager or deputy."""
    role, person = request.POST.get("role", ""), _chosen(request)
    operations.assign(
        account=account,
        person=person,
        role=role,
        reason=request.POST.get("reason", ""),
        by=actor(request),
        at=clock.now(),
    )
    messages.success(
        request,
        _("%(name)s leads it from today on.") % {"name": person.name}
        if role == "manager"
        else _("%(name)s is deputy from today on.") % {"name": person.name},
    )
    warn(request, person)
    return redirect("account", account=account)


@require_POST
def review(request: Request, account: int) -> HttpResponse:
    """Note that somebody looked whether the account should stay key."""
    outcome = request.POST.get("outcome", "")
    operations.review(
        account=account, outcome=outcome, reason=request.POST.get("reason", ""), by=actor(request), at=clock.now()
    )
    messages.success(request, _("The review is noted."))
    return redirect("account", account=account)


@require_POST
def release(request: Request, account: int) -> HttpResponse:
    """End a designation; refused if somebody changed it since this form was opened."""
    version = request.POST.get("version", "")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
    operations.release(
        account=account, reason=request.POST.get("reason", ""), by=actor(request), at=clock.now(), version=number
    )
    messages.success(request, _("It is no key account any more. Its history stays."))
    return redirect("account", account=account)


@require_http_methods(["GET", "POST"])
def designate_many(request: Request) -> HttpResponse:
    """The bar that acts on chosen rows (GET), and the designation of these accounts (POST)."""
    if request.method == "GET":
        return render(request, f"{PAGE}#bulk", {"people": active_people()})
    manager = _person(request, "manager")
    by, at, reason = actor(request), clock.now(), request.POST.get("reason", "")
    done = 0
    for account in _accounts(request):
        try:
            operations.designate(account=account, reason=reason, by=by, at=at, manager=manager)
            done += 1
        except Refusal as refusal:
            messages.warning(request, str(refusal))
    if manager and done:
        warn(request, manager)
    return _back(
        request, ngettext("%(n)s account designated.", "%(n)s accounts designated.", done) % {"n": done} if done else ""
    )


@require_POST
def assign_many(request: Request) -> HttpResponse:
    """Give the chosen key accounts one manager or deputy."""
    person, role = _chosen(request), request.POST.get("role", "manager")
    by, at, reason = actor(request), clock.now(), request.POST.get("reason", "")
    done = 0
    for account in _accounts(request):
        try:
            operations.assign(account=account, person=person, role=role, reason=reason, by=by, at=at)
            done += 1
        except Refusal as refusal:
            messages.warning(request, str(refusal))
    said = ngettext("%(name)s was given %(n)s account.", "%(name)s was given %(n)s accounts.", done) % {
        "n": done,
        "name": person.name,
    }
    if done:
        warn(request, person)
    return _back(request, said if done else "")


def _above(request: Request, wish: Asked) -> dict[str, object]:
    if not sees_everything(request.user):
        return {"own": own(person=request.user)}
    head = headline(person=request.user, months=wish.months, basis=wish.basis, level=wish.level)
    keys = int(head.key_accounts.value or 0)
    return {
        "head": head,
        "keys": keys,
        "unled": keys - round((head.coverage.value or 0) * keys),
        "curve": portfolio_words.drawn_curve(head),
        "curve_rows": portfolio_words.table(head),
        "summary": portfolio_words.summary(head),
        "offered": {
            "months": tuple(sorted({months for months, _basis, _level in head.windows})),
            "margin": any(basis == "margin" for _months, basis, _level in head.windows),
            "group": any(level == "group" for _months, _basis, level in head.windows),
        },
    }


def _shown_window(request: Request) -> tuple[int, str, str]:
    """The window of the page that asks, as its own address tells; that of the bare page where it is no address."""
    try:
        query = urlsplit(request.htmx.current_url or "").query
    except ValueError:
        query = ""
    return asked(QueryDict(query)).window


def _cells(row: queries.AccountRow) -> tuple[sheets.Cell, ...]:
    manager, deputy, net = row.manager, row.deputy, row.net_12_months
    return (
        *(
            row.rank,
            row.low,
            row.high,
            row.chance,
            row.moved,
            row.key,
            row.name,
            row.country,
            float(net.major),
            net.currency,
        ),
        *(row.share, row.running_share, row.last_day.isoformat(), "yes" if row.is_key else "no"),
        *(manager.name if manager else "", manager.email if manager else "", deputy.name if deputy else ""),
    )


def _person(request: Request, field: str) -> Person | None:
    word = request.POST.get(field, "")
    return find_person(word) if word else None


def _chosen(request: Request) -> Person:
    person = _person(request, "manager")
    if person is None:
        raise operations.SelectionRefused(_("Choose a person first. Nothing was changed."))
    return person


def _accounts(request: Request) -> list[int]:
    """The chosen accounts; refused where none was chosen."""
    found = [int(word) for word in request.POST.getlist("account") if word.isascii() and word.isdigit()]
    if not found:
        raise operations.SelectionRefused(_("Choose one or more accounts in the list first. Nothing was changed."))
    return found[:500]


def _back(request: Request, said: str) -> HttpResponse:
    if said:
        messages.success(request, said)
    return redirect(same_site(request.headers.get("Referer"), request))
