"""Writes the ugly and hostile files that firms and attackers hand over; each function returns the file's path."""

from __future__ import annotations

import gzip
import random
import struct
import zipfile
import zlib
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
    return _zip(
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


def _write(sheet: object, rows: Iterable[Iterable[object]], *, row: int = 0, column: int = 0) -> None:
    for place, cells in enumerate(rows):
        sheet.write_row(row + place, column, cells)  # type: ignore[attr-defined]


def excel(folder: Path, name: str = "plain.xlsx") -> Path:
    def fill(book):
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet("Notes").write(0, 0, "Made by hand")
        sheet = book.add_worksheet("Sales")
        _write(sheet, [["Sales of Bolt Ltd"]], row=1, column=1)
        _write(sheet, [HEADER], row=3, column=1)
        for row, when in ((4, day(2024, 3, 4)), (6, day(2024, 3, 5, 8, 30))):
            _write(sheet, [[17850.0, None, "Bolt Ltd", True, 0.1, 2.5]], row=row, column=1)
            sheet.write_datetime(row, 2, when, days)
        sheet.write_formula(6, 6, "=1/0", None, "#DIV/0!")
        sheet.write_formula(4, 6, "=5/2", None, 2.5)

    return workbook(folder / name, fill)


def excel_1904(folder: Path) -> Path:
    def fill(book):
        sheet = book.add_worksheet("Sales")
        _write(sheet, [HEADER, *ROWS])
        sheet.write_day(1, 1, day(2024, 3, 4), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_number(2, 1, 43893)

    return workbook(folder / "mac.xlsx", fill, date_1904=True)


def excel_merged(folder: Path) -> Path:
    def fill(book):
        sheet = book.add_worksheet("Sales")
        sheet.merge_range(0, 0, 0, 5, "Sales 2024")
        sheet.write(1, 0, "Invoice")
        sheet.merge_range(1, 1, 1, 2, "Customer")
        sheet.merge_range(1, 3, 1, 4, "Item")
        _write(sheet, [["", "No", "Name", "No", "Name", "Price"], ["1001", 17, "Bolt Ltd", 4, "Nut", 2.5]], row=2)

    return workbook(folder / "groups.xlsx", fill)


def formula_without_value(folder: Path) -> Path:
    def fill(book):
        sheet = book.add_worksheet("Sales")
        _write(sheet, [HEADER, *ROWS])
        sheet.write_formula("F3", "=5/2", None, 2.5)
        sheet.write_formula("F4", "=5/2", None, "")

    return workbook(folder / "formula.xlsx", fill)


def formula_without_tag(folder: Path) -> Path:
    """The same after a program has left the value out altogether."""
    return _edited(
        excel(folder, "bare.xlsx"),
        "xl/worksheets/sheet2.xml",
        lambda text: text.replace('<v>2.5</v></c></row><row r="7"', '</c></row><row r="7"'),
    )


def empty_workbook(folder: Path) -> Path:
    return workbook(folder / "blank.xlsx", lambda book: book.add_worksheet())


def excel_header_only(folder: Path) -> Path:
    return workbook(folder / "names.xlsx", lambda book: _write(book.add_worksheet(), [HEADER]))


def far_cell(folder: Path) -> Path:
    def fill(book):
        sheet = book.add_worksheet("Sales")
        _write(sheet, [HEADER, *ROWS])
        sheet.write(1_048_575, 16_383, "x")

    return workbook(folder / "far.xlsx", fill)


def entity_bomb(folder: Path) -> Path:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    return _edited(
        excel(folder, "entities.xlsx"), "xl/sharedStrings.xml", lambda text: text.replace("?>", "?>" + bomb, 1)
    )


def excel_bomb(folder: Path) -> Path:
    return _edited(excel(folder, "swollen.xlsx"), "xl/worksheets/sheet2.xml", lambda text: text + "<a/>" * (30 * MB))


def cut_excel(folder: Path) -> Path:
    return _cut(excel(folder, "cut.xlsx"))


def locked_excel(folder: Path) -> Path:
    """What Excel writes for a workbook with a password: a compound file with an EncryptedPackage stream."""
    return written(folder, "locked.xlsx", _compound("EncryptedPackage"))


def word_document(folder: Path) -> Path:
    return written(folder, "letter.xls", _compound("WordDocument"))


def broken_xls(folder: Path) -> Path:
    return written(folder, "broken.xls", _compound("Workbook"))


# --- not tables ---------------------------------------------------------------------------------------------------


def empty(folder: Path) -> Path:
    return written(folder, "empty.csv", "")


def blank_lines(folder: Path) -> Path:
    return written(folder, "blank.csv", "\ufeff\r\n\r\n  \n")


def header_only(folder: Path) -> Path:
    return written(folder, "names.csv", delimited([HEADER]))


def no_header(folder: Path) -> Path:
    return written(folder, "bare.csv", delimited(ROWS))


def pdf(folder: Path) -> Path:
    return written(folder, "report.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")


def picture(folder: Path) -> Path:
    return written(folder, "scan.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")


def web_page(folder: Path) -> Path:
    return written(folder, "export.xls", "\r\n<html><body><table><tr><td>Invoice</td></tr></table></body></html>")


def json_data(folder: Path) -> Path:
    return written(folder, "sales.csv", '[\n {"invoice": 1, "customer": "Bolt, Ltd"},\n {"invoice": 2}\n]')


def xml_data(folder: Path) -> Path:
    return written(folder, "sales.xml", '<?xml version="1.0"?><sales><line invoice="1"/></sales>')


def prose(folder: Path) -> Path:
    return written(
        folder,
        "letter.txt",
        "Dear customer,\n\nthank you for your order. We will send it,\nif all goes well, on Monday.\n\nYours\n",
    )


def program(folder: Path) -> Path:
    return written(folder, "sales.exe", b"MZ\x90\0\x03\0\0\0\x04\0")


def nul_bytes(folder: Path) -> Path:
    return written(folder, "nul.csv", delimited() + "1003,2024-03-16,B\0lt,Nut,1,2\n")


# --- cut short ----------------------------------------------------------------------------------------------------


def cut_csv(folder: Path) -> Path:
    return written(folder, "cut.csv", delimited() + "1003,2024-03-16,Bol")


def cut_in_quotes(folder: Path) -> Path:
    return written(folder, "cutquote.csv", delimited() + '1003,2024-03-16,Bolt Ltd,Nut,1,"2.5\n')


def cut_in_first_quotes(folder: Path) -> Path:
    return written(folder, "cutquote.csv", delimited() + '1003,2024-03-16,"Bolt Ltd\n1004,x\n')


def cut_gzip(folder: Path) -> Path:
    return written(folder, "cut.csv.gz", gzip.compress(_noise(300_000))[:-2000])


def broken_gzip(folder: Path) -> Path:
    packed = bytearray(gzip.compress(_noise(300_000)))
    packed[-6] ^= 0xFF
    return written(folder, "broken.csv.gz", bytes(packed))


def cut_zip(folder: Path) -> Path:
    return _cut(_zip(folder / "cut.zip", {"sales.csv": _noise(100_000)}))


def cut_parquet(folder: Path) -> Path:
    return _cut(parquet(folder))


def broken_parquet(folder: Path) -> Path:
    path = parquet(folder)
    data = bytearray(path.read_bytes())
    data[-300:-100] = b"\xff" * 200
    return written(folder, "broken.parquet", bytes(data))


# --- packed to harm -----------------------------------------------------------------------------------------------


def two_tables(folder: Path) -> Path:
    return _zip(folder / "both.zip", {"january.csv": delimited(), "february.xlsx": "x"})


def no_table_inside(folder: Path) -> Path:
    return _zip(folder / "none.zip", {"a.png": "x", "b.png": "y"})


def zip_in_zip(folder: Path) -> Path:
    return _zip(folder / "nested.zip", {"inner.zip": _zip(folder / "inner.zip", {"a.csv": delimited()}).read_bytes()})


def gzip_in_gzip(folder: Path) -> Path:
    return written(folder, "nested.csv.gz", gzip.compress(gzip.compress(delimited().encode())))


def gzip_bomb(folder: Path, size: int = 120 * MB) -> Path:
    """Zeros as CSV: far more than 50 MB at far more than 200 to 1."""
    return written(folder, "bomb.csv.gz", gzip.compress(delimited().encode() + b"1" * size))


def zip_bomb(folder: Path) -> Path:
    """The directory claims a tenth of a megabyte; the data inflates to 120."""
    path = _zip(folder / "bomb.zip", {"sales.csv": delimited() + "1" * (120 * MB)})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 100_000)
    path.write_bytes(data)
    return path


def overlapping_zip(folder: Path) -> Path:
    """Two entries of the directory share one piece of data."""
    path = _zip(folder / "overlap.zip", {"a.csv": delimited()})
    data = path.read_bytes()
    at, end = data.rfind(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    entry = data[at:end]
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2, 2, 2 * len(entry), at, 0)
    path.write_bytes(data[:at] + entry + entry.replace(b"a.csv", b"b.csv") + tail)
    return path


def locked_zip(folder: Path) -> Path:
    path = _zip(folder / "locked.zip", {"a.csv": delimited()})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    return path


# --- too much -----------------------------------------------------------------------------------------------------


def many_columns(folder: Path) -> Path:
    rows = [["Customer", "Invoice", *(f"Field {place}" for place in range(2_100))], ["1"] * 2_102]
    return written(folder, "wide.csv", delimited(rows))


def long_text(folder: Path) -> Path:
    return _edited(
        excel(folder, "long.xlsx"), "xl/sharedStrings.xml", lambda text: text.replace("Bolt Ltd", "x" * 2 * MB)
    )


def huge_cell(folder: Path, size: int = 100 * MB) -> Path:
    """An unclosed quote in row 5 of a large file: one cell of 100 MB."""
    path = folder / "huge.csv"
    line = b"1001,2024-03-04,Bolt Ltd,Nut,5,2.50\n"
    with path.open("wb") as file:
        file.write(delimited().encode() + b'1003,2024-03-16,"Bolt Ltd,Nut,1,2.50\n')
        for _ in range(size // (1000 * len(line))):
            file.write(line * 1000)
    return path


def huge_first_cell(folder: Path, size: int = 100 * MB) -> Path:
    """No delimiter and no line break at all, as a binary column pasted into a text file."""
    return written(folder, "endless.csv", b"Customer," + b"x" * size)


def large_cell(folder: Path) -> Path:
    """Two megabytes in row 3, column D: small enough for a block, too large for a cell."""
    rows = [HEADER, ROWS[0], (*ROWS[1][:3], "x" * 2 * MB, *ROWS[1][4:]), ROWS[2]]
    return written(folder, "large.csv", delimited(rows))


def large_parquet_cell(folder: Path) -> Path:
    path = folder / "large.parquet"
    pq.write_table(pa.table({"Customer": ["a", "b"], "Invoice": ["1", "x" * 2 * MB]}), path)
    return path


def _noise(size: int) -> bytes:
    source = random.Random(1)
    lines = [f"{source.random()},{source.random()}" for _ in range(size // 40)]
    return ("\n".join(["Customer,Price", *lines]) + "\n").encode()


def _zip(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def _edited(path: Path, part: str, edit: Callable[[str], str]) -> Path:
    with zipfile.ZipFile(path) as archive:
        files: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    before = files[part].decode()  # type: ignore[union-attr]
    files[part] = edit(before)
    assert files[part] != before, f"{part} has nothing to edit"
    return _zip(path, files)


def _cut(path: Path) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    return path


def _compound(stream: str) -> bytes:
    """A compound file's head and a directory sector that names one stream."""
    entry = stream.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 2 * len(stream) + 2, 2, 1)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entry.ljust(512, b"\0") + zlib.compress(b"x" * 5000)
