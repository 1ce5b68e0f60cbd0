"""The portfolio's own words: its one-sentence answer, its columns, its curve."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from vitalfew.selection.headline import Headline
from vitalfew.web.drawing import curve
from vitalfew.web.wording import percent


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its word, what pressing it asks for ("" where it does not sort), and how it is sorted now ("none": not by it)."""

    word: str
    press: str
    now: str
    kind: str


# word, first sort when pressed, the other way round, class
_COLUMNS = (
    ("Rank", "rank", "-rank", "rank"),
    ("Chance of top fifth", "-chance", "chance", "chance"),
    ("Net, 12 months", "-net", "net", "net"),
    ("24 months", "", "", "spark"),
    ("Moved", "-moved", "moved", "moved"),
    ("Last order", "-last", "last", "last"),
)
_LEVEL = ("Level", "", "", "level")


def columns(sort: str, *, levels: bool = False) -> tuple[Column, ...]:
    """The columns with their state, with the levels where there are any; pressing the sorted one turns it round."""
    wanted = (*_COLUMNS, *((_LEVEL,) if levels else ()))
    return tuple(_column(word, first, other, kind, sort) for word, first, other, kind in wanted)


def _column(word: str, first: str, other: str, kind: str, sort: str) -> Column:
    now = "none" if sort not in (first, other) else "descending" if sort.startswith("-") else "ascending"
    return Column(_(word), other if sort == first else first, now, kind)


def drawn_curve(found: Headline) -> SafeString:
    """The concentration curve with the 80 % mark and the firm's own top-20 % point; nothing without sales."""
    if not found.curve:
        return SafeString("")
    points = [curve.Point(point.customers, point.share, point.low, point.high) for point in found.curve]
    words = curve.Words(
        title=escape(_("Concentration curve")),
        summary=escape(summary(found)),
        across=escape(_("Share of customers, the largest first")),
        up=escape(_("Share of margin") if found.basis == "margin" else _("Share of net sales")),
        equal=escape(_("if all were equal")),
        stops=tuple(escape(_stop(points, stop)) for stop in curve.STOPS),
    )
    return mark_safe(curve.curve(points, marks=_marks(found), words=words))


def table(found: Headline) -> tuple[tuple[str, str, str], ...]:
    """The curve as a text alternative: share of customers, share of sales, interval."""
    if not found.curve:
        return ()
    points = [curve.Point(point.customers, point.share, point.low, point.high) for point in found.curve]
    rows = ((stop, curve.share_at(points, stop)) for stop in curve.STOPS)
    return tuple((percent(stop, 0), percent(point.share), _band(point)) for stop, point in rows)


def summary(found: Headline) -> str:
    """The curve in one sentence."""
    said = []
    if found.top_20_share.value is not None:
        said.append(_("The largest 20 %% of customers make %(share)s.") % {"share": percent(found.top_20_share.value)})
    if found.share_for_80.value is not None:
        said.append(_("%(share)s of customers make 80 %%.") % {"share": percent(found.share_for_80.value)})
    return " ".join(said)


def _marks(found: Headline) -> list[curve.Mark]:
    marks = []
    if found.top_20_share.value is not None:
        words = _("20 %% make %(share)s") % {"share": percent(found.top_20_share.value)}
        marks.append(curve.Mark(0.2, found.top_20_share.value, escape(words)))
    if found.share_for_80.value is not None:
        words = _("%(share)s make 80 %%") % {"share": percent(found.share_for_80.value)}
        marks.append(curve.Mark(found.share_for_80.value, 0.8, escape(words)))
    return marks


def _stop(points: list[curve.Point], stop: float) -> str:
    point = curve.share_at(points, stop)
    return _("top %(customers)s: %(share)s") % {"customers": percent(stop, 0), "share": percent(point.share)}


def _band(point: curve.Point) -> str:
    if point.low is None or point.high is None:
        return _("no interval")
    return _("%(low)s to %(high)s") % {"low": percent(point.low), "high": percent(point.high)}
