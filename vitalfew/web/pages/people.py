"""The People page: who works here, who may sign in, and a link that signs a person in once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vitalfew.ground import clock
from vitalfew.ground.errors import Missing
from vitalfew.trust import people, signin
from vitalfew.web.doorway import Request, actor


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the list; `version` goes into the form so that a stale change is refused."""

    number: int
    name: str
    email: str
    active: bool
    added_at: datetime
    version: int
    is_me: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A fresh sign-in link, shown to the one who made it and never again."""

    person: str
    address: str
    minutes: int


def people_page(request: Request) -> HttpResponse:
    """The list; a POST with `link` makes a one-time sign-in link for that person and shows it once."""
    link = _made_link(request) if request.method == "POST" else None
    rows = _rows(request)
    return render(
        request, "people/people.html", {"rows": rows, "link": link, "active": sum(row.active for row in rows)}
    )


@require_POST
def add_person(request: Request) -> HttpResponse:
    """Add one of our people."""
    person = people.add_person(
        email=request.POST.get("email", ""), name=request.POST.get("name", ""), by=actor(request), at=clock.now()
    )
    messages.success(request, _("%(name)s is added. Make a sign-in link for them below.") % {"name": person.name})
    return redirect("people")


@require_POST
def set_active(request: Request, person: int) -> HttpResponse:
    """Switch a person's sign-in off or on; refused when somebody changed them since the page was opened."""
    row, active = _found(request, person), request.POST.get("active") == "1"
    if row.is_me and not active:
        raise people.PersonRefused(
            _("You cannot switch off your own sign-in: somebody else must. Nothing was changed.")
        )
    version = request.POST.get("version", "")
    if not version.isdigit():
        raise people.PersonRefused(_("The form did not say which state it was opened in. Open the page again."))
    people.set_active(email=row.email, active=active, version=int(version), by=actor(request), at=clock.now())
    told = (
        _("%(name)s can sign in again.")
        if active
        else _("%(name)s can no longer sign in. What they did stays on record.")
    )
    messages.success(request, told % {"name": row.name})
    return redirect("people")


def _made_link(request: Request) -> Link:
    word = request.POST.get("link", "")
    row = _found(request, int(word) if word.isdigit() else 0)
    if not row.active:
        raise people.PersonRefused(_("%(name)s is switched off: switch their sign-in on first.") % {"name": row.name})
    token = signin.make_link(person=people.find_person(row.email), by=actor(request), at=clock.now())
    return Link(row.name, _address(request, token), int(signin.LIFETIME.total_seconds() // 60))


def _address(request: HttpRequest, token: str) -> str:
    """The whole address of the link, under the public address where one is set."""
    path = reverse("use_link", args=[token])
    return (
        f"{settings.VITALFEW_ADDRESS.rstrip('/')}{path}"
        if settings.VITALFEW_ADDRESS
        else request.build_absolute_uri(path)
    )


def _rows(request: Request) -> list[Row]:
    return [
        Row(
            person.pk,
            person.name,
            person.email,
            person.is_active,
            person.added_at,
            person.version,
            person.pk == request.user.pk,
        )
        for person in people.everyone()
    ]


def _found(request: Request, number: int) -> Row:
    for row in _rows(request):
        if row.number == number:
            return row
    raise Missing(_("There is no such person."))
