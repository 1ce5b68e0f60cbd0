"""Finds the header of a table among its first rows and gives every column a name of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vitalfew.ledger.reading.letters import letter
from vitalfew.ledger.reading.refusal import Unreadable

SEARCHED = 30
_FIGURE = re.compile(r"(?!(?:19|20)\d\d$)[-+(€$£]*\d[\d\s.,:/)%-]*[€$£]?")  # a number or date, but not a year alone
_LETTERS = re.compile(r"[^\W\d_]")


class NoHeader(Unreadable):
    """{name} starts with data: its first row is {row}. Nothing was changed. Add a row above it that names the columns, such as Invoice, Date, Customer, Item, Quantity, Price."""


class TooManyColumns(Unreadable):
    """{name} has {count} columns; at most {most} can be read. Nothing was changed. Remove the columns that are not needed, or look whether the delimiter is right."""


class HeaderOnly(Unreadable):
    """{name} has column names but no rows below them. Nothing was changed. Export it again with its lines."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands: `at` is the 0-based row of its lower row, `height` 1 or 2, `cells` the texts by column."""

    at: int
    height: int
    cells: tuple[str, ...]


def looks_like_values(cells: Sequence[str]) -> bool:
    """Whether more than half of the filled cells are numbers, dates or codes rather than names."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return 2 * sum(_is_value(cell) for cell in filled) > len(filled)


def _is_value(cell: str) -> bool:
    digits = sum(character.isdigit() for character in cell)
    return digits > 0 and digits >= len(_LETTERS.findall(cell))


def find_header(
    *,
    rows: Sequence[Sequence[str]],
    width: int,
    header_score: Callable[[Sequence[str]], int],
    name: str,
    merged: bool = True,
) -> Header:
    """The header among the first 30 of `rows`; `width` is the usual number of cells.

    A row with two or more known names wins; otherwise the first full row of names above rows that hold values.
    `merged` False: the file knows its merged cells and has filled them already. Raises NoHeader, showing the first row.
    """
    searched = [tuple(cells) for cells in rows[:SEARCHED]]
    scores = [0 if looks_like_values(cells) or not any(cells) else header_score(cells) for cells in searched]
    best = max(range(len(searched)), key=lambda at: (scores[at], -at), default=0)
    if not searched or scores[best] < 2:
        best = _first_of_names(searched, scores, width, name)
    return _stacked(searched, best, header_score, merged) or Header(best, 1, searched[best])


def _first_of_names(rows: Sequence[Sequence[str]], scores: Sequence[int], width: int, name: str) -> int:
    for at, cells in enumerate(rows):
        filled = sum(bool(cell.strip()) for cell in cells)
        if filled and filled >= (width + 1) // 2 and (filled > 1 or scores[at]):
            if looks_like_values(cells) or any(_FIGURE.fullmatch(cell.strip()) for cell in cells):
                break
            return at
    first = next((cells for cells in rows if any(cell.strip() for cell in cells)), ())
    raise NoHeader(name=name, row=" | ".join(first)[:200])


def _stacked(
    rows: Sequence[Sequence[str]], best: int, header_score: Callable[[Sequence[str]], int], merged: bool
) -> Header | None:
    """The header as two rows, groups over names, where both together say more than the best row alone."""
    single = header_score(rows[best])
    for upper in (best - 1, best):
        if upper < 0 or upper + 1 >= len(rows):
            continue
        names = _under_groups(rows[upper], rows[upper + 1], merged)
        if names is None:
            continue
        lower = [cell.strip() for cell in rows[upper + 1] if cell.strip()]
        score = header_score(names)
        if score > single or (score == single and len(set(lower)) < len(lower)):
            return Header(upper + 1, 2, names)
    return None


def _under_groups(upper: Sequence[str], lower: Sequence[str], merged: bool) -> tuple[str, ...] | None:
    """ "Customer", "" over "No", "Name" is "Customer No", "Customer Name"; None where the rows do not fit together."""
    width = max(len(upper), len(lower))
    above = [*(cell.strip() for cell in upper), *[""] * (width - len(upper))]
    below = [*(cell.strip() for cell in lower), *[""] * (width - len(lower))]
    groups = sum(bool(cell) for cell in above)
    gaps = any(cell and not after for cell, after in pairwise(above))
    if groups < 2 or (merged and not gaps) or looks_like_values(below) or looks_like_values(above):
        return None
    names, group = [], ""
    for over, under in zip(above, below, strict=True):
        group = over or (group if merged else "")
        if not over and not under:
            names.append("")
            continue
        names.append(f"{group} {under}".strip() if under else over)
    # A gap in the upper row without a name below it is no group: the upper row is a title or a short row.
    return tuple(names) if sum(bool(cell) for cell in below) >= groups else None


def column_names(cells: Sequence[str], *, letters: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(a distinct name for each column, notes on names that had to be changed)."""
    names: list[str] = []
    notes: list[str] = []
    first: dict[str, str] = {}
    plain = [" ".join(cell.split()) for cell in cells]
    for place, (wanted, at) in enumerate(zip(plain, letters, strict=True)):
        name = wanted or f"Column {at}"
        number = 2
        while name in names or (name != wanted and name in plain[place:]):
            name = f"{wanted or 'Column ' + at} ({number})"
            number += 1
        if wanted and wanted in first:
            notes.append(
                f"Columns {first[wanted]} and {at} are both named {wanted}; column {at} is called {name} here."
            )
        first.setdefault(wanted, at)
        names.append(name)
    return tuple(names), tuple(notes)


def letters_of(count: int, *, start: int = 0) -> tuple[str, ...]:
    """Spreadsheet letters of `count` columns from the 0-based column `start`."""
    return tuple(letter(start + place) for place in range(count))
