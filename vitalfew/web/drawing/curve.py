"""The concentration curve: share of sales made by the largest share of customers, with its band."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 76, 14, 10, 42
STOPS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Point:
    """Where the curve runs: shares from 0 to 1, the band where there is one."""

    customers: float
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of the curve worth its own words."""

    customers: float
    share: float
    words: str


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the drawing says, translated and escaped by the caller; `stop` takes customers, share and band as words."""

    title: str
    summary: str
    across: str
    up: str
    equal: str
    stops: tuple[str, ...]


def curve(points: Sequence[Point], *, marks: Sequence[Mark], words: Words) -> str:
    """The drawing, 640 × 260 units; the points come in order of `customers`."""
    parts = (_grid(), _band(points), _line(points), _marks(marks), _stops(points, words.stops), _axes(words))
    return (
        f'<svg class="vf-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{words.title}. {words.summary}" data-roving="">'
        f"{''.join(parts)}</svg>"
    )


def share_at(points: Sequence[Point], customers: float) -> Point:
    """The curve between its points, straight."""
    before = points[0]
    for point in points:
        if point.customers >= customers:
            span = point.customers - before.customers
            way = (customers - before.customers) / span if span else 1.0
            return Point(customers, *(_between(a, b, way) for a, b in _pairs(before, point)))  # type: ignore[arg-type]
        before = point
    return points[-1]


def _pairs(a: Point, b: Point) -> tuple[tuple[float | None, float | None], ...]:
    return ((a.share, b.share), (a.low, b.low), (a.high, b.high))


def _between(a: float | None, b: float | None, way: float) -> float | None:
    return None if a is None or b is None else a + (b - a) * way


def _x(customers: float) -> float:
    return LEFT + customers * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _grid() -> str:
    lines = "".join(
        f'<path class="vf-grid" d="M{LEFT} {_y(share):.1f}H{WIDTH - RIGHT}"/>' for share in (0, 0.2, 0.4, 0.6, 1)
    )
    equal = f'<path class="vf-equal" d="M{_x(0):.1f} {_y(0):.1f}L{_x(1):.1f} {_y(1):.1f}"/>'
    return f'{lines}<path class="vf-eighty" d="M{LEFT} {_y(0.8):.1f}H{WIDTH - RIGHT}"/>{equal}'


def _band(points: Sequence[Point]) -> str:
    upper = [f"{_x(point.customers):.1f},{_y(point.high):.1f}" for point in points if point.high is not None]
    lower = [f"{_x(point.customers):.1f},{_y(point.low):.1f}" for point in reversed(points) if point.low is not None]
    return f'<polygon class="vf-band" points="{" ".join(upper + lower)}"/>' if upper and lower else ""


def _line(points: Sequence[Point]) -> str:
    line = " ".join(f"{_x(point.customers):.1f},{_y(point.share):.1f}" for point in points)
    return f'<polyline class="vf-line" points="{line}"/>'


def _marks(marks: Sequence[Mark]) -> str:
    """The highest first, so that the words of the next go below those of the one before."""
    drops, words, free = [], [], 0.0
    for mark in sorted(marks, key=lambda mark: -mark.share):
        x, y = _x(mark.customers), _y(mark.share)
        line = max(y + 20, free)
        free = line + 24
        drops.append(
            f'<path class="vf-drop" d="M{x:.1f} {y:.1f}V{_y(0):.1f}"/><circle class="vf-mark-dot" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
        )
        words.append(f'<text class="vf-mark-words" x="{x + 10:.1f}" y="{line:.1f}">{mark.words}</text>')
    return "".join(drops + words)


def _stops(points: Sequence[Point], words: Sequence[str]) -> str:
    """Zones that say their point in words when hovered or reached by arrow keys; they split the width between them."""
    edges = [0.0, *((a + b) / 2 for a, b in itertools.pairwise(STOPS)), 1.0]
    drawn = []
    for place, (stop, said) in enumerate(zip(STOPS, words, strict=True)):
        left, right, point = _x(edges[place]), _x(edges[place + 1]), share_at(points, stop)
        x, y, anchor = _x(stop), _y(point.share), "start" if stop < 0.45 else "end"
        text_x, text_y = x + (10 if anchor == "start" else -10), max(y - 10, TOP + 10) if stop < 0.2 else y + 20
        drawn.append(
            f'<g class="vf-stop" role="img" tabindex="{0 if place == 0 else -1}" aria-label="{said}"><title>{said}</title>'
            f'<rect x="{left:.1f}" y="{TOP}" width="{right - left:.1f}" height="{HEIGHT - TOP - BOTTOM}"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/><text x="{text_x:.1f}" y="{text_y:.1f}" text-anchor="{anchor}">{said}</text></g>'
        )
    return "".join(drawn)


def _axes(words: Words) -> str:
    ticks = [
        f'<text class="vf-tick" x="{_x(share):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{share * 100:.0f}\u202f%</text>'
        for share in (0, 0.2, 0.4, 0.6, 0.8, 1)
    ]
    ticks += [
        f'<text class="vf-tick{" vf-tick-80" if share == 0.8 else ""}" x="{LEFT - 8}" y="{_y(share) + 4:.1f}" text-anchor="end">{share * 100:.0f}\u202f%</text>'
        for share in (0, 0.2, 0.4, 0.6, 0.8, 1)
    ]
    names = (
        f'<text class="vf-axis" x="{_x(0.5):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{words.across}</text>'
        f'<text class="vf-axis" transform="translate(14 {_y(0.5):.1f}) rotate(-90)" text-anchor="middle">{words.up}</text>'
    )
    equal = f'<text class="vf-tick" x="{_x(0.72):.1f}" y="{_y(0.72) + 22:.1f}">{words.equal}</text>'
    return "".join(ticks) + names + equal
