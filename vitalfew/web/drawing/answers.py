"""Answers from 1 to 5 on a line: how many gave each, the lowest of a decision maker ringed, what we believe below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

HEIGHT = 40
_AT = 15


def answers(marks: Sequence[int], *, lowest: int | None, believed: Sequence[int], label: str) -> str:
    """The drawing; `lowest` is the lowest answer of a decision maker. `label` says it all, escaped by the caller."""
    counted = sorted(Counter(marks).items())
    parts = (
        f'<line class="l-scale" x1="{_x(1)}" x2="{_x(5)}" y1="{_AT}" y2="{_AT}"/>',
        *(f'<circle class="l-stop" cx="{_x(step)}" cy="{_AT}" r="2.5"/>' for step in range(1, 6)),
        *(_mark(step, count, ringed=step == lowest) for step, count in counted),
        *(
            f'<svg class="l-believed" x="{_x(step)}" y="{_AT + 13}" overflow="visible"><path d="M0 0l-5 7h10z"/></svg>'
            for step in sorted(set(believed))
        ),
    )
    return (
        f'<svg class="l-answers" width="100%" height="{HEIGHT}" role="img" aria-label="{label}">{"".join(parts)}</svg>'
    )


def _mark(step: int, count: int, *, ringed: bool) -> str:
    ring = f'<circle class="l-ring" cx="{_x(step)}" cy="{_AT}" r="12.5"/>' if ringed else ""
    number = f'<text x="{_x(step)}" y="{_AT + 4}" text-anchor="middle">{count}</text>' if count > 1 else ""
    return f'{ring}<circle class="l-answer" cx="{_x(step)}" cy="{_AT}" r="9"/>{number}'


def _x(step: int) -> str:
    return f"{8 + (step - 1) * 21}%"
