"""Net sales of 24 months as columns: this year's in the accent colour, the same months a year before in grey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 200
LEFT, RIGHT, BOTTOM, TOP = 72, 18, 24, 8


@dataclass(frozen=True, slots=True)
class Column:
    """One month: its value in minor units, its short name under the axis ("" for none), and what it says in words."""

    value: int
    tick: str
    words: str
    recent: bool


def columns(months: Sequence[Column], *, label: str, ticks: Sequence[tuple[int, str]]) -> str:
    """The drawing; `ticks` are the values that get a line and a name. `label` says it in words, escaped by the caller."""
    low = min(0, *(month.value for month in months), *(value for value, _ in ticks))
    high = max(1, *(month.value for month in months), *(value for value, _ in ticks))
    scale = (HEIGHT - TOP - BOTTOM) / (high - low)
    zero = TOP + high * scale
    lines = "".join(_tick(value, name, zero - value * scale) for value, name in ticks)
    step = (WIDTH - LEFT - RIGHT) / max(len(months), 1)
    drawn = "".join(_column(month, LEFT + place * step, step, zero, scale) for place, month in enumerate(months))
    return f'<svg class="vf-months" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{label}" data-roving="">{lines}{drawn}</svg>'


def _tick(value: int, name: str, y: float) -> str:
    kind = "vf-zero" if value == 0 else "vf-grid"
    return f'<path class="{kind}" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/><text class="vf-tick" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{name}</text>'


def _column(month: Column, x: float, step: float, zero: float, scale: float) -> str:
    height = max(abs(month.value) * scale, 0.5)
    top = zero - height if month.value >= 0 else zero
    kind = "vf-column vf-recent" if month.recent else "vf-column"
    name = (
        f'<text class="vf-tick" x="{x + step / 2:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{month.tick}</text>'
        if month.tick
        else ""
    )
    return (
        f'<g class="{kind}" role="img" tabindex="{0 if x == LEFT else -1}" aria-label="{month.words}"><title>{month.words}</title>'
        f'<rect class="vf-hit" x="{x:.1f}" y="{TOP}" width="{step:.1f}" height="{HEIGHT - TOP - BOTTOM}"/>'
        f'<rect x="{x + step * 0.16:.1f}" y="{top:.1f}" width="{step * 0.68:.1f}" height="{height:.1f}" rx="1.5"/></g>{name}'
    )
