"""Hand-over: an account's role passes to the next one; the sheet that goes with it, and the word that it was read."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vitalfew.brief.handover import hand_over_pack
from vitalfew.ground import clock
from vitalfew.selection import handed, handing
from vitalfew.selection.leading import SelectionRefused
from vitalfew.trust.people import find_person
from vitalfew.web.doorway import Request, actor
from vitalfew.web.pages.capacity import warn


@require_POST
def hand_over(request: Request, account: int) -> HttpResponse:
    """Pass a role on; refused when somebody else has it by now than the form showed. Goes on to the sheet."""
    words = {name: request.POST.get(name, "") for name in ("taker", "giver", "role", "reason", "note")}
    if not words["taker"]:
        raise SelectionRefused(_("Choose who takes over. Nothing was changed."))
    taker = find_person(words.pop("taker"))
    giver = find_person(word) if (word := words.pop("giver")) else None
    made = handing.hand_over(account=account, taker=taker, giver=giver, by=actor(request), at=clock.now(), **words)
    messages.success(
        request, _("%(name)s takes over from today on, and is asked to read this sheet.") % {"name": taker.name}
    )
    warn(request, taker)
    return redirect("handover", account=account, number=made.pk)


@require_GET
def pack(request: Request, account: int, number: int) -> HttpResponse:
    """All that the next one must know, on one sheet that prints."""
    found = hand_over_pack(account=account, number=number, person=request.user, today=clock.now().date())
    facts = found.facts
    words = tuple(word for word in (facts.kind, facts.industry, facts.size, facts.town, facts.country) if word)
    return render(request, "account/handover.html", {"pack": found, "facts": facts, "words": words})


@require_POST
def take_over(request: Request, account: int, number: int) -> HttpResponse:
    """The taker's word that they have read it."""
    handed.hand_over(account=account, number=number, person=request.user)  # the number belongs to this account
    handing.take_over(hand_over=number, by=actor(request), at=clock.now())
    messages.success(request, _("Noted: you have read it. The account is yours."))
    return redirect("account", account=account)
