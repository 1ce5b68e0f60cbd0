"""Triggers: what makes an account fall back one stage. Pure; those of a stage and of all stages before it count together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from vitalfew.playbook import stages
from vitalfew.playbook.kinds import label
from vitalfew.playbook.needs import MADE
from vitalfew.playbook.situation import Piece, Situation
from vitalfew.playbook.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Holds:
    """A trigger that holds: `key` names this one occurrence, which makes an account fall once; it stands on `pieces`.

    `stage` is the lowest stage that falls by it.
    """

    kind: str
    stage: int
    key: str
    words: str
    pieces: tuple[Piece, ...]


type Trigger = Callable[[Situation, Thresholds], Iterator[tuple[str, str, tuple[Piece, ...]]]]


def _silence(situation: Situation, thresholds: Thresholds) -> Iterator[tuple[str, str, tuple[Piece, ...]]]:
    """No word with a decision maker for so many days, from the last one or from the day the account became key."""
    known = [day for day in (situation.people.decider_touch, situation.designated_on) if day]
    if not known or (situation.today - max(known)).days <= thresholds.silence_days:
        return
    began = max(known)
    words = _("no word with a decision maker since {day}").format(day=began.isoformat())
    source = f"contacts:{situation.account}"
    yield began.isoformat(), words, (Piece("silence", "ours", began + timedelta(days=1), None, source, words=words),)


def _promises(situation: Situation, thresholds: Thresholds) -> Iterator[tuple[str, str, tuple[Piece, ...]]]:
    """Too few promises of the last quarter were kept; one occurrence for each calendar quarter of the newest that was not."""
    made = situation.of(*MADE, within=thresholds.fall_days)
    missed = tuple(piece for piece in made if piece.kind != "promise_kept")
    kept = len(made) - len(missed)
    if len(made) < thresholds.promises_least or kept >= thresholds.fall_share * len(made):
        return
    newest = max(piece.since for piece in missed)
    words = _("{kept} of {made} promises of the last quarter were kept on time").format(kept=kept, made=len(made))
    yield f"{newest.year}-Q{(newest.month + 2) // 3}", words, missed


def _state(kind: str) -> Trigger:
    """A state, for as long as it holds."""

    def holds(situation: Situation, thresholds: Thresholds) -> Iterator[tuple[str, str, tuple[Piece, ...]]]:
        del thresholds
        return _each(situation.of(kind))

    return holds


def _event(kind: str) -> Trigger:
    """An event, for so many days after it, unless it ends before."""

    def holds(situation: Situation, thresholds: Thresholds) -> Iterator[tuple[str, str, tuple[Piece, ...]]]:
        return _each(situation.of(kind, within=thresholds.event_days))

    return holds


def _each(pieces: Iterable[Piece]) -> Iterator[tuple[str, str, tuple[Piece, ...]]]:
    for piece in pieces:
        known = f"{label(piece.kind)}: {piece.words}" if piece.words else label(piece.kind)
        words = _("{known}, since {day}").format(known=known, day=piece.since.isoformat())
        # A source that words the same thing anew is no new occurrence; an answer stays one, on whatever day it was sent.
        again = "" if piece.kind == "survey_dropped" else f"@{piece.since.isoformat()}"
        yield f"{piece.source}{again}", words, (piece,)


TRIGGERS: Mapping[str, tuple[int, Trigger]] = {
    "silence": (stages.UNDERSTAND, _silence),
    "plan_untouched": (stages.PLAN, _state("plan_untouched")),
    "champion_left": (stages.PLAN, _event("champion_left")),
    "promises_missed": (stages.DELIVER, _promises),
    "critical_issue": (stages.DELIVER, _state("critical_issue")),
    "volume_outside_band": (stages.DELIVER, _state("volume_outside_band")),
    "survey_dropped": (stages.PARTNER, _state("survey_dropped")),
    "tender": (stages.PARTNER, _event("tender")),
    "sponsor_left": (stages.PARTNER, _event("sponsor_left")),
}


def holding(situation: Situation, thresholds: Thresholds, *, stage: int) -> tuple[Holds, ...]:
    """The triggers that hold and by which an account in `stage` falls, the earliest first."""
    found = [
        Holds(kind, lowest, key, words, pieces)
        for kind, (lowest, trigger) in TRIGGERS.items()
        if lowest <= stage
        for key, words, pieces in trigger(situation, thresholds)
    ]
    return tuple(sorted(found, key=lambda one: (min(piece.since for piece in one.pieces), one.kind, one.key)))
