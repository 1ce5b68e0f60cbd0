"""What the Relationship page shows of an account: the four rungs, three views and their gap, target, scorecard, prices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vitalfew.relationship.behaviour.events import PriceEventShown
from vitalfew.relationship.behaviour.figures import AccountBehaviour
from vitalfew.relationship.evidence.scorecard import Expected, Scorecard
from vitalfew.relationship.level.reasons import AccountLevel, Side
from vitalfew.relationship.level.told import LevelShown
from vitalfew.web.drawing import answers
from vitalfew.web.drawing.level_bar import Bar
from vitalfew.web.pages.relationship import level_words
from vitalfew.web.wording import THIN, day, odds, percent


@dataclass(frozen=True, slots=True)
class Rung:
    """One of the four levels: its name, the customer's response, how likely it is, whether the true one may be here."""

    level: int
    name: str
    price: str
    loyalty: str
    chance: str
    held: bool


@dataclass(frozen=True, slots=True)
class View:
    """One of the three views: whose it is, what it says, and from what. `bar` is empty for a belief."""

    title: str
    says: str
    under: str
    bar: SafeString


@dataclass(frozen=True, slots=True)
class Aim:
    """What the form for a target starts with."""

    level: int
    by: date
    first: date
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One expectation with its drawing."""

    row: Expected
    drawn: SafeString


@dataclass(frozen=True, slots=True)
class Moved:
    """A price that moved, by how much in words, and what the figure of the volume after it is called."""

    event: PriceEventShown
    change: str
    label: str


def rungs(found: LevelShown | None) -> tuple[Rung, ...]:
    """The four levels of the figure; without evidence none is likelier than another."""
    drawn = level_words.bar_of(found)
    told = drawn.kind != "unknown"
    return tuple(
        Rung(
            level,
            level_words.name(level),
            str(level_words.RESPONSES[level - 1][0]),
            str(level_words.RESPONSES[level - 1][1]),
            odds(drawn.chance[level - 1]) if told else "",
            told and drawn.low <= level <= drawn.high,
        )
        for level in range(1, 5)
    )


def three(found: AccountLevel) -> tuple[View, View, View]:
    """What we believe, what they say, what they do."""
    return _belief(found), _said(found), _done(found)


def gap(found: AccountLevel) -> str:
    """What lies between the views, in a sentence; "" where there is nothing to compare."""
    believed = next((one.level for one in found.we_believe if one.level), None)
    said, done = found.they_say, found.they_do
    told = []
    if believed and said:
        told.append(_between_us(believed, said))
    if said and done and (said.high < done.low or done.high < said.low):
        told.append(_("What they say and what they do point to different levels."))
    return " ".join(told)


def newest(found: LevelShown | None, today: date) -> str:
    """How old the newest answer is, in words."""
    if found is None or found.newest_answer is None:
        return _("No answer yet")
    age = (today - found.newest_answer).days
    ago = ngettext("%(n)s day ago", "%(n)s days ago", age) % {"n": age} if age else _("today")
    return _("Newest answer %(ago)s, %(day)s") % {"ago": ago, "day": day(found.newest_answer)}


def aim(found: AccountLevel, today: date) -> Aim:
    """The target that stands, or the next level up within a year."""
    if found.target:
        return Aim(found.target.level, found.target.by, today + timedelta(days=1), found.target.version, "")
    level = min(found.found.likeliest + 1, 4) if found.found else 2
    return Aim(level, today + timedelta(days=365), today + timedelta(days=1), 0, "")


def expected(card: Scorecard) -> tuple[Asked, ...]:
    """The six expectations, each drawn; nothing where nobody said or held anything of any of them."""
    if not any(row.answers or row.beliefs or row.too_old or row.evidence for row in card.rows):
        return ()
    return tuple(Asked(row, _answers(row)) for row in card.rows)


def moved(events: Iterable[PriceEventShown]) -> tuple[Moved, ...]:
    """Prices that moved, each with its change as a percentage."""
    return tuple(_moved(one, _change(one.thousandths)) for one in events)


def _moved(one: PriceEventShown, change: str) -> Moved:
    return Moved(one, change, _("Volume left after %(change)s of %(day)s") % {"change": change, "day": day(one.on)})


def stronger(behaviour: AccountBehaviour) -> str:
    """How its response to price stands beside the firm's middle account's; "" where it has none of its own."""
    chance = behaviour.stronger.value
    if chance is None:
        return ""
    return _("stronger than most: %(chance)s") % {"chance": odds(chance)}


def _change(thousandths: int) -> str:
    return ("+" if thousandths > 0 else "") + percent(thousandths / 1000).replace(f".0{THIN}%", f"{THIN}%")


def _belief(found: AccountLevel) -> View:
    told = [one for one in found.we_believe if one.level]
    title = _("We believe")
    if not told:
        return View(title, "", _("Nobody has answered as they would."), SafeString(""))
    first, *others = told
    said = _("%(who)s, %(day)s") % {"who": first.name, "day": day(first.on)}
    said += "".join("; " + _("%(who)s: level %(n)s") % {"who": one.name, "n": one.level} for one in others)
    return View(title, _level(first.level or 1), said, SafeString(""))


def _said(found: AccountLevel) -> View:
    told = found.found
    if found.they_say is None or told is None:
        heard = told is not None and told.newest_answer is not None
        return View(_("They say"), "", _later() if heard else _("Nobody has answered."), SafeString(""))
    under = ngettext("%(n)s form", "%(n)s forms", told.forms) % {"n": told.forms}
    if told.newest_answer:
        under += ", " + _("the newest of %(day)s") % {"day": day(told.newest_answer)}
    return _side(_("They say"), found.they_say, under)


def _done(found: AccountLevel) -> View:
    if found.they_do is None or found.found is None:
        few = found.weighed is not None or found.found is None
        return View(_("They do"), "", _("Too few orders to measure anything by.") if few else _later(), SafeString(""))
    orders = found.found.orders
    return _side(
        _("They do"), found.they_do, ngettext("%(n)s order", "%(n)s orders", orders) % {"n": orders}, named=False
    )


def _later() -> str:
    """Where the last run's model cannot be read any more, since other questions are asked today."""
    return _("To be weighed at the next refresh.")


