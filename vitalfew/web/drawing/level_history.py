"""How an account saw us over time: for each judgement the levels that hold the true one, and the level where one was told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

LANE = 30
HEIGHT = 4 * LANE + 22


@dataclass(frozen=True, slots=True)
class Judged:
    """One judgement: `place` from 0, the oldest, to 1; `level` None where only the run `low` to `high` may be told.

    `words` say it, `tick` stands below it ("" for none); both are escaped by the caller.
    """

    place: float
    low: int
    high: int
    level: int | None
    heard: bool
    words: str
    tick: str


def history(judged: Sequence[Judged], *, label: str, target: tuple[int, str] | None) -> str:
    """The drawing, as wide as its place and 142 px high, partner on top; `target` is a level and its words."""
    parts = (
        *_lanes(),
        *_steps(judged),
        *(_one(row, first=not place) for place, row in enumerate(judged)),
        *_aim(target),
    )
    return f'<svg class="l-history" width="100%" height="{HEIGHT}" role="group" aria-label="{label}" data-roving="">{"".join(parts)}</svg>'


def _lanes() -> Iterator[str]:
    for lane in range(5):
        yield f'<line class="l-lane" x1="0" x2="100%" y1="{lane * LANE}" y2="{lane * LANE}"/>'


def _steps(judged: Sequence[Judged]) -> Iterator[str]:
    """A line from each told level to the next one."""
    told = [(row.place, row.level) for row in judged if row.level is not None]
    for (left, before), (right, after) in pairwise(told):
        yield (f'<line class="l-step" x1="{_x(left)}" y1="{_middle(before)}" x2="{_x(right)}" y2="{_middle(after)}"/>')


def _one(row: Judged, *, first: bool) -> str:
    top, bottom = (4 - row.high) * LANE + 4, (5 - row.low) * LANE - 4
    dot = f'<circle cx="0" cy="{_middle(row.level)}" r="5.5"/>' if row.level is not None else ""
    anchor = "start" if row.place < 0.05 else "end" if row.place > 0.95 else "middle"
    tick = (
        f'<text x="0" dx="{ {"start": -6, "end": 6}.get(anchor, 0) }" y="{HEIGHT - 4}" text-anchor="{anchor}">{row.tick}</text>'
        if row.tick
        else ""
    )
    return (
        f'<svg x="{_x(row.place)}" overflow="visible"><g class="l-judged{" l-heard" if row.heard else ""}" role="img" tabindex="{0 if first else -1}" aria-label="{row.words}"><title>{row.words}</title>'
        f'<rect x="-7" y="{top}" width="14" height="{bottom - top}" rx="4"/>{dot}</g>{tick}</svg>'
    )


def _aim(target: tuple[int, str] | None) -> Iterator[str]:
    """The level that is meant, a triangle at the right end that points to its lane."""
    if target:
        level, words = target
        yield (
            f'<svg class="l-target" x="100%" y="{_middle(level)}" overflow="visible" role="img"><title>{words}</title>'
            '<path d="M-3 0l8 -6v12z"/></svg>'
        )


def _middle(level: int) -> int:
    return (4 - level) * LANE + LANE // 2


def _x(place: float) -> str:
    return f"{2.5 + place * 94:.2f}%"
