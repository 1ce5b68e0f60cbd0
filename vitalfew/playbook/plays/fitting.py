"""Which plays fit an account on a day, and why: each reason stands on a piece of evidence or on a record of the house."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vitalfew.playbook.kinds import label
from vitalfew.playbook.plays.play import ANSWERS, EXPECTATIONS, Conditions, Play, Signal
from vitalfew.playbook.situation import Piece, SeenLevel, Situation
from vitalfew.playbook.stages import STAGES
from vitalfew.relationship.models.evidence import Expectation

YEAR = 365
NOTHING_NAMED = "not enough evidence"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why a play fits: `source` names the record that says so, `number` the evidence where one does."""

    words: str
    source: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """A play that fits, with the reason for each of its conditions; `missing` are kinds a gate waits for that it may leave.

    `since` is the day from which the newest evidence it answers speaks, None where none does.
    """

    play: Play
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...] = ()
    since: date | None = None


def fit(play: Play, situation: Situation, *, missing: Collection[str] = ()) -> Fit | None:
    """The play with its reasons, or None where one of its conditions does not hold.

    `missing` are the kinds of evidence that the account's gate waits for.
    """
    reasons: list[Reason] = []
    for answer in _answers(play.fits, situation):
        if answer is None:
            return None
        reasons += answer
    days = [piece.since for signal in play.fits.has for piece in _found(signal, situation)]
    return Fit(play, tuple(reasons), tuple(sorted(play.leaves & set(missing))), max(days, default=None))


def fits(plays: Iterable[Play], situation: Situation, *, missing: Collection[str] = ()) -> tuple[Fit, ...]:
    """The plays that fit: those that answer an event first, the newest of them at the top; then those that leave what
    the gate waits for; then the rest."""
    found = [one for play in plays if (one := fit(play, situation, missing=missing))]
    return tuple(sorted(found, key=_order))


def _order(one: Fit) -> tuple[int, int, str]:
    if one.play.event:
        return 0, -(one.since.toordinal() if one.since else 0), one.play.name
    return (1, -len(one.missing), one.play.name) if one.missing else (2, 0, one.play.name)


type _Answer = (
    list[Reason] | None
)  # reasons why a condition holds, none where nothing was asked; None: it does not hold


def _answers(asked: Conditions, situation: Situation) -> Iterator[_Answer]:
    """The answer to each condition, the cheapest first."""
    yield _key(asked, situation)
    yield _stage(asked, situation)
    yield _level(asked, situation)
    yield _target(asked, situation)
    yield from (_has(signal, situation) for signal in asked.has)
    yield from (_lacks(signal, situation) for signal in asked.lacks)
    yield _heard(asked, situation)
    yield _few(asked.contacts_below, situation.people.contacts, _("contacts who work there: {n}"))
    yield _few(asked.functions_below, len(situation.people.functions), _("functions covered there: {n}"))
    yield _silent(asked.decider_silent_days, situation)
    yield _decider(asked, situation)


def seen(level: SeenLevel | None) -> tuple[int, bool] | None:
    """The level to go by and whether it may be named: what stands, else the likeliest; None without evidence."""
    if level is None:
        return None
    if level.stands is not None:
        return level.stands, True
    return None if level.verdict == NOTHING_NAMED else (level.likeliest, False)


def _key(asked: Conditions, situation: Situation) -> _Answer:
    if asked.key is None:
        return []
    if asked.key is not situation.is_key:
        return None
    return [Reason(_("it is a key account") if asked.key else _("it is not a key account"), "key account")]


def _stage(asked: Conditions, situation: Situation) -> _Answer:
    if not asked.stages:
        return []
    if situation.stage not in asked.stages:
        return None
    title = STAGES[situation.stage].title
    return [Reason(_("it stands in “{stage}” since {day}").format(stage=title, day=situation.since), "stage")]


