"""One account's way up as a ladder of four rungs, small enough for a line of text: where it stands, stood and is meant to go."""

from __future__ import annotations

WIDTH, HEIGHT = 22, 42
LEFT, RIGHT = 3, 15
_FOOT, _RUNG = 37.0, 10.5
_ARROW = 19


def climb(*, low: int, high: int, stands: int | None, before: int | None, target: int | None) -> str:
    """The run `low` to `high` as a band on the ladder, a dot where a level is named, a ring for a year ago, an arrow to the target.

    Decoration: the words stand beside it. Without a named level the arrow begins in the middle of the band.
    """
    middle = (_height(low) + _height(high)) / 2
    at = _height(stands) if stands else middle
    parts = (
        _frame(),
        f'<path class="ld-held" d="M{_across()} {_height(low) + 2:.1f}V{_height(high) - 2:.1f}"/>',
        _ring(before) if before and before != stands else "",
        f'<circle class="ld-dot" cx="{_across()}" cy="{at:.1f}" r="3.2"/>' if stands else "",
        _arrow(at, _height(target)) if target and target != stands else "",
    )
    return f'<svg class="ld-climb" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{"".join(parts)}</svg>'


def _height(level: int) -> float:
    return _FOOT - (level - 1) * _RUNG


def _across() -> float:
    return (LEFT + RIGHT) / 2


def _frame() -> str:
    rungs = "".join(f"M{LEFT} {_height(level):.1f}H{RIGHT}" for level in range(1, 5))
    return f'<path class="ld-frame" d="M{LEFT} 2V{HEIGHT - 1}M{RIGHT} 2V{HEIGHT - 1}{rungs}"/>'


def _ring(level: int) -> str:
    return f'<circle class="ld-ring" cx="{_across()}" cy="{_height(level):.1f}" r="2.8"/>'


def _arrow(start: float, end: float) -> str:
    """Beside the ladder, its head at the level that is meant."""
    back = 3.2 if end < start else -3.2
    return f'<path class="ld-arrow" d="M{_ARROW} {start:.1f}V{end:.1f}m-2.6 {back}l2.6 {-back}l2.6 {back}"/>'
