"""The weighing of evidence, a line for each piece: from what is known of such accounts to what is known of this one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import log

HEIGHT = 26
# Chances that may get a tick below the lines.
TICKS = (0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999)


class Scale:
    """A line of log odds that holds every step of a weighing, as shares of the width."""

    def __init__(self, *, start: float, weights: Sequence[float]) -> None:
        self.steps = tuple(accumulate(weights, initial=log_odds(start)))
        self.low = min(*self.steps, -1.0) - 0.35
        self.high = max(*self.steps, 1.0) + 0.35

    def place(self, odds: float) -> float:
        return (odds - self.low) / (self.high - self.low)

    def lines(self) -> tuple[str, ...]:
        """A drawing for the start, one for each weight, one for the end: decoration, the words stand beside them."""
        bars = (self._bar(before, after) for before, after in pairwise(self.steps))
        return (self._point(self.steps[0]), *bars, self._point(self.steps[-1]))

    def ticks(self) -> tuple[tuple[float, float], ...]:
        """Chances and where they stand on the line, from the left, none nearer than a tenth of it to the one before."""
        kept: list[tuple[float, float]] = []
        for chance in TICKS:
            place = self.place(log_odds(chance))
            if 0.04 <= place <= 0.96 and (not kept or place - kept[-1][1] >= 0.12):
                kept.append((chance, place))
        return tuple(kept)

    def axis(self, words: Sequence[str]) -> str:
        """The ticks with their words, escaped by the caller."""
        drawn = "".join(
            f'<text x="{place * 100:.1f}%" y="12" text-anchor="middle">{word}</text>'
            for (_, place), word in zip(self.ticks(), words, strict=True)
        )
        return f'<svg class="l-fall l-fall-axis" width="100%" height="16" aria-hidden="true">{drawn}</svg>'

    def _grid(self) -> str:
        return "".join(
            f'<line class="l-fall-grid" x1="{place * 100:.1f}%" x2="{place * 100:.1f}%" y1="0" y2="{HEIGHT}"/>'
            for _, place in self.ticks()
        )

    def _point(self, odds: float) -> str:
        x = f"{self.place(odds) * 100:.2f}%"
        return _line(f'{self._grid()}<circle class="l-fall-point" cx="{x}" cy="{HEIGHT / 2}" r="5"/>')

    def _bar(self, before: float, after: float) -> str:
        left, right = sorted((self.place(before), self.place(after)))
        kind = "l-for" if after >= before else "l-against"
        bar = f'<rect class="{kind}" x="{left * 100:.2f}%" y="7" width="{max(right - left, 0.004) * 100:.2f}%" height="{HEIGHT - 14}" rx="1.5"/>'
        return _line(self._grid() + bar)


def log_odds(chance: float) -> float:
    """Of a chance that is neither 0 nor 1."""
    safe = min(max(chance, 1e-6), 1 - 1e-6)
    return log(safe / (1 - safe))


def _line(body: str) -> str:
    return f'<svg class="l-fall" width="100%" height="{HEIGHT}" aria-hidden="true">{body}</svg>'
