"""A run of a play as doors show it: its steps with their days, what is done, what is late, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from vitalfew.playbook.kinds import label
from vitalfew.playbook.plays.fitting import Reason
from vitalfew.playbook.plays.play import WHO
from vitalfew.playbook.running.records import PlayRun


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of a run, by its place from 1 on: by when, who, what, and the kind of evidence it may leave ("" for none)."""

    place: int
    due: date
    who: str
    words: str
    leaves: str
    leaves_label: str
    done_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class RunShown:
    """A play that is or was run with an account: how it stood at the start, why it fitted, its steps, what came of it."""

    number: int
    account: int
    key: str
    name: str
    play: str
    title: str
    started_on: date
    started_by: str
    level: int | None
    stage: int
    reasons: tuple[Reason, ...]
    steps: tuple[StepShown, ...]
    ended_on: date | None
    ended_by: str
    outcome: str
    version: int

    @property
    def next(self) -> StepShown | None:
        """The first step that is not done; None where all are or the run has ended."""
        return next((step for step in self.steps if step.done_on is None), None) if self.ended_on is None else None


def shown(row: PlayRun, *, today: date) -> RunShown:
    """A run of a play on a day, its account read with it."""
    return RunShown(
        number=row.pk, account=row.account_id, key=row.account.key, name=str(row.account), play=row.play, title=row.title,
        started_on=row.started_on, started_by=row.started_by, level=row.level, stage=row.stage,
        reasons=tuple(Reason(**reason) for reason in row.reasons),
        steps=tuple(_step(row, place, today) for place in range(1, len(row.steps) + 1)),
        ended_on=row.ended_on, ended_by=row.ended_by, outcome=row.outcome, version=row.version,
    )  # fmt: skip


def _step(row: PlayRun, place: int, today: date) -> StepShown:
    step = row.steps[place - 1]
    done, due = row.done.get(str(place)), row.started_on + timedelta(days=step["day"])
    return StepShown(
        place=place, due=due, who=str(WHO[step["who"]]), words=step["words"], leaves=step["leaves"],
        leaves_label=label(step["leaves"]) if step["leaves"] else "",
        done_on=date.fromisoformat(done) if done else None, late=not done and row.ended_on is None and due < today,
    )  # fmt: skip
