"""Survey waves: who was asked, who is missing, what came; chosen, sent, reminded and closed here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vitalfew.ground import clock
from vitalfew.ledger import choices
from vitalfew.relationship.lists import ListRefused
from vitalfew.relationship.survey import status, waves
from vitalfew.relationship.survey.address import links_under
from vitalfew.relationship.survey.importing import import_answers
from vitalfew.relationship.survey.waves import WaveRefused
from vitalfew.web.doorway import Request, actor
from vitalfew.web.given import given_file


@require_http_methods(["GET", "POST"])
def waves_page(request: Request) -> HttpResponse:
    """Every wave, one row each; a POST makes a new one."""
    if request.method == "POST":
        days = request.POST.get("remind_after_days", "7")
        made = waves.make_wave(
            name=request.POST.get("name", ""), closes_on=_day(request.POST.get("closes_on", "")),
            remind_after_days=int(days) if days.isdecimal() and len(days) < 4 else 0, by=actor(request), at=clock.now(),
        )  # fmt: skip
        return redirect("wave", number=made.pk)
    found = status.wave_list(person=request.user, at=clock.now())
    return render(request, "relationship/waves.html", {"waves": found, "firm": choices.firm_name()})


@require_GET
def wave(request: Request, number: int) -> HttpResponse:
    """One wave: how many answered by part, who is missing, who else could be asked."""
    shown, invited = status.wave_status(wave=number, person=request.user, at=clock.now())
    more = status.could_be_asked(person=request.user, today=clock.now().date(), wave=number) if shown.open else ()
    known = {
        "wave": shown, "invited": invited, "more": more, "firm": choices.firm_name(),
        "to_send": sum(one.state == "chosen" for one in invited),
    }  # fmt: skip
    return render(request, "relationship/wave.html", known)


@require_POST
def choose(request: Request, number: int) -> HttpResponse:
    """Add the contacts that were ticked."""
    pairs = [word.partition(":") for word in request.POST.getlist("chosen")]
    if not pairs or not all(contact.isdecimal() and account.isdecimal() for contact, _colon, account in pairs):
        raise WaveRefused(_("Tick who is to be asked. Nothing was changed."))
    made = waves.choose(
        wave=number, chosen=[(int(contact), int(account)) for contact, _colon, account in pairs], by=actor(request), at=clock.now()
    )  # fmt: skip
    messages.success(request, ngettext("%(n)d contact was added. Nobody was written to yet.", "%(n)d contacts were added. Nobody was written to yet.", len(made)) % {"n": len(made)})  # fmt: skip
    return redirect("wave", number=number)


@require_POST
def send(request: Request, number: int) -> HttpResponse:
    """Write to everybody chosen who was not written to yet."""
    sent = waves.send(wave=number, link=_link(request), by=actor(request), at=clock.now())
    messages.success(
        request, ngettext("One letter is on its way.", "%(n)d letters are on their way.", sent) % {"n": sent}
    )
    return redirect("wave", number=number)


@require_POST
def remind(request: Request, number: int) -> HttpResponse:
    """Remind whoever was asked long enough ago and has not answered."""
    sent = waves.remind(wave=number, link=_link(request), by=actor(request), at=clock.now())
    if sent:
        messages.success(request, ngettext("One reminder is on its way.", "%(n)d reminders are on their way.", sent) % {"n": sent})  # fmt: skip
    else:
        messages.info(request, _("Nobody is due for a reminder: each goes once, some days after the first letter."))
    return redirect("wave", number=number)


@require_POST
def close(request: Request, number: int) -> HttpResponse:
    """Close the wave: its links open nothing any more."""
    waves.close_wave(wave=number, by=actor(request), at=clock.now())
    messages.success(request, _("The wave is closed: its links open nothing any more. What was answered stays."))
    return redirect("wave", number=number)


@require_POST
def withdraw(request: Request, number: int, invitation: int) -> HttpResponse:
    """Take one contact out of the wave."""
    waves.withdraw_invitation(number=invitation, by=actor(request), at=clock.now())
    return redirect("wave", number=number)


@require_POST
def bring_answers(request: Request) -> HttpResponse:
    """Answers from a file: kept at once, with the rows that were refused."""
    with given_file(request) as (path, name):
        told = import_answers(path=path, name=name, by=actor(request), at=clock.now())
    if not (told.new or told.changed or told.same):
        raise ListRefused(
            _("Not one of %(rows)d rows could be kept; row %(row)d: %(why)s")
            % {"rows": told.rows, "row": told.refused[0].number if told.refused else 1, "why": told.refused[0].reason if told.refused else ""}
        )  # fmt: skip
    messages.success(
        request,
        _("%(new)d answers are new, %(changed)d were changed, %(same)d were known; %(contacts)d contacts were added.")
        % {"new": told.new, "changed": told.changed, "same": told.same, "contacts": told.contacts},
    )
    for one in told.refused[:10]:
        messages.warning(request, _("Row %(row)d was left out: %(why)s") % {"row": one.number, "why": one.reason})
    if len(told.refused) > 10:
        messages.warning(request, _("%(n)d more rows were left out.") % {"n": len(told.refused) - 10})
    return redirect("waves")


def _link(request: Request) -> Callable[[str], str]:
    """What makes a token an address: the public one where it is set, else the one this page was asked under."""
    return links_under(settings.VITALFEW_ADDRESS or request.build_absolute_uri("/"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WaveRefused(_("Say until which day answers are taken. Nothing was made.")) from None
