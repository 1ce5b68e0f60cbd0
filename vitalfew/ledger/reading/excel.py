"""Opens Excel and OpenDocument workbooks: chooses the sheet, finds its header, streams its rows as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from vitalfew.ledger.reading.formulas import SheetFacts, sheet_facts
from vitalfew.ledger.reading.header import SEARCHED, HeaderOnly, TooManyColumns, column_names, find_header, letters_of
from vitalfew.ledger.reading.inflating import Locked
from vitalfew.ledger.reading.kinds import NotATable
from vitalfew.ledger.reading.limits import Limits
from vitalfew.ledger.reading.refusal import Damaged, Unreadable
from vitalfew.ledger.reading.sheets import SheetRows, streamed_sheet
from vitalfew.ledger.reading.table import Dialect, Table
from vitalfew.ledger.reading.texts import text_of
from vitalfew.ledger.reading.workbook import Facts, facts_of, guard_workbook

HeaderScore = Callable[[Sequence[str]], int]
_OLE = b"\xd0\xcf\x11\xe0"


class EmptyWorkbook(Unreadable):
    """{name} has no sheet with anything in it. Nothing was changed. Export it again with its lines."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet with its first rows as texts; `left` is the 0-based column of the first of its cells."""

    name: str
    hidden: bool
    source: Any
    left: int
    head: tuple[tuple[str, ...], ...]
    score: int


def open_excel(
    *, path: Path, name: str, header_score: HeaderScore, limits: Limits, notes: tuple[str, ...] = ()
) -> Table:
    """The table on the sheet whose header has the most known names. Raises a refusal where there is none."""
    facts = _guarded(path, name, limits)
    sheets = _sheets(path, name, header_score)
    if not sheets:
        raise EmptyWorkbook(name=name)
    sheet = max(sheets, key=lambda each: (each.score >= 2, not each.hidden, each.score, -sheets.index(each)))
    header = find_header(
        rows=sheet.head, width=len(sheet.head[0]), header_score=header_score, name=name, merged=not _merges(sheet)
    )
    width = len(sheet.head[0])
    if width > limits.columns:
        raise TooManyColumns(name=name, count=f"{width:,}", most=f"{limits.columns:,}")
    _refuse_no_rows(sheet, header.at, name)
    known = SheetFacts()
    if part := facts.parts.get(sheet.name, ""):
        known = sheet_facts(path=path, part=part, name=name, sheet=sheet.name, limits=limits)
    letters = letters_of(width, start=sheet.left)
    columns, renamed = column_names([*header.cells, *[""] * width][:width], letters=letters)
    rows = SheetRows(sheet.source, name, sheet.left, columns, header.at + 1, known, limits)
    return Table(
        name=name,
        kind="excel",
        columns=columns,
        letters=letters,
        header_row=header.at + 1,
        header_rows=header.height,
        above=sum(any(cell.strip() for cell in row) for row in sheet.head[: header.at + 1 - header.height]),
        dialect=Dialect(sheet=sheet.name, date_1904=facts.date_1904),
        notes=(*notes, *_sheet_notes(sheet, sheets), *_zero_notes(facts, known), *renamed),
        stream=partial(streamed_sheet, rows),
    )


def _refuse_no_rows(sheet: _Sheet, at: int, name: str) -> None:
    rest = islice(sheet.source.iter_rows(), at + 1, None)
    if not any(value != "" for row in rest for value in row):
        raise HeaderOnly(name=name)


def _guarded(path: Path, name: str, limits: Limits) -> Facts:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(_OLE):
        _guard_ole(path, name)
        return Facts({}, date_1904=False, recalculates=False)
    guard_workbook(path=path, name=name, limits=limits)
    return facts_of(path=path, name=name, limits=limits)


