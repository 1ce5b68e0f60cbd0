"""What followed a play: how accounts stood when it began beside how they stand now. A plain count, and no proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vitalfew.playbook.situation import Situation

FEWEST = 5


@dataclass(frozen=True, slots=True)
class Run:
    """A run that ended: the level that stood when it began (None: none did) and the stage."""

    account: int
    level: int | None
    stage: int


@dataclass(frozen=True, slots=True)
class Counted:
    """How many accounts moved up, stayed, moved down. `unknown` of them cannot be compared and count in none."""

    up: int
    stayed: int
    down: int
    unknown: int

    @property
    def n(self) -> int:
        return self.up + self.stayed + self.down

    @property
    def too_few(self) -> bool:
        """Fewer than five runs tell nothing, not even as a count."""
        return self.n < FEWEST


@dataclass(frozen=True, slots=True)
class Followed:
    """What followed the runs of a play that ended, by level and by stage. Other things happened too: it proves nothing."""

    runs: int
    level: Counted
    stage: Counted


def followed(runs: Iterable[Run], standing: Mapping[int, Situation]) -> Followed:
    """How the accounts of these runs stand now beside how they stood; one that is key no more has no stage to compare."""
    known = list(runs)
    levels = [(run.level, _level(standing.get(run.account))) for run in known]
    stages = [(run.stage, _stage(standing.get(run.account))) for run in known]
    return Followed(len(known), _counted(levels), _counted(stages))


def _counted(pairs: Iterable[tuple[int | None, int | None]]) -> Counted:
    up = stayed = down = unknown = 0
    for before, now in pairs:
        if before is None or now is None:
            unknown += 1
        else:
            up, stayed, down = up + (now > before), stayed + (now == before), down + (now < before)
    return Counted(up, stayed, down, unknown)


def _level(situation: Situation | None) -> int | None:
    return situation.level.stands if situation and situation.level else None


def _stage(situation: Situation | None) -> int | None:
    return situation.stage if situation and situation.is_key else None
