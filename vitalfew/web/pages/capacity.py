"""Capacity: what each manager leads and has left of a month; planned hours, capacities, and all of one person's accounts."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from vitalfew.ground import clock
from vitalfew.ground.errors import Missing
from vitalfew.selection import capacity, handed, handing, hours
from vitalfew.selection.assuming import assumed
from vitalfew.selection.hours import ManagerHours
from vitalfew.selection.leading import SelectionRefused
from vitalfew.trust.access import sees_everything
from vitalfew.trust.models import Person
from vitalfew.trust.people import everyone, find_person
from vitalfew.trust.rights import Right, Role
from vitalfew.web import wording
from vitalfew.web.doorway import Request, actor
from vitalfew.web.drawing import small


@dataclass(frozen=True, slots=True)
class Row:
    """One manager as the page draws them; `others` could take over all that they lead."""

    hours: ManagerHours
    bar: SafeString
    others: tuple[ManagerHours, ...]


@require_GET
def capacity_page(request: Request) -> HttpResponse:
    """Everybody who leads or is meant to, for whoever sees every account; for the others their own hours."""
    today = clock.now().date()
    found = hours.managers(person=request.user, today=today)
    shown = tuple(row for row in found if row.managed or row.deputised or row.version or row.role == Role.MANAGER)
    widest = max((max(row.planned.value or 0, row.capacity.value or 0) for row in shown), default=0)
    others = found if Right.SELECT in request.rights else ()
    total = hours.total(shown, today=today)
    known = {
        "rows": [_row(row, widest, others) for row in shown],
        "total": dict(zip(("capacity", "planned", "left"), total, strict=True)),
        "whole": sees_everything(request.user),
        "here": sum(row.active for row in shown),
        "short": max(-(total[2].value or 0), 0),
        "over": tuple(row for row in shown if row.over and row.active),
        "gone": tuple(row for row in shown if row.gone),
        "waiting": handed.waiting(person=request.user),
        "given": assumed(),
    }
    return render(request, "selection/capacity.html", known)


@require_POST
def set_capacity(request: Request, person: int) -> HttpResponse:
    """Say how many hours a month a person has."""
    who = _person(person)
    told = capacity.set_capacity(
        person=who, hours=_hours(request), version=_version(request), by=actor(request), at=clock.now()
    )
    words = {"name": who.name, "hours": wording.hours(told.hours_a_month)}
    messages.success(request, _("%(name)s has %(hours)s a month for relationships.") % words)
    warn(request, who)
    return redirect("capacity")


@require_POST
def plan_hours(request: Request, account: int) -> HttpResponse:
    """Plan how many hours a month an account takes."""
    plan = capacity.plan_hours(
        account=account, hours=_hours(request), version=_version(request), by=actor(request), at=clock.now()
    )
    messages.success(request, _("%(hours)s a month are planned for it.") % {"hours": wording.hours(plan.hours_a_month)})
    return redirect("account", account=account)


@require_POST
def hand_over_all(request: Request, person: int) -> HttpResponse:
    """Pass on all that a person leads, every account or none."""
    giver = _person(person)
    word = request.POST.get("taker", "")
    if not word:
        raise SelectionRefused(_("Choose who takes over. Nothing was changed."))
    taker, words = find_person(word), {name: request.POST.get(name, "") for name in ("reason", "note")}
    done = handing.hand_over_all(giver=giver, taker=taker, by=actor(request), at=clock.now(), **words)
    said = ngettext("%(giver)s handed %(n)s account to %(taker)s.", "%(giver)s handed %(n)s accounts to %(taker)s.", len(done.handed))  # fmt: skip
    messages.success(request, said % {"giver": giver.name, "taker": taker.name, "n": len(done.handed)})
    if done.ended:
        messages.info(request, _("Without a deputy now: %(names)s.") % {"names": ", ".join(done.ended)})
    warn(request, taker)
    return redirect("capacity")


def warn(request: Request, person: Person) -> None:
    """A warning where a person has more to do than can be done well; what was asked for is done all the same."""
    row = hours.left_of(person=person, today=clock.now().date())
    if row.over:
        words = {"name": row.name, "hours": wording.hours(-(row.left.value or 0))}
        messages.warning(request, _("%(name)s has %(hours)s a month more planned than there are.") % words)
    if row.too_many:
        words = {"name": row.name, "n": wording.number(row.managed)}
        messages.warning(request, _("%(name)s leads %(n)s accounts: more than can be led well.") % words)


def _row(row: ManagerHours, widest: float, others: tuple[ManagerHours, ...]) -> Row:
    drawn = small.hours_bar(row.planned.value or 0, row.capacity.value or 0, of=widest)
    able = tuple(one for one in others if one.active and one.person != row.person)
    return Row(row, mark_safe(drawn), able if row.managed or row.deputised else ())


def _person(number: int) -> Person:
    for person in everyone():
        if person.pk == number:
            return person
    raise Missing(_("There is no such person."))


def _hours(request: Request) -> int:
    word = request.POST.get("hours", "").strip()
    if not (word.isascii() and word.isdigit() and len(word) <= 6):
        raise SelectionRefused(_("Say the hours a month as a whole number, such as 30. Nothing was changed."))
    return int(word)


def _version(request: Request) -> int:
    word = request.POST.get("version", "")
    if not (word.isascii() and word.isdigit() and len(word) <= 9):
        raise SelectionRefused(_("The form did not say which state it was opened in. Open the page again."))
    return int(word)
