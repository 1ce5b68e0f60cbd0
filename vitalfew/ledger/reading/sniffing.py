"""Finds the delimiter and the quoting of delimited text from its first records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vitalfew.ledger.reading.header import looks_like_values
from vitalfew.ledger.reading.records import Record, records

HeaderScore = Callable[[Sequence[str]], int]
_USUAL = (",", ";", "\t", "|")
_UNUSUAL = ("~", "^", "\x1f", "\x01", "#")
_SEP = re.compile(r"sep=(.)(\r\n|\r|\n)", re.I)
_HEADER_ROWS = 30


@dataclass(frozen=True, slots=True)
class Sniffed:
    """How text is delimited and the records of the sample so read, without one that the sample's end cuts off.

    `skip`: characters of a `sep=` line before the first record. `score`: best header score; `share`: part of the
    records that have the usual number of cells, `width`.
    """

    delimiter: str
    quote: str | None
    skip: int
    rows: tuple[Record, ...]
    score: int
    share: float
    width: int


def sniffed(*, text: str, whole: bool, header_score: HeaderScore) -> Sniffed:
    """The reading of `text` under which its records make the most regular table with known column names."""
    stated = _SEP.match(text)
    if stated:
        return _quoting(text, stated[1], stated.end(), whole, header_score)
    usual = [_quoting(text, delimiter, 0, whole, header_score) for delimiter in _USUAL]
    best = max(usual, key=_worth)
    if best.width > 1 and (best.score > 1 or best.share > 0.5):
        return best
    return max([best, *(_quoting(text, delimiter, 0, whole, header_score) for delimiter in _UNUSUAL)], key=_worth)


def _worth(found: Sniffed) -> tuple[bool, int, bool, float, int]:
    return found.width > 1, found.score, found.share >= 0.9, round(found.share, 1), found.width


def _quoting(text: str, delimiter: str, skip: int, whole: bool, header_score: HeaderScore) -> Sniffed:
    """With quotes, unless several lines hold a lone quote (inch marks) and only the reading without is regular."""
    quoted = _read(text, delimiter, '"', skip, whole, header_score)
    if quoted.share > 0.95 and all(record.closed for record in quoted.rows):
        return quoted
    if sum(line.count('"') % 2 for line in text.splitlines()[:-1]) < 3:
        return quoted
    plain = _read(text, delimiter, None, skip, whole, header_score)
    return plain if plain.share > max(0.98, quoted.share) and plain.score >= quoted.score else quoted


def _read(text: str, delimiter: str, quote: str | None, skip: int, whole: bool, header_score: HeaderScore) -> Sniffed:
    rows = list(records(text[skip:], delimiter=delimiter, quote=quote))
    if rows and not rows[-1].ended and not whole:
        rows.pop()
    filled = [record.cells for record in rows if any(record.cells)]
    widths = Counter(len(cells) for cells in filled)
    width, hits = max(widths.items(), key=lambda item: (item[1], item[0])) if widths else (0, 0)
    score = max((header_score(cells) for cells in filled[:_HEADER_ROWS] if not looks_like_values(cells)), default=0)
    return Sniffed(delimiter, quote, skip, tuple(rows), score, hits / max(1, len(filled)), width)

