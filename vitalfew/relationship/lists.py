"""Reading a list that somebody hands over: CSV, Excel or Parquet rows under the columns we know, by name."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vitalfew.ground.errors import Refusal
from vitalfew.ledger.importing import dates
from vitalfew.ledger.reading.opening import open_table
from vitalfew.ledger.reading.table import BadRow, Block, Table

type Columns = Mapping[str, Sequence[str]]  # field -> names that its column may have, plain


class ListRefused(Refusal):
    """The file is no list of the kind that was expected. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file and the text of each field ("" where it has none)."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as it was understood: which column carries which field, its rows, and the rows that are none."""

    name: str
    columns: Mapping[str, str]
    rows: tuple[Row, ...]
    bad: tuple[Refused, ...]


def plain(text: str) -> str:
    """A column's name without case, accents, blanks and signs: "Job-Title " and "job title" are one."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "", bare)


def read_list(path: Path, *, name: str, columns: Columns, needed: Sequence[str], most: int = 100_000) -> Sheet:
    """The list in a file. Raises ListRefused when a needed column is missing or there are more than `most` rows."""
    with _opened(path, name, columns) as table:
        found = _fields(table.columns, columns)
        missing = [field for field in needed if field not in found]
        if missing:
            raise ListRefused(
                f"{name} has no column for {', '.join(missing)}: it has {', '.join(table.columns[:20])}. Nothing was changed."
            )
        rows: list[Row] = []
        bad: list[Refused] = []
        for block in table.blocks():
            rows += _rows(block, found)
            bad += [Refused(one.row, _why(one)) for one in block.bad]
            if len(rows) > most:
                raise ListRefused(f"{name} has more than {most:,} rows: hand it over in parts. Nothing was changed.")
    return Sheet(name, found, tuple(rows), tuple(bad))


def day_of(text: str, *, order: dates.Order) -> date | None:
    """A date of a list, or None where the text is none."""
    return dates.parse(text, order=order)


def order_of(texts: Sequence[str], *, name: str) -> dates.Order:
    """The order of day, month and year that fits every date of a column.

    Raises ListRefused where two orders fit and would tell different days: a list is not guessed at.
    """
    known = [text for text in texts if text]
    fits = [order for order in dates.ORDERS if all(dates.parse(text, order=order) for text in known)]
    tellings = {tuple(dates.parse(text, order=order) for text in known) for order in fits}
    if len(tellings) > 1:
        raise ListRefused(
            f"{name}: the dates can be read in two ways, such as {known[0]}. Write them as year-month-day. Nothing was changed."
        )
    return fits[0] if fits else "ymd"


@contextmanager
def _opened(path: Path, name: str, columns: Columns) -> Iterator[Table]:
    known = {word for words in columns.values() for word in words}

    def score(cells: Sequence[str]) -> int:
        return sum(plain(cell) in known for cell in cells)

    with tempfile.TemporaryDirectory(prefix="vitalfew-list-") as folder:
        yield open_table(path=path, name=name, workspace=Path(folder), header_score=score)


def _fields(names: Sequence[str], columns: Columns) -> dict[str, str]:
    by_plain = {plain(name): name for name in reversed(names)}
    return {
        field: next(by_plain[word] for word in words if word in by_plain)
        for field, words in columns.items()
        if any(word in by_plain for word in words)
    }


def _rows(block: Block, found: Mapping[str, str]) -> Iterator[Row]:
    texts = {field: block.cells[column].to_pylist() for field, column in found.items()}
    for place, number in enumerate(block.rows.tolist()):
        yield Row(number, {field: " ".join((texts[field][place] or "").split()) for field in texts})


def _why(bad: BadRow) -> str:
    return {
        "too-many-cells": "The row has more cells than the header.",
        "too-few-cells": "The row has fewer cells than the header.",
        "unclosed-quote": "A quote is opened and never closed.",
    }.get(bad.reason, "The row does not fit the table.")
