"""Tables for spreadsheets, CSV and XLSX, in which no cell of ours can run as a formula."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import IO

import xlsxwriter

Cell = str | int | float | None
_NUMBER = re.compile(r"^[+-]?\d+(?:[.,]\d+)*$")


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet could take it for a formula.

    Blanks, control characters and full-width forms do not hide the first sign; plain numbers stay as they are.
    """
    first = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign)[0] not in "CZ")[
        :1
    ]
    return "'" + text if first and first in "=+-@" and not _NUMBER.match(text.strip()) else text


def write_csv(file: IO[str], header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a table as CSV: commas, quotes where needed, CRLF, guarded texts."""
    writer = csv.writer(file)
    writer.writerow([guarded(name) for name in header])
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in row])


def xlsx(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Vital Few") -> bytes:
    """A table as an XLSX workbook; texts are stored as texts, never as formulas or links."""
    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, options) as book:
        page = book.add_worksheet(sheet)
        bold = book.add_format({"bold": True})
        page.freeze_panes(1, 0)
        for column, name in enumerate(header):
            page.write_string(0, column, name, bold)
            page.set_column(column, column, max(10, min(40, len(name) + 2)))
        for place, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(place, column, cell)
                elif cell is not None:
                    page.write_number(place, column, cell)
    return made.getvalue()