def _guard_ole(path: Path, name: str) -> None:
    """The streams of a compound file are named in UTF-16 in its directory; they tell what it is."""
    found, rest = set(), b""
    streams = {
        word: word.encode("utf-16-le")
        for word in ("EncryptedPackage", "Workbook", "Book", "WordDocument", "PowerPoint Document", "__substg1.0_")
    }
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            found |= {word for word, coded_word in streams.items() if coded_word in rest + data}
            rest = data[-64:]
    if "EncryptedPackage" in found:
        raise Locked(name=name)
    if not found & {"Workbook", "Book"}:
        kinds = {
            "WordDocument": "a Word document",
            "PowerPoint Document": "a PowerPoint presentation",
            "__substg1.0_": "an Outlook message",
        }
        what = next((kinds[word] for word in kinds if word in found), "an old Office file without a workbook")
        raise NotATable(name=name, what=what)


def _sheets(path: Path, name: str, header_score: HeaderScore) -> list[_Sheet]:
    """Every worksheet that holds something."""
    try:
        book = CalamineWorkbook.from_path(path)
        found = [
            _looked_at(book.get_sheet_by_name(meta.name), meta.visible != SheetVisibleEnum.Visible, header_score)
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise Locked(name=name) from error
    except (CalamineError, OSError, ValueError) as error:
        raise Damaged(name=name, what=f"its workbook cannot be read ({str(error)[:120]})") from error
    except BaseException as error:
        # The parser is Rust: a broken workbook can make it panic, which arrives outside the Exception tree.
        if type(error).__name__ != "PanicException":
            raise
        raise Damaged(name=name, what="its workbook cannot be read") from error
    return [sheet for sheet in found if sheet.head]


def _looked_at(source: Any, hidden: bool, header_score: HeaderScore) -> _Sheet:
    if source.start is None:
        return _Sheet(source.name, hidden, source, 0, (), 0)
    head = tuple(tuple(text_of(value) or "" for value in row) for row in islice(source.iter_rows(), SEARCHED))
    sheet = _Sheet(source.name, hidden, source, source.start[1], head, 0)
    head = _with_merges(sheet)
    return replace(sheet, head=head, score=max((header_score(cells) for cells in head if any(cells)), default=0))


def _merges(sheet: _Sheet) -> list[tuple[int, int, int]]:
    """(row, first column, last column) of cells merged sideways over more than one column in the first rows."""
    ranges = sheet.source.merged_cell_ranges or []
    wide = [
        (top, left - sheet.left, right - sheet.left)
        for (top, left), (bottom, right) in ranges
        if top == bottom and right > left
    ]
    width = len(sheet.head[0])
    return [
        each
        for each in wide
        if each[0] < len(sheet.head) and each[1] >= 0 and each[2] - each[1] + 1 <= max(2, width // 2)
    ]


def _with_merges(sheet: _Sheet) -> tuple[tuple[str, ...], ...]:
    """The first rows with each merged text in all its columns, so that a group names every column below it."""
    rows = [list(row) for row in sheet.head]
    for row, left, right in _merges(sheet):
        rows[row][left : right + 1] = [rows[row][left]] * (min(right, len(rows[row]) - 1) - left + 1)
    return tuple(tuple(row) for row in rows)


def _sheet_notes(chosen: _Sheet, sheets: Sequence[_Sheet]) -> tuple[str, ...]:
    others = [sheet for sheet in sheets if sheet is not chosen]
    if not others:
        return ()
    notes = [f"Read sheet {chosen.name}; not read: {', '.join(sheet.name for sheet in others)}."]
    same = [sheet.name for sheet in others if sheet.score == chosen.score and sheet.score >= 2]
    if same:
        notes.append(
            f"{', '.join(same)}: looks like the same kind of lines. Save each sheet as a file of its own to import it too."
        )
    return tuple(notes)


def _zero_notes(facts: Facts, known: SheetFacts) -> tuple[str, ...]:
    if not facts.recalculates or not known.formulas or known.zeros < known.formulas:
        return ()
    return (
        f"Every formula ({known.formulas:,}) holds 0 until a spreadsheet program calculates it; if that is wrong, open and save the file in Excel.",
    )
