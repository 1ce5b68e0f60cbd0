"""Settings in words: what a step is called, what a setting decides, how its value and its range are read."""

from __future__ import annotations

from django.utils.translation import gettext as _

from vitalfew.ledger.choices import Choice
from vitalfew.web.wording import number, percent


def step(name: str) -> str:
    """What the step of a setting is called."""
    return _(name.capitalize())


def sentence(decides: str) -> str:
    """What a setting decides, as a sentence."""
    words = _(decides)
    return f"{words[:1].upper()}{words[1:]}."


def value(row: Choice, what: str | float) -> str:
    """A value of a setting as a person reads it: a share also as a percentage, a number with its unit."""
    if isinstance(what, str):
        return _(what) if what in row.could_be else what or _("nothing yet")
    if row.unit == "share":
        return f"{what:g} ({percent(what, 0 if round(what * 100, 6).is_integer() else 1)})"
    return f"{_plain(what)} {_(row.unit)}".strip()


def span(row: Choice) -> str:
    """What may be chosen."""
    if row.least is None or row.most is None:
        return ""
    words = {"least": _plain(row.least), "most": _plain(row.most)}
    return _("A whole number from %(least)s to %(most)s.") % words if row.whole else _("%(least)s to %(most)s.") % words


def _plain(what: float) -> str:
    return number(what) if float(what).is_integer() else f"{what:g}"
