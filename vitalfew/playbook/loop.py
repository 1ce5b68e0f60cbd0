"""The yearly loop of each key account as dated steps: select, assign, work the stages, score each quarter, decide each year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from vitalfew.playbook.stages import STAGES
from vitalfew.playbook.thresholds import Thresholds
from vitalfew.selection.designated import Designated
from vitalfew.selection.rules import REVIEW_AFTER

SOON = timedelta(days=14)
DONE, AHEAD, DUE, OVERDUE = "done", "ahead", "due", "overdue"


@dataclass(frozen=True, slots=True)
class LoopStep:
    """One step of the loop: its word and sentence, when it was done last, by when it is due next (None: not by a date).

    `state` is "done", "ahead", "due" (within two weeks) or "overdue".
    """

    name: str
    words: str
    last: date | None
    due: date | None
    state: str


@dataclass(frozen=True, slots=True)
class AccountLoop:
    """The loop of one key account; `decision` is what its last review said (keep, invest, harvest, watch), "" for none."""

    account: int
    key: str
    name: str
    manager: str
    stage: int
    decision: str
    steps: tuple[LoopStep, ...]


def loop_of(key: Designated, stage: int, answered: date | None, chosen: Thresholds, today: date) -> AccountLoop:
    """The loop of one key account in a stage; `answered` is the day of their newest answer, None for none."""
    steps = _steps(key, stage, answered, timedelta(days=chosen.rescore_days), today)
    return AccountLoop(key.account, key.key, key.name, key.manager_name, stage, key.outcome, steps)


def _steps(
    key: Designated, stage: int, answered: date | None, score: timedelta, today: date
) -> tuple[LoopStep, ...]:  # fmt: skip
    return (
        LoopStep("select", _("Designated as a key account"), key.on, None, DONE),
        _assign(key, today),
        LoopStep("stages", _("Works in “{stage}”").format(stage=STAGES[stage].title), None, None, AHEAD),
        _dated("rescore", _("Ask again how they see us"), answered, (answered + score) if answered else key.on, today),
        _dated(
            "decide",
            _("Decide: keep, invest, harvest or release"),
            key.reviewed_on,
            (key.reviewed_on or key.on) + REVIEW_AFTER,
            today,
        ),
    )


def _assign(key: Designated, today: date) -> LoopStep:
    if key.manager_name:
        return LoopStep("assign", _("Led by {name}").format(name=key.manager_name), None, None, DONE)
    return _dated("assign", _("Give it a manager"), None, key.on, today)


def _dated(name: str, words: str, last: date | None, due: date, today: date) -> LoopStep:
    state = OVERDUE if due < today else DUE if due <= today + SOON else AHEAD
    return LoopStep(name, words, last, due, state)
