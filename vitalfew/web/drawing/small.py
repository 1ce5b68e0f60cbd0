"""Small drawings for table cells and figures: a spark line, a rank with its interval, an interval bar."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

SPARK_WIDTH, SPARK_HEIGHT = 96, 24
BAR_WIDTH, BAR_HEIGHT = 72, 8


def spark(values: Sequence[float], label: str) -> str:
    """A line over `values`, oldest first, from zero (or the lowest loss) to the highest; the last point is marked.

    `label` is what the drawing says in words; the caller has escaped it.
    """
    if len(values) < 2:
        return ""
    low, high = min(0.0, *values), max(values)
    span = (high - low) or 1.0
    step = (SPARK_WIDTH - 6) / (len(values) - 1)
    points = [
        (1 + place * step, SPARK_HEIGHT - 3 - (value - low) / span * (SPARK_HEIGHT - 6))
        for place, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    base = SPARK_HEIGHT - 3 + low / span * (SPARK_HEIGHT - 6)
    return (
        f'<svg class="vf-spark" viewBox="0 0 {SPARK_WIDTH} {SPARK_HEIGHT}" role="img"><title>{label}</title>'
        f'<path class="vf-spark-base" d="M1 {base:.1f}H{x:.1f}"/><polyline points="{line}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2"/></svg>'
    )


def rank_bar(rank: int, low: int | None, high: int | None, of: int, label: str) -> str:
    """A rank among `of` on a logarithmic line, best on the left, with its interval where there is one."""
    scale = (BAR_WIDTH - 6) / log(max(of, 2))
    place = 3 + log(max(rank, 1)) * scale
    band = ""
    if low is not None and high is not None:
        start, end = 3 + log(max(low, 1)) * scale, 3 + log(max(high, 1)) * scale
        band = f'<path class="vf-bar-band" d="M{start:.1f} 4H{max(end, start + 1):.1f}"/>'
    return (
        f'<svg class="vf-bar" viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" role="img"><title>{label}</title>'
        f'<path class="vf-bar-line" d="M3 4H{BAR_WIDTH - 3}"/>{band}<circle cx="{place:.1f}" cy="4" r="2.5"/></svg>'
    )


def interval_bar(value: float, low: float, high: float, *, start: float, end: float) -> str:
    """A figure's interval as a thin bar on the scale `start`…`end`, its value marked. Decoration: the words stand beside it."""
    span = (end - start) or 1.0
    at, left, right = (min(max((x - start) / span, 0.0), 1.0) * 100 for x in (value, low, high))
    return (
        '<svg class="vf-interval" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><path class="vf-bar-line" d="M0 3H100"/>'
        f'<path class="vf-bar-band" d="M{left:.1f} 3H{max(right, left + 0.6):.1f}"/><path class="vf-bar-value" d="M{at:.1f} 0V6"/></svg>'
    )


def hours_bar(planned: float, capacity: float, *, of: float) -> str:
    """Planned hours on a line that ends at the widest of the page, a mark where capacity ends; what lies beyond is hatched.

    Decoration: the words stand beside it.
    """
    scale = 100 / (of or 1.0)
    inside, end, mark = min(planned, capacity) * scale, planned * scale, capacity * scale
    beyond = f'<path class="vf-hours-beyond" d="M{inside:.1f} 5H{end:.1f}"/>' if planned > capacity else ""
    return (
        '<svg class="vf-hours" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="vf-hours-room" d="M0 5H{mark:.1f}"/><path class="vf-hours-planned" d="M0 5H{inside:.1f}"/>{beyond}'
        f'<path class="vf-hours-end" d="M{min(mark, 99.6):.1f} 0V10"/></svg>'
    )
