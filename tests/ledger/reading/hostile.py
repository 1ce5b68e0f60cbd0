"""Writes the hostile files that must be refused; each function returns the file's path."""

from __future__ import annotations

import gzip
import random
import struct
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.ledger.reading.ugly import (
    HEADER,
    MB,
    ROWS,
    delimited,
    edited,
    excel,
    fill_rows,
    parquet,
    workbook,
    written,
    zip_of,
)

# --- workbooks ----------------------------------------------------------------------------------------------------


def formula_without_value(folder: Path) -> Path:
    def fill(book):
        sheet = book.add_worksheet("Sales")
        fill_rows(sheet, [HEADER, *ROWS])
        sheet.write_formula("F3", "=5/2", None, 2.5)
        sheet.write_formula("F4", "=5/2", None, "")

    return workbook(folder / "formula.xlsx", fill)


def formula_without_tag(folder: Path) -> Path:
    """The same after a program has left the value out altogether."""
    return edited(
        excel(folder, "bare.xlsx"),
        "xl/worksheets/sheet2.xml",
        lambda text: text.replace('<v>2.5</v></c></row><row r="7"', '</c></row><row r="7"'),
    )


def empty_workbook(folder: Path) -> Path:
    return workbook(folder / "blank.xlsx", lambda book: book.add_worksheet())


def excel_header_only(folder: Path) -> Path:
    return workbook(folder / "names.xlsx", lambda book: fill_rows(book.add_worksheet(), [HEADER]))


def far_cell(folder: Path) -> Path:
    def fill(book):
        sheet = book.add_worksheet("Sales")
        fill_rows(sheet, [HEADER, *ROWS])
        sheet.write(1_048_575, 16_383, "x")

    return workbook(folder / "far.xlsx", fill)


def entity_bomb(folder: Path) -> Path:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    return edited(
        excel(folder, "entities.xlsx"), "xl/sharedStrings.xml", lambda text: text.replace("?>", "?>" + bomb, 1)
    )


def excel_bomb(folder: Path) -> Path:
    return edited(excel(folder, "swollen.xlsx"), "xl/worksheets/sheet2.xml", lambda text: text + "<a/>" * (30 * MB))


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


def other_width(folder: Path) -> Path:
    return written(folder, "other.csv", delimited([HEADER, *[row[:3] for row in ROWS]]))


def seven_zip(folder: Path) -> Path:
    return written(folder, "sales.7z", b"7z\xbc\xaf\x27\x1c\0\4")


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
    return _cut(zip_of(folder / "cut.zip", {"sales.csv": _noise(100_000)}))


def cut_parquet(folder: Path) -> Path:
    return _cut(parquet(folder))


def broken_parquet(folder: Path) -> Path:
    path = parquet(folder)
    data = bytearray(path.read_bytes())
    data[-300:-100] = b"\xff" * 200
    return written(folder, "broken.parquet", bytes(data))


# --- packed to harm -----------------------------------------------------------------------------------------------


def two_tables(folder: Path) -> Path:
    return zip_of(folder / "both.zip", {"january.csv": delimited(), "february.xlsx": "x"})


def no_table_inside(folder: Path) -> Path:
    return zip_of(folder / "none.zip", {"a.png": "x", "b.png": "y"})


def zip_in_zip(folder: Path) -> Path:
    return zip_of(
        folder / "nested.zip", {"inner.zip": zip_of(folder / "inner.zip", {"a.csv": delimited()}).read_bytes()}
    )


def gzip_in_gzip(folder: Path) -> Path:
    return written(folder, "nested.csv.gz", gzip.compress(gzip.compress(delimited().encode())))


def gzip_bomb(folder: Path, size: int = 120 * MB) -> Path:
    """Zeros as CSV: far more than 50 MB at far more than 200 to 1."""
    return written(folder, "bomb.csv.gz", gzip.compress(delimited().encode() + b"1" * size))


def zip_bomb(folder: Path) -> Path:
    """The directory claims a tenth of a megabyte; the data inflates to 120."""
    path = zip_of(folder / "bomb.zip", {"sales.csv": delimited() + "1" * (120 * MB)})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 100_000)
    path.write_bytes(data)
    return path


def overlapping_zip(folder: Path) -> Path:
    """Two entries of the directory share one piece of data."""
    path = zip_of(folder / "overlap.zip", {"a.csv": delimited()})
    data = path.read_bytes()
    at, end = data.rfind(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    entry = data[at:end]
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2, 2, 2 * len(entry), at, 0)
    path.write_bytes(data[:at] + entry + entry.replace(b"a.csv", b"b.csv") + tail)
    return path


def locked_zip(folder: Path) -> Path:
    path = zip_of(folder / "locked.zip", {"a.csv": delimited()})
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
    return edited(
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


def _cut(path: Path) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    return path


def _compound(stream: str) -> bytes:
    """A compound file's head and a directory sector that names one stream."""
    entry = stream.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 2 * len(stream) + 2, 2, 1)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entry.ljust(512, b"\0") + zlib.compress(b"x" * 5000)