def _level(asked: Conditions, situation: Situation) -> _Answer:
    if not asked.levels:
        return []
    found = seen(situation.level)
    if found is None or found[0] not in asked.levels:
        return None
    return [Reason(_seen_in_words(*found), "level")]


def _target(asked: Conditions, situation: Situation) -> _Answer:
    if not asked.below_target:
        return []
    found, target = seen(situation.level), situation.level.target if situation.level else None
    if found is None or target is None or found[0] >= target:
        return None
    words = _("{seen}, and level {target} is the target").format(seen=_seen_in_words(*found), target=target)
    return [Reason(words, "target level")]


def _seen_in_words(level: int, named: bool) -> str:
    if named:
        return _("they see us at level {level}").format(level=level)
    return _("no level is named; level {level} is the likeliest").format(level=level)


def _has(signal: Signal, situation: Situation) -> _Answer:
    found = _found(signal, situation)
    return [_piece(one) for one in found[: max(signal.count, 3)]] if len(found) >= signal.count else None


def _lacks(signal: Signal, situation: Situation) -> _Answer:
    found = _found(signal, situation)
    if len(found) >= signal.count:
        return None
    kinds = _(" or ").join(called(kind) for kind in signal.kinds)
    words = _("{kinds}: {n} on record, {wanted} wanted").format(kinds=kinds, n=len(found), wanted=signal.count)
    return [Reason(words, "evidence"), *(_piece(one) for one in found)]


def _found(signal: Signal, situation: Situation) -> tuple[Piece, ...]:
    """The pieces a signal counts. With a bound only pieces that carry a number within it."""
    pieces = situation.of(*signal.kinds, side=signal.side, within=signal.within)
    if signal.below is None and signal.above is None:
        return pieces
    return tuple(one for one in pieces if _within(number_of(one.value), signal))


def number_of(value: object) -> float | None:
    """The number a piece carries: an answer, a price's change in thousandths, or the bare number."""
    if isinstance(value, dict):
        value = value.get("answer", value.get("thousandths"))
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _within(number: float | None, signal: Signal) -> bool:
    if number is None:
        return False
    return (signal.below is None or number < signal.below) and (signal.above is None or number > signal.above)


def _piece(piece: Piece) -> Reason:
    """A piece as a reason: what it is, since when, what was answered or said."""
    words = _("{kind} since {day}").format(kind=called(piece.kind), day=piece.since)
    answered = f"{number_of(piece.value):.0f}" if piece.kind in ANSWERS and number_of(piece.value) is not None else ""
    told = ": ".join(word for word in (words, answered, piece.words) if word)
    return Reason(told, piece.source, piece.number)


def called(kind: str) -> str:
    """A kind in words; of an answer, what was asked."""
    asked = kind.removeprefix("answer_")
    return _("answer on “{asked}”").format(asked=Expectation(asked).label) if asked in EXPECTATIONS else label(kind)


def _heard(asked: Conditions, situation: Situation) -> _Answer:
    if not asked.heard_nothing:
        return []
    if situation.of(*ANSWERS, side="customer", within=YEAR):
        return None
    return [Reason(_("none of their people answered the survey in a year"), "survey")]


def _few(bound: int | None, count: int, words: str) -> _Answer:
    if bound is None:
        return []
    return [Reason(words.format(n=count), "contacts")] if count < bound else None


def _silent(days: int | None, situation: Situation) -> _Answer:
    """No touch with a decision maker, counted from the last one or from the day it became key, whichever is later."""
    if days is None:
        return []
    people = situation.people
    began = max((one for one in (people.decider_touch, situation.designated_on) if one), default=situation.since)
    gone = (situation.today - began).days
    if not people.deciders or gone < days:
        return None
    told = ngettext("no word with a decision maker for {n} day", "no word with a decision maker for {n} days", gone)
    return [Reason(told.format(n=gone), "touches")]


def _decider(asked: Conditions, situation: Situation) -> _Answer:
    if not asked.no_decider:
        return []
    return None if situation.people.deciders else [Reason(_("nobody there is known to decide"), "contacts")]
