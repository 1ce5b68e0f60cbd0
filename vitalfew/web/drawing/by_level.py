"""Four levels side by side with what was measured of each: a point with its interval, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, STEP, TOP = 430, 30, 6
LEFT, RIGHT = 118, 78


@dataclass(frozen=True, slots=True)
class Measured:
    """One level's row: its number, its name and what was measured in words (translated and escaped by the caller)."""

    level: int
    name: str
    words: str
    value: float
    low: float
    high: float


def rows(measured: Sequence[Measured], *, start: float, end: float, label: str) -> str:
    """One row for each level, the lowest at the bottom; the scale runs from `start` to `end`."""
    height = TOP * 2 + STEP * len(measured)
    drawn = "".join(
        _row(one, TOP + STEP * place + STEP / 2, start, end)
        for place, one in enumerate(sorted(measured, key=lambda one: -one.level))
    )
    return f'<svg class="lc-rows" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">{drawn}</svg>'


def _row(one: Measured, y: float, start: float, end: float) -> str:
    def at(value: float) -> float:
        return LEFT + (min(max(value, start), end) - start) / (end - start) * (WIDTH - LEFT - RIGHT)

    return (
        f'<text class="lc-name" x="0" y="{y + 4:.1f}">{one.name}</text>'
        f'<path class="lc-line" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
        f'<path class="lc-band" d="M{at(one.low):.1f} {y:.1f}H{at(one.high):.1f}"/>'
        f'<circle class="lc-point" cx="{at(one.value):.1f}" cy="{y:.1f}" r="5"/>'
        f'<text class="lc-words" x="{WIDTH}" y="{y + 4:.1f}" text-anchor="end">{one.words}</text>'
    )
