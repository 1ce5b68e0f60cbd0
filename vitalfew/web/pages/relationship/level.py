"""Account > Relationship: how do they see us, how sure are we, what would change our mind, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vitalfew.brief.account import chips
from vitalfew.ground import clock
from vitalfew.ground.errors import Missing
from vitalfew.relationship.behaviour.events import note_price_event, price_events, withdraw_price_event
from vitalfew.relationship.behaviour.figures import account_behaviour
from vitalfew.relationship.evidence.scorecard import scorecard
from vitalfew.relationship.level import targets
from vitalfew.relationship.level.reasons import AccountLevel, account_level
from vitalfew.web.doorway import Request, actor
from vitalfew.web.drawing.level_bar import Bar
from vitalfew.web.pages.relationship import level_reasons, level_views, level_words, next_step


@require_GET
def relationship_page(request: Request, account: int) -> HttpResponse:
    """How one account sees us, on one page."""
    today, person = clock.now().date(), request.user
    found = account_level(account=account, person=person)
    card = scorecard(account=account, person=person, today=today)
    chip = chips([account], person)[account]
    drawn, behaviour = _bar(found), account_behaviour(account=account, person=person)
    known = {
        "account": account,
        "chip": chip,
        "found": found.found,
        "missing": found.missing,
        "headline": level_words.headline(found.found) if found.found else "",
        "more": level_words.more(found.found) if found.found else "",
        "newest": level_views.newest(found.found, today),
        "rungs": level_views.rungs(found.found),
        "bar": level_words.large_bar(drawn),
        "bar_told": drawn.kind != "unknown",
        "views": level_views.three(found),
        "gap": level_views.gap(found),
        "weighed": level_reasons.weighed(found),
        "minds": level_reasons.minds(found),
        "history": level_reasons.drawn_history(found),
        "target": found.target,
        "aim": level_views.aim(found, today),
        "card": level_views.expected(card),
        "expectations": [row.label for row in card.rows],
        "held": any(row.evidence for row in card.rows),
        "next": next_step.next_step(found, card, me=person.name, today=today, rights=request.rights, account=account),
        "behaviour": behaviour,
        "stronger": level_views.stronger(behaviour),
        "events": level_views.moved(price_events(account=account, person=person, today=today)),
        "today": today,
    }
    return render(request, "relationship/relationship.html", known)


@require_POST
def set_target(request: Request, account: int) -> HttpResponse:
    """Say which level the account is meant to reach, by when and why."""
    words = request.POST
    level = words.get("level", "")
    targets.set_target(
        account=account, level=int(level) if level in ("1", "2", "3", "4") else 0, by_day=_day(words.get("by_day", "")),
        reason=words.get("reason", ""), version=_version(words), by=actor(request), at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("The target stands. What stood before is in the history."))
    return redirect("relationship", account=account)


@require_POST
def end_target(request: Request, account: int) -> HttpResponse:
    """Take the target back."""
    targets.end_target(account=account, version=_version(request.POST), by=actor(request), at=clock.now())
    messages.success(request, _("The target is taken back; it stays in the history."))
    return redirect("relationship", account=account)


@require_POST
def note_price(request: Request, account: int) -> HttpResponse:
    """Note a price that moved for the account."""
    words = request.POST
    note_price_event(
        account=account, on=_day(words.get("on", "")), thousandths=_thousandths(words.get("percent", "")), words=words.get("words", ""),
        by=actor(request), at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Noted. What they buy before and after it is compared as months go by."))
    return redirect("relationship", account=account)


@require_POST
def withdraw_price(request: Request, account: int, number: int) -> HttpResponse:
    """Take back a price that was noted wrongly."""
    by, now = actor(request), clock.now()
    if number not in {event.number for event in price_events(account=account, person=request.user, today=now.date())}:
        raise Missing(_("There is no such price, or you may not see it."))
    withdraw_price_event(number=number, reason=request.POST.get("reason", ""), by=by, at=now)
    messages.success(request, _("The price is withdrawn; it stays in the history."))
    return redirect("relationship", account=account)


def _bar(found: AccountLevel) -> Bar:
    believed = next((one.level for one in found.we_believe if one.level), None)
    return level_words.bar_of(found.found, target=found.target.level if found.target else None, believed=believed)


def _version(words: Mapping[str, str]) -> int:
    """The version of the target that the form showed; 0 where it showed none."""
    told = words.get("version", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0


def _day(told: str) -> date:
    """The day that was given; one that no operation takes where it is none, since the operation looks at the account first."""
    try:
        return date.fromisoformat(told)
    except ValueError:
        return date.min


def _thousandths(told: str) -> int:
    """A change in per cent, with a comma or a point, as thousandths; 0, which no operation takes, where it is none."""
    try:
        found = Decimal(told[:12].strip().replace(",", ".").replace("−", "-")) * 10
    except InvalidOperation:
        return 0
    whole = found.is_finite() and abs(found) < 100_000 and found == found.to_integral_value()
    return int(found) if whole else 0
