"""Splits delimited text into records exactly as the streaming engine does, for samples and for single odd rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Record:
    """Cells of one record; `end` is the offset behind its line break; `ended` says that there was one.

    `closed` is False where the text stops inside a quoted cell.
    """

    cells: tuple[str, ...]
    end: int
    ended: bool
    closed: bool


@lru_cache(maxsize=64)
def _patterns(delimiter: str, quote: str | None) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    plain = re.compile(rf"[^{re.escape(delimiter)}\r\n]*+")
    if quote is None:
        return plain, None
    q = re.escape(quote)
    return plain, re.compile(rf"{q}([^{q}]*+(?:{q}{q}[^{q}]*+)*+){q}")


def _cell(text: str, at: int, delimiter: str, quote: str | None) -> tuple[str, int, bool]:
    """(value, offset behind it, closed). A quote means something only as the first character of a cell."""
    plain, quoted = _patterns(delimiter, quote)
    value = ""
    if quote is not None and quoted is not None and text.startswith(quote, at):
        found = quoted.match(text, at)
        if found is None:
            return text[at + 1 :].replace(quote * 2, quote), len(text), False
        value, at = found[1].replace(quote * 2, quote), found.end()
    rest = plain.match(text, at)
    return (value + rest[0], rest.end(), True) if rest else (value, at, True)


def records(text: str, *, delimiter: str, quote: str | None) -> Iterator[Record]:
    """Every record of `text`; an empty line is a record of one empty cell."""
    at, size = 0, len(text)
    cells: list[str] = []
    while at < size or cells:
        value, at, closed = _cell(text, at, delimiter, quote)
        cells.append(value)
        if at >= size:
            yield Record(tuple(cells), at, ended=False, closed=closed)
            return
        if text[at] == delimiter:
            at += 1
            continue
        at += 2 if text.startswith("\r\n", at) else 1
        yield Record(tuple(cells), at, ended=True, closed=True)
        cells = []
