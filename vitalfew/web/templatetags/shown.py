"""How values are shown on pages; loaded into every template by the settings."""

from __future__ import annotations

import secrets
from datetime import date
from math import log
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from vitalfew.brief.account import Chip
from vitalfew.ground import money as amounts
from vitalfew.ground.figure import Figure
from vitalfew.ground.money import Money
from vitalfew.relationship.level.told import LevelShown
from vitalfew.selection.queries import LeadShown
from vitalfew.web import cells, wording
from vitalfew.web.drawing import small
from vitalfew.web.wording import said as _

register = template.Library()
register.simple_tag(cells.account_row)


@register.simple_tag
def once() -> SafeString:
    """A fresh word for a form that must be done once, however often it is sent; see `web.once`."""
    return format_html('<input type="hidden" name="once" value="{}">', secrets.token_urlsafe(16))


@register.filter
def money(value: Money | None) -> str:
    """The whole amount, to the minor unit."""
    return str(value) if value is not None else ""


@register.filter
def short(value: Money | None) -> str:
    """The amount for a narrow column."""
    return amounts.short(value).replace(" ", "\N{NO-BREAK SPACE}") if value is not None else ""


@register.filter
def percent(value: float | None, places: int = 1) -> str:
    """A share from 0 to 1 as a percentage."""
    return wording.percent(value, places) if value is not None else ""


@register.filter
def number(value: float | None) -> str:
    """A number with thin spaces between thousands."""
    return wording.number(value) if value is not None else ""


@register.filter
def day(value: date | None) -> str:
    """A date such as 4 Jun 2026."""
    return wording.day(value)


@register.filter
def hours(value: float | None) -> str:
    """Hours, such as 24.8 h."""
    return wording.hours(value) if value is not None else ""


@register.filter
def value(figure: Figure) -> str:
    """A figure's value alone, for a sentence; say beside it what is missing where it has none."""
    return wording.figure_value(figure, figure.value) or _("not enough evidence")


@register.filter
def same_site(address: str | None, request: HttpRequest) -> str:
    """The address if it is one of ours, else the portfolio: a link never leads a person away unasked."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if address and ours else reverse("portfolio")


@register.inclusion_tag("partials/figure.html")
def figure(figure: Figure, label: str, note: str = "") -> dict[str, Any]:
    """The figure glyph: value, thin interval bar, and its why behind one click or Enter."""
    return {
        "figure": figure,
        "label": label,
        "note": note,
        "ident": f"why-{figure.measure}-{slugify(label)}",
        "shown": wording.figure_value(figure, figure.value),
        "whole": str(Money(int(figure.value), figure.currency))
        if figure.unit == "money" and figure.value is not None
        else "",
        "interval": wording.interval(figure),
        "bar": _bar(figure),
    }


@register.simple_tag
def who(lead: LeadShown | None) -> SafeString:
    """A person in a narrow place: initials to see, the name to hear."""
    return mark_safe(cells.who(lead))


@register.simple_tag
def stage_mark(stage: int | None) -> SafeString:
    """The stage of a key account in a narrow place; nothing for one that is not key."""
    return mark_safe(cells.stage_mark(stage))


@register.simple_tag
def level_bar(level: LevelShown | None, target: int | None = None) -> SafeString:
    """The small level bar with its words for whoever cannot see it."""
    return mark_safe(cells.level(level, target))


@register.simple_tag
def chip(account: Chip) -> SafeString:
    """The account chip: the same in lists, search and messages."""
    name = format_html(
        '<a class="vf-chip" href="{}"><span class="vf-chip-name">{}</span>',
        reverse("account", args=(account.account,)),
        account.name,
    )
    key = format_html('<span class="vf-key">{}</span>', _("Key")) if account.is_key else ""
    level = cells.level(account.level) if account.level else ""
    return mark_safe(f"{name}{key}{cells.stage_mark(account.stage)}{level}{who(account.manager)}</a>")


def _bar(figure: Figure) -> SafeString:
    """The interval on the scale of its unit; ranks on a logarithmic one, since the first ten matter most."""
    if figure.value is None or figure.low is None or figure.high is None:
        return SafeString("")
    value, low, high = figure.value, figure.low, figure.high
    start, end = min(0.0, low), max(high * 1.1, 0.0)
    if figure.unit in ("share", "index"):
        far = 1.3 * max(-low, high)
        start, end = (-far, far) if low < 0 else (0.0, max(1.0, high))
    elif figure.unit == "rank":
        value, low, high = log(value), log(low), log(high)
        start, end = 0.0, log(max(figure.n, 2))
    return mark_safe(small.interval_bar(value, low, high, start=start, end=end))
