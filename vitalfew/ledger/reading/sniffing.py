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


@dataclass(frozen=True, slots=True)
class _Sample:
    text: str
    skip: int
    whole: bool
    header_score: HeaderScore


def sniffed(*, text: str, whole: bool, header_score: HeaderScore) -> Sniffed:
    """The reading of `text` under which its records make the most regular table with known column names."""
    stated = _SEP.match(text)
    sample = _Sample(text, stated.end() if stated else 0, whole, header_score)
    if stated:
        return _quoting(sample, stated[1])
    usual = [_quoting(sample, delimiter) for delimiter in _USUAL]
    best = max(usual, key=_worth)
    if best.width > 1 and (best.score > 1 or best.share > 0.5):
        return best
    return max([best, *(_quoting(sample, delimiter) for delimiter in _UNUSUAL)], key=_worth)


def _worth(found: Sniffed) -> tuple[bool, int, bool, float, int]:
    return found.width > 1, found.score, found.share >= 0.9, round(found.share, 1), found.width


def _quoting(sample: _Sample, delimiter: str) -> Sniffed:
    """With quotes, unless several lines hold a lone quote (inch marks) and only the reading without is regular."""
    quoted = _read(sample, delimiter, '"')
    torn = any(_torn(record, delimiter, quoted.width) for record in quoted.rows)
    if quoted.share > 0.95 and not torn:
        return quoted
    if sum(line.count('"') % 2 for line in sample.text.splitlines()[:-1]) < 3:
        return quoted
    plain = _read(sample, delimiter, None)
    return (
        plain if plain.share > 0.98 and (torn or plain.share > quoted.share) and plain.score >= quoted.score else quoted
    )


def _torn(record: Record, delimiter: str, width: int) -> bool:
    """Whether a cell seems to have taken in other rows, or never ends."""
    least = max(2, width - 1)
    return not record.closed or any(
        ("\n" in cell or "\r" in cell) and cell.count(delimiter) >= least for cell in record.cells
    )


def _read(sample: _Sample, delimiter: str, quote: str | None) -> Sniffed:
    rows = list(records(sample.text[sample.skip :], delimiter=delimiter, quote=quote))
    if rows and not rows[-1].ended and not sample.whole:
        rows.pop()
    filled = [record.cells for record in rows if any(record.cells)]
    widths = Counter(len(cells) for cells in filled)
    width, hits = max(widths.items(), key=lambda item: (item[1], item[0])) if widths else (0, 0)
    score = max(
        (sample.header_score(cells) for cells in filled[:_HEADER_ROWS] if not looks_like_values(cells)), default=0
    )
    return Sniffed(delimiter, quote, sample.skip, tuple(rows), score, hits / max(1, len(filled)), width)
