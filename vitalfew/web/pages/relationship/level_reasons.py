"""Why an account's level is what it is, as the Relationship page draws it: the weighing, what would change our mind, history."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from vitalfew.relationship.level.reasons import AccountLevel, Moment, Weighed
from vitalfew.relationship.level.told import LevelShown
from vitalfew.web.drawing import level_history
from vitalfew.web.drawing.level_weights import Scale, log_odds
from vitalfew.web.pages.relationship import level_words
from vitalfew.web.wording import THIN, day, odds, percent

# Less than this share of the doubt is hardly worth waiting or asking for; a chance that far from the weighed one is told.
LITTLE = 0.02


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of evidence in the weighing: what it is, what it does to the odds, its drawing."""

    name: str
    words: str
    drawn: SafeString


@dataclass(frozen=True, slots=True)
class Weighing:
    """All pieces with where they start and end, and the axis below them."""

    title: str
    start: Line
    lines: tuple[Line, ...]
    end: Line
    axis: SafeString


@dataclass(frozen=True, slots=True)
class Minds:
    """What would change our mind: the sentence, and the bits it stands on."""

    words: str
    ask: str
    wait: str
    doubt: str


@dataclass(frozen=True, slots=True)
class History:
    """The judgements over time, drawn, and the same as rows for whoever reads a table."""

    drawn: SafeString
    rows: tuple[str, ...]


def weighed(found: AccountLevel) -> Weighing | None:
    """The evidence, piece by piece, from what is known of such accounts to the chance that is told of this one."""
    told, shown = found.weighed, found.found
    if told is None or shown is None or not told.weights:
        return None
    steps = [(level_words.group(one.group), one.weight) for one in told.weights] + _held_back(told, shown)
    scale = Scale(start=told.start, weights=[weight for _name, weight in steps])
    first, *bars, last = (mark_safe(one) for one in scale.lines())
    lines = tuple(Line(name, level_words.factor(weight), bar) for (name, weight), bar in zip(steps, bars, strict=True))
    axis = mark_safe(scale.axis([escape(_tick(chance)) for chance, _place in scale.ticks()]))
    end = odds(shown.chance[told.level - 1])
    return Weighing(
        _title(told.level, shown),
        Line(_("Accounts like this one"), odds(told.start), first),
        lines,
        Line(_("With all of it"), end, last),
        axis,
    )


def _held_back(told: Weighed, shown: LevelShown) -> list[tuple[str, float]]:
    """What lies between the weighed chance and the one that is told, where it is worth telling."""
    chance = shown.chance[told.level - 1]
    if abs(chance - told.end) < LITTLE:
        return []
    silent = shown.newest_answer is None or shown.verdict == level_words.BEHAVES
    name = _("Held back: by orders alone") if silent and chance < told.end else _("What the model leaves open")
    return [(name, log_odds(chance) - log_odds(told.end))]


def _title(level: int, shown: LevelShown) -> str:
    words = {"n": level, "name": level_words.name(level)}
    if shown.level is not None:
        return _("What speaks for and against level %(n)s, %(name)s") % words
    return _("What speaks for and against level %(n)s, %(name)s: likeliest so far, but no level is named") % words


def minds(found: AccountLevel) -> Minds | None:
    """What one more answer and another quarter would teach, as shares of the doubt that is left."""
    told, shown = found.weighed, found.found
    if told is None or shown is None:
        return None
    doubt = -sum(chance * log2(chance) for chance in shown.chance if chance > 0)
    bits = [_("%(n)s bits") % {"n": f"{one:.2f}".replace("-", "−")} for one in (told.ask, told.wait, doubt)]
    return Minds(_would(told, doubt, named=shown.level is not None), *bits)


def _would(told: Weighed, doubt: float, *, named: bool) -> str:
    asked, waited = (max(min(one / doubt, 1), 0) if doubt > 0 else 0 for one in (told.ask, told.wait))
    words = {"ask": percent(asked, 0), "wait": percent(waited, 0)}
    if doubt < 0.1 or max(asked, waited) < LITTLE:
        if named:
            return _("Hardly anything today: there is little doubt left. Answers grow old by themselves.")
        return _("An answer of theirs: orders alone never name a level, however many more there are.")
    if waited < LITTLE:
        return _("One more answered form would take away about %(ask)s of the doubt. Waiting teaches nothing.") % words
    if asked >= waited:
        return _("One more answered form would take away about %(ask)s of the doubt, another quarter of orders %(wait)s: ask.") % words  # fmt: skip
    return _("Another quarter of orders would take away about %(wait)s of the doubt, one more answered form %(ask)s.") % words  # fmt: skip


def drawn_history(found: AccountLevel) -> History | None:
    """The last judgement of each day over time; nothing where there was one day only."""
    moments = tuple({one.as_of: one for one in found.history}.values())
    if len(moments) < 2:
        return None
    first, span = moments[0].as_of, max((moments[-1].as_of - moments[0].as_of).days, 1)
    words = [_judged(one) for one in moments]
    judged = [
        level_history.Judged(
            place=(one.as_of - first).days / span, low=one.low, high=one.high, level=one.level, heard=one.because == "heard",
            words=escape(said), tick=escape(day(one.as_of)) if one in (moments[0], moments[-1]) else "",
        )
        for one, said in zip(moments, words, strict=True)
    ]  # fmt: skip
    target = (
        (found.target.level, escape(_("Target: level %(n)s") % {"n": found.target.level})) if found.target else None
    )
    label = escape(_("How they saw us over time"))
    return History(mark_safe(level_history.history(judged, label=label, target=target)), tuple(reversed(words)))


def _judged(one: Moment) -> str:
    told = level_words.between(one.low, one.high)
    words = {"day": day(one.as_of), "run": told, "held": odds(one.held)}
    if one.level is None:
        said = _("%(day)s: no level named, %(run)s with %(held)s") % words
    else:
        words |= {"name": level_words.name(one.level), "chance": odds(one.chance[one.level - 1])}
        said = _("%(day)s: %(name)s, %(chance)s sure; %(run)s with %(held)s") % words
    return said + (" " + _("(an answer came)") if one.because == "heard" else "")


def _tick(chance: float) -> str:
    return f"{chance * 100:g}{THIN}%"
