"""Opens delimited text: encoding, delimiter, header and columns are settled here, before a row is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from vitalfew.ledger.reading.decoding import start_of_text
from vitalfew.ledger.reading.encoding import Encoding, encoding_of
from vitalfew.ledger.reading.fitting import Layout, too_large
from vitalfew.ledger.reading.header import (
    Header,
    HeaderOnly,
    NoHeader,
    TooManyColumns,
    column_names,
    find_header,
    letters_of,
    looks_like_values,
)
from vitalfew.ledger.reading.kinds import NotATable, refuse_markup
from vitalfew.ledger.reading.limits import Limits
from vitalfew.ledger.reading.records import Record
from vitalfew.ledger.reading.refusal import Unreadable
from vitalfew.ledger.reading.sniffing import Sniffed, sniffed
from vitalfew.ledger.reading.streaming import streamed
from vitalfew.ledger.reading.table import Dialect, Table

_BREAK = re.compile(r"[\r\n]")
_SAMPLES = (128 * 1024, 4 << 20)  # a first look, and a longer one where not even three records fit into the first


class EmptyFile(Unreadable):
    """{name} is empty. Nothing was changed. Export it again with its lines."""


class Ragged(Unreadable):
    """{name} names {named} columns in row {row}, but the rows below have {found} cells. Nothing was changed. Look whether the delimiter is right ({delimiter}) and whether the header belongs to these rows."""


def open_delimited(
    *, path: Path, name: str, header_score: Callable[[Sequence[str]], int], limits: Limits, notes: tuple[str, ...] = ()
) -> Table:
    """The table in a delimited text file. Raises a refusal where there is none."""
    encoding = encoding_of(path=path, name=name)
    found, text, whole = _sniffed(path, encoding, name, header_score, limits)
    if not text.strip("\ufeff \t\r\n\x1a"):
        raise EmptyFile(name=name)
    _refuse_prose(found, name)
    cells = [record.cells for record in found.rows]
    header = find_header(rows=cells, width=found.width, header_score=header_score, name=name)
    below = [row for row in cells[header.at + 1 :] if any(row)]
    if whole and not below:
        raise HeaderOnly(name=name)
    width, hidden = _widths(header, below)
    if width > limits.columns:
        raise TooManyColumns(name=name, count=f"{width:,}", most=f"{limits.columns:,}")
    first_row = header.at + 1 + bool(found.skip)
    if below and not any(_fits(row, width, hidden) for row in below):
        raise Ragged(name=name, named=width, row=first_row, found=_usual(below), delimiter=_shown(found.delimiter))
    letters = letters_of(width - hidden)
    columns, renamed = column_names(_padded(header.cells, width)[: width - hidden], letters=letters)
    layout = Layout(
        path=path,
        name=name,
        encoding=encoding,
        delimiter=found.delimiter,
        quote=found.quote,
        skip=_bytes_above(found, header, text),
        header_row=first_row,
        columns=columns,
        hidden=hidden,
        limits=limits,
    )
    return Table(
        name=name,
        kind="csv",
        columns=columns,
        letters=letters,
        header_row=first_row,
        header_rows=header.height,
        above=sum(any(cell.strip() for cell in row) for row in cells[: header.at + 1 - header.height]),
        dialect=Dialect(delimiter=found.delimiter, quote=found.quote, encoding=encoding.codec),
        notes=(*notes, *([encoding.note] if encoding.note else []), *_quoting_note(found), *renamed),
        stream=partial(streamed, layout),
    )


def _sniffed(
    path: Path, encoding: Encoding, name: str, header_score: Callable[[Sequence[str]], int], limits: Limits
) -> tuple[Sniffed, str, bool]:
    for size in _SAMPLES:
        text, whole = start_of_text(path=path, encoding=encoding, name=name, size=size)
        refuse_markup(text=text, name=name)
        if not whole and not _BREAK.search(text):
            continue  # not even one record: nothing to judge by
        found = sniffed(text=text.removeprefix("\ufeff"), whole=whole, header_score=header_score)
        if whole or len(found.rows) >= 3:
            return found, text.removeprefix("\ufeff"), whole
    if not _BREAK.search(text) or not found.rows:
        remedy = "The file has no line break where a table has one: look at how it was exported"
        raise too_large(name=name, row=1, column=None, limits=limits, remedy=remedy)
    return found, text.removeprefix("\ufeff"), whole


def _refuse_prose(found: Sniffed, name: str) -> None:
    filled = [record.cells for record in found.rows if any(cell.strip() for cell in record.cells)]
    lonely = found.width <= 1 and found.score == 0
    loose = found.share < 0.5 and found.score < 2
    # A ledger under names we do not know has numbers in it; a letter with commas has hardly any.
    figures = sum(any(looks_like_values([cell]) for cell in cells if cell.strip()) for cells in filled)
    wordy = found.score == 0 and found.share < 0.95 and 2 * figures < len(filled)
    if not (lonely or loose or wordy):
        return
    first = filled[0]
    if lonely and looks_like_values(first):
        raise NoHeader(name=name, row=" | ".join(first)[:200])
    what = f"plain text (it starts with “{found.delimiter.join(first).strip()[:60]}”)"
    raise NotATable(name=name, what=what)


def _widths(header: Header, below: Sequence[Sequence[str]]) -> tuple[int, int]:
    """(cells of a full row, how many of the last ones have neither a name nor, in the sample, a value)."""
    named = max((place + 1 for place, cell in enumerate(header.cells) if cell.strip()), default=0)
    width = max(named, _usual(below))
    hidden = 0
    while width - hidden > named and not any(len(row) == width and row[width - hidden - 1] for row in below):
        hidden += 1
    return width, hidden


def _usual(rows: Sequence[Sequence[str]]) -> int:
    widths = [len(row) for row in rows]
    return max(set(widths), key=lambda width: (widths.count(width), width), default=0)


def _fits(row: Sequence[str], width: int, hidden: int) -> bool:
    return len(row) >= width - hidden and not any(row[width - hidden :])


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * width][:width]


def _bytes_above(found: Sniffed, header: Header, text: str) -> int:
    """UTF-8 bytes from the start of the text to the first row below the header."""
    last: Record = found.rows[header.at]
    return len(text[: found.skip + last.end].encode("utf-8", "replace"))


def _quoting_note(found: Sniffed) -> tuple[str, ...]:
    return () if found.quote else ("Quotation marks are read as part of the text: they do not come in pairs.",)


def _shown(delimiter: str) -> str:
    return {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}.get(delimiter, repr(delimiter))
