"""The Playbook page over all key accounts: which stages they stand in, whom that is too much for, and the plays; read at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vitalfew.playbook.gathering import gather
from vitalfew.playbook.plays.queries import PlaybookShown, playbook_of, runs_seen
from vitalfew.playbook.span import Span, spans_of
from vitalfew.playbook.stages import STAGES, Stage
from vitalfew.playbook.thresholds import thresholds
from vitalfew.playbook.told import StageRow, rows_in
from vitalfew.selection.designated import designated
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class Standing:
    """A stage with the key accounts that stand in it, by name."""

    stage: Stage
    rows: tuple[StageRow, ...]

    @property
    def open(self) -> int:
        """How many of them could pass their gate today."""
        return sum(row.open for row in self.rows)


@dataclass(frozen=True, slots=True)
class PlaybookPage:
    """The six stages with who stands there, the managers who lead too much, and every play with where it fits and ran."""

    stages: tuple[Standing, ...]
    too_much: tuple[Span, ...]
    shown: PlaybookShown

    @property
    def accounts(self) -> int:
        return sum(len(one.rows) for one in self.stages)

    @property
    def open(self) -> int:
        return sum(one.open for one in self.stages)


def playbook_page(person: Person | None, today: date) -> PlaybookPage:
    """The page of what `person` may see: as many queries for a thousand key accounts as for one."""
    keys, runs, chosen = designated(person=person), runs_seen(person=person), thresholds()
    found = gather({*keys, *(run.account_id for run in runs)}, today=today, keys=keys)
    rows = rows_in(tuple(keys.values()), found.situations, chosen)
    reached = {row.account: row.stage.number for row in rows}
    return PlaybookPage(
        stages=tuple(Standing(stage, tuple(row for row in rows if row.stage is stage)) for stage in STAGES),
        too_much=tuple(one for one in spans_of(keys, reached, chosen, person=person) if one.too_much),
        shown=playbook_of(keys=keys, runs=runs, standing=found.situations, today=today),
    )
