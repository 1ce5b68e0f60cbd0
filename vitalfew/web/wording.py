"""Values as words: numbers, shares, money, dates and chances the way every page writes them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, gettext_noop
from django.utils.translation import gettext as _

from vitalfew.ground import money as amounts
from vitalfew.ground.figure import Figure
from vitalfew.ground.money import Money

THIN = "\u202f"  # narrow, never breaks: between digits and before a percent sign
_CHANCES = (
    (0.95, gettext_noop("almost certain")), (0.75, gettext_noop("likely")), (0.4, gettext_noop("about even")),
    (0.1, gettext_noop("unlikely")), (0.0, gettext_noop("very unlikely")),
)  # fmt: skip


def number(value: float) -> str:
    """Thousands kept apart by thin spaces; a minus sign that is one."""
    whole = f"{abs(value):,.0f}" if float(value).is_integer() else f"{abs(value):,.2f}"
    return ("−" if value < 0 else "") + whole.replace(",", THIN)


def percent(share: float, places: int = 1) -> str:
    """A share from 0 to 1 as a percentage; what is above nothing never reads as nothing."""
    least = 10.0**-places / 100
    if 0 < abs(share) < least / 2:
        return f"<{THIN}{least * 100:.{places}f}{THIN}%"
    return f"{'−' if share < 0 else ''}{abs(share) * 100:.{places}f}{THIN}%"


def day(value: date | None) -> str:
    """A date such as 4 Jun 2026, on one line."""
    return _day(value, get_language()) if value else ""


def hours(value: float) -> str:
    """Hours, to a tenth where they are not whole."""
    tenths = f"{abs(value):,.1f}".removesuffix(".0").replace(",", THIN)
    return ("−" if value <= -0.05 else "") + _("%(n)s h") % {"n": tenths}


def odds(value: float) -> str:
    """A chance as a percentage that never claims to be certain: it was found by simulation."""
    if value >= 0.995:
        return f">{THIN}99{THIN}%"
    return percent(value, 0) if value > 0.005 else f"<{THIN}1{THIN}%"


def chance(value: float) -> str:
    """How sure something is, in words."""
    return said(next(words for least, words in _CHANCES if value >= least))


def said(words: str) -> str:
    """The words in the reader's language, remembered: for what stands in every row of a list."""
    return _said(words, get_language())


@lru_cache(maxsize=2_000)
def _day(value: date, _language: str | None) -> str:
    return date_format(value, "j M Y").replace(" ", "\xa0")


@lru_cache(maxsize=500)
def _said(words: str, _language: str | None) -> str:
    return gettext(words)


def figure_value(figure: Figure, value: float | None) -> str:
    """A figure's value, or an end of its interval, in its unit."""
    if value is None:
        return ""
    if figure.unit == "share":
        return odds(value) if figure.measure == "chance_top" else percent(value)
    if figure.unit == "money":
        return amounts.short(Money(int(value), figure.currency))
    if figure.unit == "index":
        return f"{value:.2f}"
    if figure.unit == "hours":
        return hours(value)
    return _("%(n)s days") % {"n": number(value)} if figure.unit == "days" else number(value)


def interval(figure: Figure) -> str:
    """The interval in words, empty where the figure has none."""
    if figure.low is None or figure.high is None:
        return ""
    words = {"low": figure_value(figure, figure.low), "high": figure_value(figure, figure.high)}
    return _("%(low)s to %(high)s") % words
