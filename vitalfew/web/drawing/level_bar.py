"""The level bar: how likely each of the four levels is, the run that holds the true one, the target, and what we believe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

LEVELS = (1, 2, 3, 4)
# A segment never gets narrower than this share of the bar, so that a target has a place where nobody sees it yet.
LEAST = 0.035
# From this share on a segment holds its chance in words, on a phone too.
WORDED = 0.135
TOP, DEEP, HEIGHT = 24, 36, 84
SMALL_WIDTH, SMALL_HEIGHT = 112, 18


@dataclass(frozen=True, slots=True)
class Bar:
    """What a bar draws: chances of the levels 1 to 4 and the run `low` to `high` that holds the true one with a chance
    of `held`.

    `kind` is "named" where a level may be told, "range" where only the run may, "unknown" where there is not enough
    evidence: then the chances are not drawn at all. `target` is the level that is meant, `believed` the one that our
    manager believes.
    """

    chance: Sequence[float]
    low: int = 1
    high: int = 4
    kind: str = "named"
    target: int | None = None
    believed: int | None = None
    held: float = 0.8


@dataclass(frozen=True, slots=True)
class Words:
    """What the large bar says, translated and escaped by the caller: the whole in one sentence, each level's chance, marks."""

    label: str
    chances: Sequence[str]
    target: str
    believed: str


def bar(drawn: Bar, *, words: Words) -> str:
    """The large bar, as wide as its place and 84 px high; widths are shares, so that words keep their size on a phone."""
    edges = _edges(drawn)
    parts = (
        *_segments(drawn, edges, TOP, DEEP),
        *_digits(drawn, edges, words.chances),
        _outline(drawn, edges, TOP, DEEP),
        _target(drawn, edges, words.target),
        _believed(drawn, edges, words.believed),
    )
    return f'<svg class="l-bar l-{drawn.kind}" width="100%" height="{HEIGHT}" role="img" aria-label="{words.label}">{"".join(parts)}</svg>'


def small(drawn: Bar, *, label: str) -> str:
    """The bar for lists and chips, 112 × 18 px without words; `label` says it, escaped by the caller."""
    edges = _edges(drawn)
    parts = (
        *_segments(drawn, edges, 4, 9),
        _outline(drawn, edges, 4, 9),
        _mark(drawn.target, edges, 3, "l-target", "M0 0l-3 -3h6z"),
        _mark(drawn.believed, edges, 14, "l-believed", "M0 0l-3 4h6z"),
    )
    return (
        f'<svg class="l-small l-{drawn.kind}" width="{SMALL_WIDTH}" height="{SMALL_HEIGHT}" role="img"><title>{label}</title>'
        f"{''.join(parts)}</svg>"
    )


def _edges(drawn: Bar) -> tuple[float, ...]:
    """Where the segments begin and end, five shares of the width; fourths where the chances are not told."""
    told = drawn.chance if drawn.kind != "unknown" else (0.25, 0.25, 0.25, 0.25)
    room = 1 - len(LEVELS) * LEAST
    return (0.0, *accumulate(LEAST + room * chance / sum(told) for chance in told))


def _segments(drawn: Bar, edges: Sequence[float], y: int, height: int) -> Iterator[str]:
    if drawn.kind == "unknown":
        yield f'<line class="l-hatch" x1="0" x2="100%" y1="{y + height / 2}" y2="{y + height / 2}" stroke-width="{height}"/>'
        return
    for level in LEVELS:
        x, width = _percent(edges[level - 1]), _percent(edges[level] - edges[level - 1])
        yield f'<rect class="l-{level}" x="{x}" y="{y}" width="{width}" height="{height}"/>'


def _digits(drawn: Bar, edges: Sequence[float], chances: Sequence[str]) -> Iterator[str]:
    """The number of each level in its segment, and its chance where there is room for it."""
    for level in LEVELS:
        left, right = edges[level - 1], edges[level]
        told = drawn.kind != "unknown" and right - left >= WORDED
        chance = f'<tspan class="l-chance" dx="9">{chances[level - 1]}</tspan>' if told else ""
        yield (
            f'<text class="l-on-{level}" x="{_percent((left + right) / 2)}" y="{TOP + DEEP / 2 + 5:.0f}" text-anchor="middle">'
            f"{level}{chance}</text>"
        )


def _outline(drawn: Bar, edges: Sequence[float], y: int, height: int) -> str:
    if drawn.kind == "unknown":
        return f'<rect class="l-none" x="0" y="{y}" width="100%" height="{height}"/>'
    x, width = _percent(edges[drawn.low - 1]), _percent(edges[drawn.high] - edges[drawn.low - 1])
    return f'<rect class="l-held" x="{x}" y="{y}" width="{width}" height="{height}"/>'


def _target(drawn: Bar, edges: Sequence[float], word: str) -> str:
    """A triangle above the level that is meant, its word beside it."""
    mark = _mark(drawn.target, edges, TOP - 3, "l-target", "M0 0l-6 -8h12z")
    return mark + _word(drawn.target, edges, TOP - 8, word) if mark else ""


def _believed(drawn: Bar, edges: Sequence[float], word: str) -> str:
    """A triangle below the level that we believe."""
    mark = _mark(drawn.believed, edges, TOP + DEEP + 3, "l-believed", "M0 0l-6 8h12z")
    return mark + _word(drawn.believed, edges, TOP + DEEP + 13, word) if mark else ""


def _mark(level: int | None, edges: Sequence[float], y: int, kind: str, path: str) -> str:
    if level is None:
        return ""
    return (
        f'<svg class="{kind}" x="{_percent(_middle(level, edges))}" y="{y}" overflow="visible"><path d="{path}"/></svg>'
    )


def _word(level: int | None, edges: Sequence[float], y: int, word: str) -> str:
    """On the side of the mark that has more room."""
    place = _middle(level or 1, edges)
    anchor, off = ("start", 10) if place < 0.5 else ("end", -10)
    return f'<text class="l-word" x="{_percent(place)}" dx="{off}" y="{y}" text-anchor="{anchor}">{word}</text>'


def _middle(level: int, edges: Sequence[float]) -> float:
    return (edges[level - 1] + edges[level]) / 2


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"
