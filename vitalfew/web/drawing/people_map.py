"""The people at an account as a map: up by influence, right by attitude, lines for who reports to whom and who of us knows whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 880, 470
LEFT, TOP = 110, 24
COLUMN, ROW = 250, 108
OURS = TOP + 3 * ROW + 62
_RADIUS = 17


@dataclass(frozen=True, slots=True)
class Node:
    """A contact on the map: `influence` 1 to 3, `attitude` -1 to 1. All words are escaped by the caller."""

    key: int
    name: str
    under: str
    initials: str
    influence: int
    attitude: int
    decides: bool
    reports_to: int | None
    known_by: tuple[tuple[str, int], ...]  # our person's initials, strength 1 to 3


@dataclass(frozen=True, slots=True)
class Words:
    """What the map says of its axes and holes, escaped."""

    label: str
    rows: tuple[str, str, str]  # from the top: decides a lot … little
    columns: tuple[str, str, str]
    ours: str
    hole: str


def people_map(nodes: Sequence[Node], ours: Sequence[tuple[str, str]], *, words: Words, hole: bool) -> str:
    """The map as SVG; `ours` are our people as (initials, name). A hole is drawn where nobody is known to decide."""
    places = dict(_places(nodes))
    spots = {initials: (LEFT + (number + 0.5) * 3 * COLUMN / max(len(ours), 1), float(OURS)) for number, (initials, _) in enumerate(ours)}  # fmt: skip
    body = [
        *_frame(words),
        *_known(nodes, places, spots),
        *_lines(nodes, places),
        *([_hole(words.hole, places)] if hole else []),
        *(_node(node, *places[node.key]) for node in nodes),
        *(_one_of_us(initials, name, *spots[initials]) for initials, name in ours),
    ]
    return f'<svg class="r-map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"><title>{words.label}</title>{"".join(body)}</svg>'


def _places(nodes: Sequence[Node]) -> Iterator[tuple[int, tuple[float, float]]]:
    """Each node's place: those of one cell side by side, in two lines where they are many."""
    cells: dict[tuple[int, int], list[Node]] = defaultdict(list)
    for node in nodes:
        cells[node.attitude, node.influence].append(node)
    for (attitude, influence), here in cells.items():
        lines = 1 if len(here) <= 3 else 2
        across = -(-len(here) // lines)
        for number, node in enumerate(here):
            x = LEFT + (attitude + 1) * COLUMN + (number % across + 0.5) * COLUMN / across
            y = TOP + (3 - influence) * ROW + (number // across + 0.5) * ROW / lines - (8 if lines == 1 else 4)
            yield node.key, (x, y)


def _frame(words: Words) -> Iterator[str]:
    for number, word in enumerate(words.rows):
        y = TOP + number * ROW
        yield f'<path class="r-map-line" d="M{LEFT} {y + ROW}H{LEFT + 3 * COLUMN}"/>'
        yield f'<text class="r-map-axis" x="{LEFT - 12}" y="{y + ROW / 2}" text-anchor="end">{word}</text>'
    for number, word in enumerate(words.columns):
        x = LEFT + number * COLUMN
        if number:
            yield f'<path class="r-map-line" d="M{x} {TOP}V{TOP + 3 * ROW}"/>'
        yield f'<text class="r-map-axis" x="{x + COLUMN / 2}" y="{TOP - 8}" text-anchor="middle">{word}</text>'
    yield f'<text class="r-map-axis" x="{LEFT - 12}" y="{OURS + 4}" text-anchor="end">{words.ours}</text>'


def _known(
    nodes: Sequence[Node], places: dict[int, tuple[float, float]], spots: dict[str, tuple[float, float]]
) -> Iterator[str]:
    for node in nodes:
        for initials, strength in node.known_by:
            if initials in spots:
                (x, y), (u, v) = places[node.key], spots[initials]
                yield f'<path class="r-map-knows r-knows-{strength}" d="M{u:.0f} {v:.0f}C{u:.0f} {v - 60:.0f} {x:.0f} {y + 60:.0f} {x:.0f} {y:.0f}"/>'


def _lines(nodes: Sequence[Node], places: dict[int, tuple[float, float]]) -> Iterator[str]:
    for node in nodes:
        if node.reports_to in places:
            (x, y), (u, v) = places[node.key], places[node.reports_to]
            yield f'<path class="r-map-reports" d="M{x:.0f} {y:.0f}L{u:.0f} {v:.0f}"/>'


def _node(node: Node, x: float, y: float) -> str:
    ring = " r-map-decides" if node.decides else ""
    return (
        f'<g class="r-map-node{ring}"><title>{node.name}. {node.under}</title><circle cx="{x:.0f}" cy="{y:.0f}" r="{_RADIUS}"/>'
        f'<text class="r-map-initials" x="{x:.0f}" y="{y + 4:.0f}" text-anchor="middle">{node.initials}</text>'
        f'<text class="r-map-name" x="{x:.0f}" y="{y + _RADIUS + 14:.0f}" text-anchor="middle">{node.name}</text></g>'
    )


def _one_of_us(initials: str, name: str, x: float, y: float) -> str:
    return (
        f'<g class="r-map-ours"><title>{name}</title><rect x="{x - 17:.0f}" y="{y - 11:.0f}" width="34" height="22" rx="5"/>'
        f'<text class="r-map-initials" x="{x:.0f}" y="{y + 4:.0f}" text-anchor="middle">{initials}</text></g>'
    )


def _hole(words: str, places: dict[int, tuple[float, float]]) -> str:
    """A dashed ring in the top row, in the column where it hides nobody."""
    taken = {round((x - LEFT) // COLUMN) for x, y in places.values() if y < TOP + ROW}
    column = next((number for number in (1, 0, 2) if number not in taken), 1)
    x, y = LEFT + (column + 0.5) * COLUMN, TOP + ROW / 2 - 8
    return (
        f'<g class="r-map-hole"><circle cx="{x:.0f}" cy="{y:.0f}" r="{_RADIUS}"/>'
        f'<text class="r-map-name" x="{x:.0f}" y="{y + _RADIUS + 14:.0f}" text-anchor="middle">{words}</text></g>'
    )
