"""People: who works here and as what, the teams they work in, and the page of one person: what they may do and see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vitalfew.brief.account import chips
from vitalfew.ground import clock
from vitalfew.ground.errors import Missing
from vitalfew.ledger.visibility import find_account
from vitalfew.selection.handed import led_by
from vitalfew.trust import people, teams
from vitalfew.trust.models import Person
from vitalfew.trust.rights import SEES_ALL, Role
from vitalfew.trust.signing import one_time as signin
from vitalfew.web.doorway import Request, actor
from vitalfew.web.pages import people_words


@dataclass(frozen=True, slots=True)
class Link:
    """A fresh sign-in link, shown to the one who made it and never again."""

    person: str
    address: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One account, or all (None), that a person was given to see; `ends` names the grant that can be ended here."""

    account: int | None
    name: str
    since: date
    until: date | None
    why: str
    reason: str
    ends: int | None


@require_GET
def people_page(request: Request) -> HttpResponse:
    """Everyone by name, with a form for one more, and the teams."""
    everyone = people.everyone()
    rows = [(person, Role(person.role).label, person.pk == request.user.pk) for person in everyone]
    known = {
        "rows": rows,
        "roles": people_words.roles(),
        "teams": [
            (team, [person.name for person in everyone if person.team_id == team.pk]) for team in teams.all_teams()
        ],
        "active": sum(person.is_active for person in everyone),
    }
    return render(request, "people/people.html", known)


@require_POST
def add_person(request: Request) -> HttpResponse:
    """Add one of our people and go on to their page."""
    person = people.add_person(
        email=request.POST.get("email", ""),
        name=request.POST.get("name", ""),
        role=request.POST.get("role", Role.VIEWER),
        by=actor(request),
        at=clock.now(),
    )
    messages.success(request, _("%(name)s is added. Send them a sign-in link.") % {"name": person.name})
    return redirect("person", person=person.pk)


@require_http_methods(["GET", "POST"])
def person_page(request: Request, person: int) -> HttpResponse:
    """One person: what they may do and see; a POST changes the former, refused when somebody else changed the same."""
    row = people.numbered(person)
    if request.method == "GET":
        return _page(request, row)
    people.change_person(
        email=row.email, wanted=_wanted(request), version=_version(request), by=actor(request), at=clock.now()
    )
    messages.success(request, _("Saved."))
    return redirect("person", person=person)