def _side(title: str, side: Side, under: str, *, named: bool = True) -> View:
    """What one side says; by orders alone no level is `named`."""
    one = named and side.low == side.high
    drawn = level_words.small_bar(Bar(side.chance, side.low, side.high, "named" if one else "range", held=side.held))
    if (side.low, side.high) == (1, 4):
        return View(title, "", _("%(what)s; they tell nothing yet") % {"what": under}, drawn)
    run = str(side.low) if side.low == side.high else f"{side.low}\N{EN DASH}{side.high}"
    return View(title, _level(side.low) if one else _("Level %(run)s") % {"run": run}, under, drawn)


def _level(level: int) -> str:
    return f"{level} {level_words.name(level)}"


def _between_us(believed: int, said: Side) -> str:
    if believed > said.high:
        return _("We think better of ourselves than they do.")
    return _("They think better of us than we do.") if believed < said.low else _("We see it as they do.")


def _answers(row: Expected) -> SafeString:
    lowest = next((one.answer for one in row.answers if one.lowest), None)
    marks, believed = [one.answer for one in row.answers], [one.answer for one in row.beliefs]
    label = "; ".join(_said_of(row)) or _("no answer")
    return mark_safe(answers.answers(marks, lowest=lowest, believed=believed, label=escape(label)))


def _said_of(row: Expected) -> Iterator[str]:
    for one in row.answers:
        yield _("%(who)s: %(n)s of 5") % {"who": one.name, "n": one.answer}
    for belief in row.beliefs:
        yield _("%(who)s believes %(n)s") % {"who": belief.name, "n": belief.answer}
