"""How well the levels stood their tests, as the last refresh found it: for whoever doubts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from vitalfew.ledger import runs
from vitalfew.relationship.level.checking import doubts
from vitalfew.relationship.level.told import why_none
from vitalfew.relationship.models import LevelRun
from vitalfew.trust.access import sees_everything
from vitalfew.trust.models import Person

NOT_YOURS = (
    "The tests are about all customers together: they are told to those who see every account. You see some of them."
)


@dataclass(frozen=True, slots=True)
class Halves:
    """The level by every other person of an account against the level by the rest: of so many accounts."""

    accounts: int
    correlation: float
    neighbours: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A person left out and foretold: mean log of the chance given to what they said, by the level, the segment, the others."""

    people: int
    model: float
    segment: float
    others: float
    lead: float
    lead_error: float


@dataclass(frozen=True, slots=True)
class ByLevel:
    """What customers of one level did: a share that stayed, or the response of volume to price; 80 % interval.

    `kept` is the share of the year's net sales that came again, only for those who stayed.
    """

    level: int
    accounts: int
    value: float
    low: float
    high: float
    kept: float | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What customers of each level did; `rising` is the chance that it goes up with the level, `since` when they were judged."""

    levels: tuple[ByLevel, ...]
    rising: float
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """The tests of a run. One that could not be made is None, and `missing` says by name what it would need.

    `doubts` names those that speak against the levels, or do not show yet what they should.
    """

    as_of: date | None
    missing_all: str
    halves: Halves | None
    left_out: LeftOut | None
    stayed: Course | None
    prices: Course | None
    missing: Mapping[str, str]
    doubts: tuple[str, ...]


def checked(*, person: Person | None) -> Checked:
    """The tests of the levels in the last refresh; one who does not see every account is told that and nothing else."""
    run = runs.current()
    nothing = why_none(run) if person is None or sees_everything(person) else NOT_YOURS
    if run is None or nothing:
        return Checked(run.as_of if run else None, nothing, None, None, None, None, {}, ())
    kept: dict[str, Any] = LevelRun.objects.get(run=run).checks
    halves, left = kept.get("halves", {}), kept.get("left_out", {})
    return Checked(
        as_of=run.as_of,
        missing_all="",
        halves=Halves(**halves) if "correlation" in halves else None,
        left_out=LeftOut(**left) if "lead" in left else None,
        stayed=_course(kept.get("stayed", {}), "share"),
        prices=_course(kept.get("prices", {}), "response"),
        missing={name: one["missing"] for name, one in kept.items() if "missing" in one},
        doubts=doubts(kept),
    )


def _course(kept: Mapping[str, Any], value: str) -> Course | None:
    if "levels" not in kept:
        return None
    rows = (ByLevel(one["level"], one["accounts"], one[value], one["low"], one["high"], one.get("kept")) for one in kept["levels"])  # fmt: skip
    since = date.fromisoformat(kept["as_of"]) if "as_of" in kept else None
    return Course(tuple(rows), kept["rising"], since)
