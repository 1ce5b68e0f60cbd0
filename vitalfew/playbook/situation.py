"""What gates, triggers and plays read of an account on a day: its evidence, people, level and stage, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence that holds on the day. `side` is "ours", "customer" or "behaviour".

    `number` is the evidence's, None where another record of the house speaks (a contact's position, a touch); `source`
    names the record or the address behind it, which opens. `words` is what it says.
    """

    kind: str
    side: str
    since: date
    until: date | None
    source: str
    words: str = ""
    value: Any = None
    expectation: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class SeenLevel:
    """How the account sees us: `named` where that may be said, `announced` what stands until a change is sure.

    `likeliest` is the level with most chance; `low` to `high` holds the true one with 80 %. `verdict` as in
    `relationship.level`: "not enough evidence", "behaves like", "level", "mixed" or "damaged".
    """

    verdict: str
    named: int | None
    announced: int | None
    likeliest: int
    low: int
    high: int
    target: int | None = None

    @property
    def stands(self) -> int | None:
        """The level that may be spoken of: announced, else named; None where the evidence names none."""
        return self.announced or self.named


@dataclass(frozen=True, slots=True)
class People:
    """Whom we know there. `functions` are the words of those covered; days are of the last touch, None for never."""

    contacts: int = 0
    known: int = 0
    functions: tuple[str, ...] = ()
    deciders: int = 0
    decider_touch: date | None = None
    last_touch: date | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """An account on a day. `stage` is the number of its stage, `since` the day from which it stands in it.

    `designated_on` is the day from which it is key, None where it is not.

    `pieces` is all evidence that holds on the day (begun, not ended, not withdrawn), newest first.
    """

    account: int
    today: date
    is_key: bool
    stage: int
    since: date
    level: SeenLevel | None
    people: People
    pieces: tuple[Piece, ...]
    designated_on: date | None = None

    def of(self, *kinds: str, side: str = "", within: int | None = None) -> tuple[Piece, ...]:
        """The pieces of these kinds, of one side or any, that began within so many days before today.

        What behaviour shows is a state: it counts for as long as it holds, whenever it began.
        """
        return tuple(
            piece
            for piece in self.pieces
            if piece.kind in kinds
            and side in ("", piece.side)
            and (within is None or piece.side == "behaviour" or (self.today - piece.since).days < within)
        )
