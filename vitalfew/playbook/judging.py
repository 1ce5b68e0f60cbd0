"""Falling back: judged by the house after every refresh, when something is heard of an account, and once a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from vitalfew.ledger import choices, tree
from vitalfew.ledger.models import Customer
from vitalfew.playbook import gates, triggers
from vitalfew.playbook.gathering import Gathered, below, gather, known, piece
from vitalfew.playbook.models import StageMove
from vitalfew.playbook.moving import kept
from vitalfew.playbook.situation import Piece, Situation
from vitalfew.playbook.thresholds import Thresholds, thresholds
from vitalfew.playbook.told import stage_words
from vitalfew.playbook.triggers import Holds
from vitalfew.relationship.evidence.holding import of_sources, withdrawn
from vitalfew.selection.designated import designated
from vitalfew.trust import audit, versions
from vitalfew.trust.actors import Actor

VERB = "playbook.fall_back"


@dataclass(frozen=True, slots=True)
class _Fall:
    """To which stage an account falls, why, and on what."""

    to: int
    kind: str
    words: str
    pieces: tuple[Piece, ...]
    trigger: str = ""
    occurrence: str = ""


def judge_stages(*, accounts: Collection[int] | None, by: Actor, at: datetime) -> tuple[StageMove, ...]:
    """Let key accounts fall back whose triggers hold or whose evidence was withdrawn; the moves made.

    `accounts` may be customers below an account, None is all. Each occurrence of a trigger counts once, so judging
    again changes nothing.
    """
    wanted = [account for account, stage in stage_words(_keys(accounts, at.date())).items() if stage]
    if not wanted:
        return ()
    found = gather(wanted, today=at.date(), levels=False)
    chosen, wrong = thresholds(), _wrong(found)
    falling = [account for account in wanted if _fall(account, found, chosen, wrong)]
    return tuple(move for account in sorted(falling) for move in _judged(account, chosen, by, at))


def _keys(accounts: Collection[int] | None, today: date) -> tuple[int, ...]:
    if accounts is None:
        return tuple(designated(person=None))
    risen = tree.accounts(level=choices.account_level(), on=today)
    return tuple(designated(person=None, accounts={*accounts, *(risen.get(one, one) for one in accounts)}))


@transaction.atomic
def _judged(account: int, chosen: Thresholds, by: Actor, at: datetime) -> list[StageMove]:
    """Judge one account again under its lock, by what is known now, until nothing makes it fall any more."""
    versions.hold(Customer.objects.filter(pk=account))
    made: list[StageMove] = []
    found = gather([account], today=at.date(), levels=False)
    while account in found.designations and (fall := _fall(account, found, chosen, _wrong(found))):
        made.append(_write(account, found, fall, by=by, at=at))
        found = gather([account], today=at.date(), levels=False)
    for move in made:
        told = {"from": move.from_stage, "to": move.to_stage, "why": move.trigger or move.kind, "words": move.words}
        audit.record(by=by, at=at, verb=VERB, target=f"customer:{account}", after=told)
    return made


def _write(account: int, found: Gathered, fall: _Fall, *, by: Actor, at: datetime) -> StageMove:
    return StageMove.objects.create(
        account_id=account, designation_id=found.designations[account].designation, number=len(found.moves[account]) + 1,
        from_stage=found.situations[account].stage, to_stage=fall.to, kind=fall.kind, on=at.date(), at=at, by=by.name,
        trigger=fall.trigger, occurrence=fall.occurrence, pieces=[kept(one) for one in fall.pieces], words=fall.words,
    )  # fmt: skip


def _fall(account: int, found: Gathered, chosen: Thresholds, wrong: frozenset[int]) -> _Fall | None:
    """What makes an account fall next: evidence of a gate that was withdrawn, else a trigger that has not yet counted."""
    situation, moves = found.situations[account], found.moves.get(account, ())
    if situation.stage == 0:
        return None
    return _unfounded(situation, moves, chosen, wrong) or _triggered(situation, moves, chosen)


def _triggered(situation: Situation, moves: Sequence[StageMove], chosen: Thresholds) -> _Fall | None:
    counted = {(move.trigger, move.occurrence) for move in moves if move.kind == StageMove.Kind.FELL}
    fresh = (one for one in triggers.holding(situation, chosen, stage=situation.stage) if not _in(one, counted))
    one = next(fresh, None)
    if one is None:
        return None
    return _Fall(situation.stage - 1, StageMove.Kind.FELL, one.words, one.pieces, one.kind, one.key)


def _in(one: Holds, counted: set[tuple[str, str]]) -> bool:
    return (one.kind, one.key) in counted


def _wrong(found: Gathered) -> frozenset[int]:
    """The evidence on which these accounts passed gates and that was withdrawn since; one query."""
    passes = (move for account, moves in found.moves.items() for move in _stood(found.situations[account].stage, moves))
    numbers = {one["number"] for move in passes for one in move.pieces if one["number"] is not None}
    return withdrawn(numbers)


def _stood(stage: int, moves: Iterable[StageMove]) -> list[StageMove]:
    """The gates on which a stage stands, from the lowest: for each stage before it the last time its gate was passed."""
    last = {move.from_stage: move for move in moves if move.kind == StageMove.Kind.PASSED}
    return [last[one] for one in range(stage) if one in last]


def _unfounded(
    situation: Situation, moves: Sequence[StageMove], chosen: Thresholds, wrong: frozenset[int]
) -> _Fall | None:  # fmt: skip
    """Back to the lowest gate that would not have opened on its day without what was withdrawn."""
    for move in _stood(situation.stage, moves):
        gone = [one for one in move.pieces if one["number"] in wrong]
        lost = dict.fromkeys(one["item"] for one in gone)
        items = [item for name in lost if (item := gates.item_of(move.from_stage, name))]
        then = _then(move, situation, gone) if items else situation
        shut = [item for item in items if not gates.check(item, then, chosen).met]
        if shut:
            words = _("evidence was withdrawn on which it passed the gate of {day}: {things}").format(
                day=move.on.isoformat(), things="; ".join(str(item.words) for item in shut)
            )
            pieces = tuple(_piece(one) for one in gone if one["item"] in {item.name for item in shut})
            return _Fall(move.from_stage, StageMove.Kind.WITHDRAWN, words, pieces)
    return None


def _then(move: StageMove, situation: Situation, gone: list[dict[str, Any]]) -> Situation:
    """The account on the day of a move without what is gone: what it stood on, and all that is known of that day now.

    A source that spoke anew since stands for what it said then: an answer sent once more is no answer taken back.
    """
    account = situation.account
    pieces, people = known([account], on=move.on)
    since = {(one["kind"], one["source"]): date.fromisoformat(one["since"]) for one in gone}
    anew = of_sources(below([account], on=move.on), since)[account]
    stood = [_piece(one) for one in move.pieces if one not in gone and one["number"] is not None]
    found = {one.number: one for one in (*map(piece, anew), *stood, *pieces[account])}
    kept_since = (replace(one, since=since.get((one.kind, one.source), one.since)) for one in found.values())
    held = tuple(sorted(kept_since, key=lambda one: one.since, reverse=True))
    return replace(situation, today=move.on, stage=move.from_stage, people=people[account], pieces=held)


def _piece(one: dict[str, Any]) -> Piece:
    """A piece as a move has kept it."""
    return Piece(
        one["kind"], one["side"], date.fromisoformat(one["since"]), None, one["source"], one["words"], one["value"], number=one["number"]
    )  # fmt: skip