@require_POST
def invite(request: Request, person: int) -> HttpResponse:
    """Make a one-time sign-in link for a person and show it once."""
    row = people.numbered(person)
    if not row.is_active:
        raise people.PersonRefused(_("%(name)s is switched off: switch their sign-in on first.") % {"name": row.name})
    token = signin.make_link(person=row, by=actor(request), at=clock.now())
    return _page(request, row, Link(row.name, _address(request, token), int(signin.LIFETIME.total_seconds() // 60)))


@require_POST
def set_active(request: Request, person: int) -> HttpResponse:
    """Switch a person's sign-in off or on; refused when somebody changed them since the page was opened."""
    row, active = people.numbered(person), request.POST.get("active") == "1"
    if row.pk == request.user.pk and not active:
        raise people.PersonRefused(
            _("You cannot switch off your own sign-in: somebody else must. Nothing was changed.")
        )
    people.set_active(email=row.email, active=active, version=_version(request), by=actor(request), at=clock.now())
    told = (
        _("%(name)s can sign in again.")
        if active
        else _("%(name)s can no longer sign in. What they did stays on record.")
    )
    messages.success(request, told % {"name": row.name})
    led = () if active else led_by(leader=row, person=request.user)
    if led:
        words = {"name": row.name, "accounts": ", ".join(one.name for one in led)}
        messages.warning(request, _("%(name)s still leads %(accounts)s: hand over on the Capacity page.") % words)
        return redirect("capacity")
    return redirect("person", person=person)


@require_POST
def let_in(request: Request, person: int) -> HttpResponse:
    """Let a person see one more account, or all, until a day or until it is ended."""
    row, word = people.numbered(person), request.POST.get("account", "").strip()
    every = "every" in request.POST
    if not every and not word:
        raise teams.TeamRefused(_("Say which account, or choose every account. Nothing was changed."))
    accounts = None if every else [find_account(word, person=request.user).pk]
    teams.let_in(
        person=row,
        accounts=accounts,
        reason=request.POST.get("reason", ""),
        until=_day(request.POST.get("until", "")),
        by=actor(request),
        at=clock.now(),
    )
    messages.success(request, _("%(name)s sees it from today on.") % {"name": row.name})
    return redirect("person", person=person)


@require_POST
def end_grant(request: Request, person: int, grant: int) -> HttpResponse:
    """End what a person was let in to see."""
    row = people.numbered(person)
    if grant not in {held.pk for held in teams.grants_of(row)}:
        raise Missing(_("There is no such permission."))
    teams.end_grant(grant=grant, by=actor(request), at=clock.now())
    messages.success(request, _("%(name)s sees it no more.") % {"name": row.name})
    return redirect("person", person=person)


@require_POST
def add_team(request: Request) -> HttpResponse:
    """Make a team; people join it on their own page."""
    team = teams.add_team(name=request.POST.get("name", ""), by=actor(request), at=clock.now())
    messages.success(request, _("%(name)s is there. People join it on their own page.") % {"name": team.name})
    return redirect("people")


@require_POST
def rename_team(request: Request, team: int) -> HttpResponse:
    """Give a team another name."""
    teams.rename_team(
        team=team, name=request.POST.get("name", ""), version=_version(request), by=actor(request), at=clock.now()
    )
    return redirect("people")


def _page(request: Request, row: Person, link: Link | None = None) -> HttpResponse:
    known = {
        "person": row,
        "role": Role(row.role).label,
        "is_me": row.pk == request.user.pk,
        "roles": people_words.roles(),
        "teams": teams.all_teams(),
        "sees_all": Role(row.role) in SEES_ALL,
        "seen": _seen(request, row),
        "link": link,
    }
    return render(request, "people/person.html", known)


def _seen(request: Request, row: Person) -> list[Seen]:
    """What holds today or later, the newest first."""
    today = clock.now().date()
    held = [grant for grant in teams.grants_of(row) if grant.holds_until is None or grant.holds_until > today]
    names = chips([grant.account for grant in held if grant.account is not None], request.user)
    found = []
    for grant in held:
        chip = names.get(grant.account) if grant.account is not None else None
        name = chip.name if chip else _("Every account") if grant.account is None else _("a merged account")
        ends = grant.pk if grant.source == "hand" else None
        found.append(
            Seen(
                chip.account if chip else None,
                name,
                grant.holds_from,
                grant.holds_until,
                grant.get_source_display(),
                grant.reason,
                ends,
            )
        )
    return found


def _wanted(request: Request) -> people.Wanted:
    """What the form changes against the state it was opened in: what was left alone is not written, so that it merges.

    A new role starts with its own view of margins and opinions; the boxes of the form still show the old one's.
    """
    role = _word(request, "role")
    margin, opinions = (None, None) if role else (_box(request, "sees_margin"), _box(request, "sees_opinions"))
    return people.Wanted(_word(request, "name"), role, _word(request, "team"), margin, opinions)


def _word(request: Request, name: str) -> str | None:
    """A field's word where it was changed."""
    word = request.POST.get(name)
    return None if word == request.POST.get(f"was_{name}") else word


def _box(request: Request, name: str) -> bool | None:
    """A box where it was ticked or cleared."""
    ticked = name in request.POST
    return None if ticked == (request.POST.get(f"was_{name}") == "on") else ticked


def _address(request: HttpRequest, token: str) -> str:
    """The whole address of the link, under the public address where one is set."""
    path = reverse("use_link", args=[token])
    return (
        f"{settings.VITALFEW_ADDRESS.rstrip('/')}{path}"
        if settings.VITALFEW_ADDRESS
        else request.build_absolute_uri(path)
    )


def _version(request: Request) -> int:
    """The version that the form was opened with."""
    word = request.POST.get("version", "")
    if not (word.isascii() and word.isdigit() and len(word) < 10):
        raise people.PersonRefused(_("The form did not say which state it was opened in. Open the page again."))
    return int(word)


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if word else None
    except ValueError:
        raise teams.TeamRefused(
            _("“%(word)s” is no day such as 2027-03-31. Nothing was changed.") % {"word": word[:40]}
        ) from None
