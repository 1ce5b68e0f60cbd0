"""Account: who are they, where do they stand, who leads them, and what was decided about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vitalfew.brief.account import AccountPage
from vitalfew.brief.account import account_page as gathered
from vitalfew.ground import clock
from vitalfew.ground.money import Money, short
from vitalfew.ground.period import months_before
from vitalfew.ledger.queries import CustomerFacts
from vitalfew.selection import hours
from vitalfew.selection.hours import Choice
from vitalfew.trust.rights import Right
from vitalfew.web.doorway import Request
from vitalfew.web.drawing import months
from vitalfew.web.wording import number


@require_GET
def account_page(request: Request, account: int) -> HttpResponse:
    """One account on one screen."""
    found = gathered(account, request.user, clock.now().date())
    facts, moved = found.facts, found.selection.moved
    known = {
        "page": found,
        "facts": facts,
        "selection": found.selection,
        "takers": _takers(request, found),
        "chart": _chart(facts),
        "words": tuple(word for word in (facts.kind, facts.industry, facts.size, facts.town, facts.country) if word),
        "moved_words": _moved(moved),
    }
    return render(request, "account/account.html", known)


def _takers(request: Request, found: AccountPage) -> dict[str, tuple[Choice, ...]]:
    """Who could be given each role, with what they would have left: for those who may give one."""
    if Right.SELECT not in request.rights:
        return {}
    rows, now = hours.may_lead(today=clock.now().date()), found.selection
    led = {"manager": now.manager.email if now.manager else "", "deputy": now.deputy.email if now.deputy else ""}
    return {role: hours.choices(rows, found.selection.hours, role=role, **led) for role in led}


def _moved(places: int | None) -> str:
    """How it moved since the run before, in words; "" where there was none."""
    if not places:
        return "" if places is None else _("as in the run before")
    return (_("up %(n)s since the run before") if places > 0 else _("down %(n)s since the run before")) % {
        "n": number(abs(places))
    }


def _chart(facts: CustomerFacts) -> SafeString:
    """24 months as columns; nothing without sales."""
    if facts.as_of is None or not any(facts.months):
        return SafeString("")
    ticks = [
        (value, escape(short(Money(value, facts.currency)).replace(".0", "")))
        for value in _ticks(min(facts.months), max(facts.months))
    ]
    label = escape(_("Net sales of %(name)s by month, 24 months") % {"name": facts.name})
    return mark_safe(months.columns(list(_columns(facts, facts.as_of)), label=label, ticks=ticks))


def _columns(facts: CustomerFacts, as_of: date) -> Iterator[months.Column]:
    last = len(facts.months) - 1
    for place, value in enumerate(facts.months):
        month = months_before(as_of.replace(day=1), last - place)
        tick = date_format(month, "M Y") if (last - place) % 6 == 0 else ""
        so_far = (
            " " + _("(so far)")
            if place == last and months_before(as_of, -1).replace(day=1).toordinal() - as_of.toordinal() > 1
            else ""
        )
        words = f"{date_format(month, 'F Y')}{so_far}: {Money(value, facts.currency)}"
        yield months.Column(value, escape(tick), escape(words), recent=place > last - 12)


def _ticks(low: int, high: int) -> list[int]:
    """Zero and two to four round values that the axis shows."""
    size = max(high, -low, 1)
    step = next(unit * 10**power for power in range(20) for unit in (1, 2, 5) if unit * 10**power * 4 >= size)
    return [place * step for place in range(-(-low // step) if low < 0 else 0, high // step + 1)]
