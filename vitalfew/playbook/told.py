"""Stages as doors tell them: one account with its gate, triggers and history; all key accounts; numbers for chips."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from vitalfew.ledger.visibility import let_see
from vitalfew.playbook import stages, triggers
from vitalfew.playbook.gates import Gate
from vitalfew.playbook.gathering import Gathered, gather
from vitalfew.playbook.kinds import label
from vitalfew.playbook.models import StageMove
from vitalfew.playbook.moving import gate_of
from vitalfew.playbook.situation import Piece, SeenLevel, Situation
from vitalfew.playbook.stages import STAGES, Stage
from vitalfew.playbook.thresholds import Thresholds, thresholds
from vitalfew.playbook.triggers import Holds
from vitalfew.selection.designated import Designated, designated
from vitalfew.selection.models import KeyAccount
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class MoveShown:
    """One move: `kind` is "passed", "fell" or "withdrawn"; `trigger` is what made it fall; `pieces` what it stands on."""

    number: int
    from_stage: int
    to_stage: int
    kind: str
    kind_label: str
    on: date
    at: datetime
    by: str
    trigger: str
    trigger_label: str
    words: str
    pieces: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class StageTold:
    """The stage of one account on a day, and why.

    `since` is None for an account that is not key. `gate` is None in the last stage and for an account that is not key.
    `holding` are the triggers of its stage that hold: those that have counted already keep it from going up again.
    `support` is behaviour that speaks for the stage. `level` is how they see us, `gap` stands as in `stages.gap`.
    `called` are the stages that this level calls for. `moves` are the newest first, of earlier designations too.
    """

    account: int
    today: date
    is_key: bool
    stage: Stage
    since: date | None
    why: str
    gate: Gate | None
    holding: tuple[Holds, ...]
    support: tuple[Piece, ...]
    level: SeenLevel | None
    gap: str
    gap_words: str
    called: tuple[int, ...]
    moves: tuple[MoveShown, ...]


@dataclass(frozen=True, slots=True)
class StageRow:
    """One key account in the list of stages; `missing` says what keeps its gate shut, "" where it is open or there is none.

    `next` is the first thing of that in a few words.
    """

    account: int
    key: str
    name: str
    manager: str
    stage: Stage
    since: date
    level: SeenLevel | None
    gap: str
    gap_words: str
    open: bool
    missing: str
    next: str


def stage_of(*, account: int, person: Person | None, today: date) -> StageTold:
    """The stage of one account with all its reasons. Raises Missing for one that is hidden or does not exist."""
    let_see(account, person)
    return told(gather([account], today=today), account, thresholds())


def told(found: Gathered, account: int, chosen: Thresholds) -> StageTold:
    """The stage of one account of those gathered, for whoever has checked that it may be seen; one query."""
    situation = found.situations[account]
    history = StageMove.objects.filter(account=account).order_by("-at", "-number", "-pk")
    since = found.moves.get(account, ())
    stands = situation.level.stands if situation.level else None
    gate = gate_of(situation, chosen) if situation.is_key else None
    apart = stages.gap(stage=situation.stage, level=stands)
    return StageTold(
        account=account,
        today=situation.today,
        is_key=situation.is_key,
        stage=STAGES[situation.stage],
        since=situation.since if situation.is_key else None,
        why=_why(situation, since[-1] if since else None),
        gate=gate,
        holding=triggers.holding(situation, chosen, stage=situation.stage),
        support=gate.support if gate else (),
        level=situation.level,
        gap=apart,
        gap_words=gap_words(apart),
        called=stages.CALLED.get(stands or 0, ()),
        moves=tuple(_move(row) for row in history),
    )


def stages_of(*, person: Person | None, today: date) -> tuple[StageRow, ...]:
    """The stage of every key account that a person may see, in the order of `in_order`."""
    return rows_of(in_order(person=person), today=today)


def in_order(*, person: Person | None) -> tuple[Designated, ...]:
    """The key accounts that a person may see, the highest stage first, then by name; four queries however many."""
    keys = designated(person=person)
    reached = stage_words(keys)
    return tuple(sorted(keys.values(), key=lambda key: (-reached[key.account], key.name, key.account)))


def rows_of(keys: Sequence[Designated], *, today: date) -> tuple[StageRow, ...]:
    """These key accounts as rows of the list, for one page of it or all; queries do not grow with them."""
    return rows_in(keys, gather([key.account for key in keys], today=today).situations, thresholds())


def rows_in(
    keys: Iterable[Designated], situations: Mapping[int, Situation], chosen: Thresholds
) -> tuple[StageRow, ...]:  # fmt: skip
    """These key accounts as rows, by situations that are known already."""
    return tuple(_row(key, situations[key.account], chosen) for key in keys)


def stage_words(accounts: Collection[int]) -> dict[int, int]:
    """The stage numbers of those of these accounts that are key, for chips; one query."""
    last = StageMove.objects.filter(designation=OuterRef("pk")).order_by("-number").values("to_stage")[:1]
    rows = KeyAccount.objects.filter(released_on=None, account__in=list(accounts))
    return dict(rows.values_list("account_id", Coalesce(Subquery(last), 0)))


def gap_words(gap: str) -> str:
    """The gap between stage and level as a sentence."""
    return {
        stages.AHEAD: _("Our work is ahead of how they see us."),
        stages.BEHIND: _("Our work is behind how they see us."),
        stages.IN_STEP: _("Our work is in step with how they see us."),
        stages.CANNOT_SAY: _("No level can be named yet, so nobody can say whether our work fits it."),
    }[gap]


def _row(key: Designated, situation: Situation, chosen: Thresholds) -> StageRow:
    gate = gate_of(situation, chosen)
    apart = stages.gap(stage=situation.stage, level=situation.level.stands if situation.level else None)
    return StageRow(
        account=key.account, key=key.key, name=key.name, manager=key.manager_name, stage=STAGES[situation.stage],
        since=situation.since, level=situation.level, gap=apart, gap_words=gap_words(apart),
        open=gate is not None and gate.open, missing=gate.missing if gate else "", next=_next(gate) if gate else "",
    )  # fmt: skip


def _next(gate: Gate) -> str:
    lacking = [f"{item.words} ({item.counted})" if item.counted else item.words for item in gate.items if not item.met]
    return next(iter([*lacking, *(one.words for one in gate.closing)]), "")


def _why(situation: Situation, last: StageMove | None) -> str:
    """Why an account stands in its stage."""
    if not situation.is_key:
        return _("It is not a key account: designate it first.")
    if last is None:
        return _("It became a key account on {day} and has passed no gate since.").format(day=situation.since)
    known = {"day": last.on, "who": last.by, "words": last.words, "from": STAGES[last.from_stage].title}
    if last.kind == StageMove.Kind.PASSED:
        return _("{who} took it through the gate on {day}: {words}").format(**known)
    return _("It fell back from “{from}” on {day}: {words}").format(**known)


def _move(row: StageMove) -> MoveShown:
    return MoveShown(
        number=row.number, from_stage=row.from_stage, to_stage=row.to_stage, kind=row.kind, kind_label=str(row.get_kind_display()),
        on=row.on, at=row.at, by=row.by, trigger=row.trigger, trigger_label=label(row.trigger) if row.trigger else "",
        words=row.words, pieces=tuple(row.pieces),
    )  # fmt: skip
