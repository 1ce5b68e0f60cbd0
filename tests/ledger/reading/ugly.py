"""Writes the ugly but readable files that firms hand over; each function returns the file's path."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

HEADER = ("Invoice", "Date", "Customer", "Item", "Quantity", "Price")
ROWS = (
    ("1001", "2024-03-04", "Müller GmbH", "Bolt", "5", "2.50"),
    ("1001", "2024-03-04", "Müller GmbH", "Nut", "7", "0.10"),
    ("1002", "2024-03-15", "Café Noir", "Bolt", "1", "2.50"),
)
MB = 1_000_000


def delimited(rows: Iterable[Iterable[str]] = (HEADER, *ROWS), *, delimiter: str = ",", end: str = "\n") -> str:
    """Rows as text, every row with its line break."""
    return "".join(delimiter.join(row) + end for row in rows)


def day(year: int, month: int, date: int, hour: int = 0, minute: int = 0) -> datetime:
    """A wall-clock time: firms' files know no time zone."""
    return datetime(year, month, date, hour, minute)  # noqa: DTZ001


def written(folder: Path, name: str, content: bytes | str, *, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


def zip_of(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


# --- ugly, but readable -------------------------------------------------------------------------------------------


def plain(folder: Path) -> Path:
    return written(folder, "plain.csv", delimited())


def semicolon(folder: Path) -> Path:
    rows = [(*row[:5], row[5].replace(".", ",")) for row in ROWS]
    return written(folder, "semicolon.csv", delimited((HEADER, *rows), delimiter=";"))


def tabs(folder: Path) -> Path:
    return written(folder, "tabs.tsv", delimited(delimiter="\t"))


def bars(folder: Path) -> Path:
    return written(folder, "bars.txt", delimited(delimiter="|"))


def carriage_returns(folder: Path) -> Path:
    return written(folder, "mac.csv", delimited(end="\r"))


def windows_ends(folder: Path) -> Path:
    return written(folder, "dos.csv", delimited(end="\r\n") + "\x1a")


def sep_line(folder: Path) -> Path:
    return written(folder, "sep.csv", "sep=;\r\n" + delimited(delimiter=";", end="\r\n"))


def windows_1252(folder: Path) -> Path:
    return written(folder, "western.csv", delimited(delimiter=";"), encoding="cp1252")


def utf_8_mark(folder: Path) -> Path:
    return written(folder, "mark8.csv", delimited(), encoding="utf-8-sig")


def utf_16_mark(folder: Path) -> Path:
    return written(folder, "mark16.txt", "\ufeff" + delimited(delimiter="\t"), encoding="utf-16-le")


def utf_16_mark_big(folder: Path) -> Path:
    return written(folder, "mark16be.txt", "\ufeff" + delimited(delimiter="\t"), encoding="utf-16-be")


def utf_16_unmarked(folder: Path) -> Path:
    return written(folder, "bare16.txt", delimited(delimiter="\t"), encoding="utf-16-le")


def utf_32_mark(folder: Path) -> Path:
    return written(folder, "mark32.csv", "\ufeff" + delimited(), encoding="utf-32-le")


def half_character(folder: Path) -> Path:
    """UTF-8 in which a system has cut one field in the middle of a character."""
    good = (delimited() * 20).encode()
    return written(folder, "half.csv", good + b"1003,2024-03-16,Caf\xc3,Bolt,1,2.50\n")


def quoted_breaks(folder: Path) -> Path:
    rows = [("1001", "2024-03-04", '"Bolt & Co\nKöln, ""Hall 2"""', "Bolt", "5", "2.50"), *ROWS[1:]]
    return written(folder, "breaks.csv", delimited((HEADER, *rows)))


def titles(folder: Path) -> Path:
    return written(folder, "titles.csv", "Sales of Bolt Ltd\n\nas of 2024-04-01\n" + delimited())


def merged_headers(folder: Path) -> Path:
    text = "Invoice,,Customer,,Item,,Quantity,Price\nNo,Date,No,Name,No,Name,,\n"
    return written(
        folder,
        "merged.csv",
        text + "1001,2024-03-04,17,Bolt Ltd,4,Nut,5,2.50\n1002,2024-03-05,18,Nut Ltd,4,Nut,6,2.50\n",
    )


def duplicate_headers(folder: Path) -> Path:
    return written(folder, "twice.csv", "Invoice,Customer,Amount,Amount,,Date\n1001,Bolt Ltd,5,6,x,2024-03-04\n")


def trailing_delimiters(folder: Path) -> Path:
    return written(folder, "trailing.csv", delimited([HEADER, *[(*row, "") for row in ROWS]]))


def ragged(folder: Path) -> Path:
    text = delimited((HEADER, *ROWS)) + "1003,2024-03-16,Bolt, Nut & Co,Nut,1,2.50\n\n1004,2024-03-17\n,,,,,\n"
    return written(folder, "ragged.csv", text + delimited(ROWS))


def inch_marks(folder: Path) -> Path:
    rows = [("1001", "2024-03-04", "Bolt Ltd", f'"{size} pipe', "5", "2.50") for size in range(40)]
    return written(folder, "inches.txt", delimited((HEADER, *rows), delimiter="\t"))


def swallowed_rows(folder: Path) -> Path:
    """A quote that is never closed takes in the next rows, up to the next quote, and the cells happen to add up."""
    torn = '1003,2024-03-16,"Bolt Ltd,Nut,1,2.50\n1004,2024-03-17,Bolt Ltd,"Nut,1,2.50,\n'
    return written(folder, "swallowed.csv", delimited((HEADER, *ROWS)) + torn + delimited(ROWS))


def gzipped(folder: Path) -> Path:
    return written(folder, "plain.csv.gz", gzip.compress(delimited().encode()))


def zipped(folder: Path) -> Path:
    return zip_of(
        folder / "plain.zip", {"sales/plain.csv": delimited(), "readme.txt": "a note", "__MACOSX/._plain.csv": "x"}
    )


def parquet(folder: Path) -> Path:
    """Every kind of column a warehouse writes."""
    path = folder / "typed.parquet"
    pq.write_table(
        pa.table(
            {
                "Invoice": pa.array([1001, 1001, None]),
                "Date": pa.array([day(2024, 3, 4, 8, 30), day(2024, 3, 5), None], pa.timestamp("ns")),
                "Booked": pa.array([day(2024, 3, 4, 8, 30), None, None], pa.timestamp("us", "Europe/London")),
                "Customer": pa.array(["Bolt Ltd", "", None]).dictionary_encode(),
                "Quantity": pa.array([5.0, 0.1, None]),
                "Price": pa.array([Decimal("2.50"), Decimal("10.00"), None], pa.decimal128(12, 2)),
                "Paid": pa.array([True, False, None]),
                "Tags": pa.array([["a", "b"], [], None]),
            }
        ),
        path,
    )
    return path


# --- workbooks ----------------------------------------------------------------------------------------------------


def workbook(path: Path, fill: Callable[..., None], **options: object) -> Path:
    """A workbook whose sheets `fill(book)` writes."""
    book = xlsxwriter.Workbook(path, options)
    fill(book)
    book.close()
    return path


def fill_rows(sheet: object, rows: Iterable[Iterable[object]], *, row: int = 0, column: int = 0) -> None:
    for place, cells in enumerate(rows):
        sheet.write_row(row + place, column, cells)  # type: ignore[attr-defined]


def excel(folder: Path, name: str = "plain.xlsx") -> Path:
    def fill(book):
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet("Notes").write(0, 0, "Made by hand")
        sheet = book.add_worksheet("Sales")
        fill_rows(sheet, [["Sales of Bolt Ltd"]], row=1, column=1)
        fill_rows(sheet, [HEADER], row=3, column=1)
        for row, when in ((4, day(2024, 3, 4)), (6, day(2024, 3, 5, 8, 30))):
            fill_rows(sheet, [[17850.0, None, "Bolt Ltd", True, 0.1, 2.5]], row=row, column=1)
            sheet.write_datetime(row, 2, when, days)
        sheet.write_formula(6, 6, "=1/0", None, "#DIV/0!")
        sheet.write_formula(4, 6, "=5/2", None, 2.5)

    return workbook(folder / name, fill)


def excel_1904(folder: Path) -> Path:
    def fill(book):
        sheet = book.add_worksheet("Sales")
        fill_rows(sheet, [HEADER, *ROWS])
        sheet.write_datetime(1, 1, day(2024, 3, 4), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_number(2, 1, 43893)

    return workbook(folder / "mac.xlsx", fill, date_1904=True)


def excel_merged(folder: Path) -> Path:
    def fill(book):
        sheet = book.add_worksheet("Sales")
        sheet.merge_range(0, 0, 0, 5, "Sales 2024")
        sheet.write(1, 0, "Invoice")
        sheet.merge_range(1, 1, 1, 2, "Customer")
        sheet.merge_range(1, 3, 1, 4, "Item")
        fill_rows(sheet, [["", "No", "Name", "No", "Name", "Price"], ["1001", 17, "Bolt Ltd", 4, "Nut", 2.5]], row=2)

    return workbook(folder / "groups.xlsx", fill)


def edited(path: Path, part: str, edit: Callable[[str], str]) -> Path:
    with zipfile.ZipFile(path) as archive:
        files: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    before = files[part].decode()  # type: ignore[union-attr]
    files[part] = edit(before)
    assert files[part] != before, f"{part} has nothing to edit"
    return zip_of(path, files)


def open_document(folder: Path) -> Path:
    """A sheet as LibreOffice writes it, with its empty rest counted."""
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    cell = '<table:table-cell office:value-type="{}"><text:p>{}</text:p></table:table-cell>'
    header = "".join(cell.format("string", name) for name in ("Invoice", "Customer", "Date"))
    row = cell.format('float" office:value="17850', "17850") + cell.format("string", "Bolt Ltd")
    row += cell.format('date" office:date-value="2024-03-04', "4 March 2024")
    empty = '<table:table-cell table:number-columns-repeated="16381"/>'
    body = "".join(f"<table:table-row>{cells}{empty}</table:table-row>" for cells in (header, row))
    body += f'<table:table-row table:number-rows-repeated="1048574">{empty}</table:table-row>'
    sheet = f'<office:body><office:spreadsheet><table:table table:name="Sales">{body}</table:table></office:spreadsheet></office:body>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    entry = f'<m:file-entry m:full-path="/" m:media-type="{kind}"/>'
    parts: dict[str, bytes | str] = {
        "mimetype": kind,
        "content.xml": f'<?xml version="1.0"?><office:document-content {spaces}>{sheet}</office:document-content>',
        "META-INF/manifest.xml": f'<?xml version="1.0"?><m:manifest xmlns:m="{manifest}">{entry}</m:manifest>',
    }
    return zip_of(folder / "sheet.ods", parts)
