"""A file opened and understood: its table, its reading, the questions it leaves, a preview of its first lines."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vitalfew.ledger.importing import cells, dates, fields, numbers
from vitalfew.ledger.importing.recognising import Question, Reading, Wishes, recognise, settle
from vitalfew.ledger.models import Shape
from vitalfew.ledger.reading.opening import open_table
from vitalfew.ledger.reading.table import BadRow, Block, Table

SAMPLE = 20_000
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Understood:
    """A file and how it would be read; it may be imported once `questions` is empty."""

    table: Table
    reading: Reading
    questions: tuple[Question, ...]
    sample: Block
    remembered: bool
    lines_guess: int


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One line as it stands in the file and as it is read."""

    row: int
    cells: tuple[tuple[str, str, str], ...]


def understand(*, path: Path, name: str, workspace: Path, wishes: Wishes) -> Understood:
    """Open a file and read its columns, dates and numbers, helped by what was said of files of this shape before.

    Raises a Refusal that says what is wrong with the file.
    """
    table = open_table(path=path, name=name, workspace=workspace, header_score=fields.header_score)
    known = Shape.objects.filter(digest=shape_digest(table.columns)).first()
    before = _memory(known.reading if known else {})
    wishes = _with_memory(wishes, before, table)
    sample = table.sample(SAMPLE)
    guess = _lines_guess(sample, [path, *workspace.iterdir()]) if table.kind == "csv" else 0
    values = {column: _texts(sample.cells[column]) for column in table.columns}
    reading, questions = recognise(
        name=name, columns=table.columns, sample=values, wishes=wishes, letters=table.letters
    )
    if questions:
        return Understood(table, reading, questions, sample, known is not None, guess)
    days, marks = _evidence(table, reading, values, wishes)
    reading, questions = settle(reading, wishes, days=days, marks=marks, remembered=before)
    return Understood(table, reading, questions, sample, known is not None, guess)


def _lines_guess(sample: Block, copies: Sequence[Path]) -> int:
    """About how many lines a text file holds, from the size of its plainest copy and of its first lines; for progress only."""
    if len(sample.rows) < SAMPLE:
        return len(sample.rows)
    letters = sum(pc.sum(pc.binary_length(column.cast(pa.string()))).as_py() or 0 for column in sample.cells.values())
    each = letters / len(sample.rows) + len(sample.cells)
    return int(max(copy.stat().st_size for copy in copies if copy.is_file()) / each)


def shape_digest(columns: Sequence[str]) -> str:
    """What files with these column names in this order are known by."""
    return hashlib.sha256("\x1f".join(columns).encode()).hexdigest()


def bad_rows(understood: Understood) -> tuple[BadRow, ...]:
    """The rows of a list that do not fit its header."""
    return tuple(bad for block in understood.table.blocks() for bad in block.bad)


def column_letter_of(understood: Understood, field: str) -> str:
    """The letter of the column that carries a field, as a spreadsheet shows it."""
    table = understood.table
    return table.letters[table.columns.index(understood.reading.columns[field])]


def preview(understood: Understood) -> tuple[PreviewLine, ...]:
    """The first lines: for each field what stands there and how it is read."""
    sample, reading = understood.sample, understood.reading
    found = []
    for place in range(min(_SHOWN, len(sample.rows))):
        told = []
        for field, column in reading.columns.items():
            text = sample.cells[column][place].as_py() or ""
            told.append((field, text, _read(field, text, reading, understood.table.dialect.date_1904)))
        found.append(PreviewLine(int(sample.rows[place]), tuple(told)))
    return tuple(found)


def _memory(reading: Mapping[str, Any]) -> Wishes:
    """How files of this shape were read before, as wishes."""
    return Wishes(
        columns=reading.get("columns", {}),
        order=reading.get("dates", ""),
        mark=reading.get("decimal", ""),
        currency=reading.get("currency", ""),
        invoices=reading.get("invoices", ""),
    )


def _with_memory(wishes: Wishes, before: Wishes, table: Table) -> Wishes:
    """What the person says now goes before what was said of such a file before, and takes the columns it names."""
    named = dict(zip(table.letters, table.columns, strict=True))
    taken = {column if column in table.columns else named.get(column.upper(), "") for column in wishes.columns.values()}
    columns = {field: column for field, column in before.columns.items() if column not in taken}
    return replace(
        wishes,
        columns=columns | dict(wishes.columns),
        currency=wishes.currency or before.currency,
        invoices=wishes.invoices or before.invoices,
    )


def _texts(column: object) -> list[str]:
    """The distinct non-empty texts of a column that are in use."""
    places = cells.places_of(column)
    texts = column.dictionary.to_pylist()  # type: ignore[attr-defined]
    used = set(places.tolist())
    return [text for place, text in enumerate(texts) if place in used and text and not text.isspace()]


def _evidence(
    table: Table, reading: Reading, values: Mapping[str, Sequence[str]], wishes: Wishes
) -> tuple[dates.Evidence, numbers.Evidence]:
    """What the dates and numbers of the file say; the whole file is asked only where its first lines leave a doubt."""
    date_column = reading.columns.get("date")
    number_columns = [reading.columns[field] for field in (*fields.NUMBERS, "rate") if field in reading.columns]
    days = dates.Evidence().seen(values[date_column]) if date_column and not wishes.order else dates.Evidence()
    marks = numbers.Evidence()
    if not wishes.mark:
        for column in number_columns:
            marks = marks.seen(values[column])
    if not (_days_open(days) or _marks_open(marks)):
        return days, marks
    for block in table.blocks():
        if date_column and _days_open(days):
            days = days.seen(block.cells[date_column].dictionary.to_pylist())
        if _marks_open(marks):
            for column in number_columns:
                marks = marks.seen(text for text in block.cells[column].dictionary.to_pylist() if text)
        if not (_days_open(days) or _marks_open(marks)):
            break
    return days, marks


def _days_open(days: dates.Evidence) -> bool:
    return bool(days.either) and not days.only


def _marks_open(marks: numbers.Evidence) -> bool:
    return bool(marks.either) and not (marks.point or marks.comma)


def _read(field: str, text: str, reading: Reading, from_1904: bool) -> str:
    if not text.strip():
        return ""
    if field == "date":
        day = dates.parse(text, order=reading.order, from_1904=from_1904)
        return f"{day:%-d %B %Y}" if day else "?"
    if field in fields.NUMBERS or field == "rate":
        value = numbers.parse(text, mark=reading.mark)
        return "?" if value is None else f"{value / numbers.MILLION:,.6f}".rstrip("0").rstrip(".")
    return " ".join(text.split())
