"""Every hostile file gives the sentence expected of it, names itself, and leaves nothing behind."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger.reading import hostile, ugly
from tests.ledger.reading.conftest import header_score
from vitalfew.ground.errors import Refusal
from vitalfew.ledger.reading.limits import Limits
from vitalfew.ledger.reading.opening import open_table
from vitalfew.ledger.reading.refusal import Unreadable

AGAIN = "Export or download the file again."
LINES = "Export it again with its lines."
EXPORT = "Export the sales lines as CSV, Excel or Parquet and import that file."
QUOTE = "A quotation mark that is never closed is the usual cause: look at that row."
BROKEN_DIRECTORY = "the directory at the end of the file is missing or broken"
UNPACK = "Unpack it and import the table inside."
SAVE = "Open the file in Excel or LibreOffice, let it calculate, save it and import it again."
FORMULA = "has a formula without a stored result in cell"
BOMB = "unpacks to more than 50 MB, far more than its own size can hold honestly."
LOOK_INSIDE = "Unpack it yourself and look at what is inside."

# writer, what was found, what to do; "Nothing was changed." stands between the two.
SENTENCES: list[tuple[Callable[[Path], Path], str, str]] = [
    (hostile.empty, "empty.csv is empty.", LINES),
    (hostile.blank_lines, "blank.csv is empty.", LINES),
    (hostile.header_only, "names.csv has column names but no rows below them.", LINES),
    (hostile.excel_header_only, "names.xlsx has column names but no rows below them.", LINES),
    (hostile.empty_workbook, "blank.xlsx has no sheet with anything in it.", LINES),
    (
        hostile.no_header,
        "bare.csv starts with data: its first row is 1001 | 2024-03-04 | Müller GmbH | Bolt | 5 | 2.50.",
        "Add a row above it that names the columns, such as Invoice, Date, Customer, Item, Quantity, Price.",
    ),
    (hostile.pdf, "report.csv is a PDF document, not a table.", EXPORT),
    (hostile.picture, "scan.csv is a picture (PNG), not a table.", EXPORT),
    (
        hostile.web_page,
        "export.xls is a web page (HTML), whatever its ending says (open it in Excel and save it as .xlsx), not a table.",
        EXPORT,
    ),
    (hostile.json_data, "sales.csv is JSON data, not a table.", EXPORT),
    (hostile.xml_data, "sales.xml is an XML document, not a table.", EXPORT),
    (hostile.prose, "letter.txt is plain text (it starts with “Dear customer,”), not a table.", EXPORT),
    (hostile.program, "sales.exe is a Windows program, not a table.", EXPORT),
    (hostile.word_document, "letter.xls is a Word document, not a table.", EXPORT),
    (
        hostile.nul_bytes,
        "nul.csv is not a plain table: line 5 holds bytes that no text has (NUL).",
        "Export the file again as CSV or Excel.",
    ),
    (
        hostile.cut_csv,
        "cut.csv is cut short: its last row, 5, has 3 of 6 cells and no line break (if it is complete, add one).",
        AGAIN,
    ),
    (hostile.cut_in_quotes, "cutquote.csv is cut short: it ends inside a quoted cell that begins in row 5.", AGAIN),
    (
        hostile.cut_in_first_quotes,
        "cutquote.csv is cut short: it ends inside a quoted cell that begins in row 5.",
        AGAIN,
    ),
    (hostile.cut_gzip, "cut.csv.gz is cut short: its gz packing ends too early.", AGAIN),
    (hostile.broken_gzip, "broken.csv.gz is damaged: its gz packing does not add up.", AGAIN),
    (hostile.cut_zip, f"cut.zip is cut short: {BROKEN_DIRECTORY}.", AGAIN),
    (hostile.cut_excel, f"cut.xlsx is cut short: {BROKEN_DIRECTORY}.", AGAIN),
    (
        hostile.cut_parquet,
        "typed.parquet is cut short: a Parquet file ends with its description, and this one does not.",
        AGAIN,
    ),
    (hostile.broken_parquet, "broken.parquet is damaged: its description at the end cannot be read.", AGAIN),
    (
        hostile.locked_excel,
        "locked.xlsx is protected with a password.",
        "Save it without a password and import it again.",
    ),
    (hostile.locked_zip, "locked.zip is protected with a password.", "Save it without a password and import it again."),
    (hostile.formula_without_value, f"formula.xlsx {FORMULA} F4 of sheet Sales.", SAVE),
    (hostile.formula_without_tag, f"bare.xlsx {FORMULA} G5 of sheet Sales.", SAVE),
    (
        hostile.entity_bomb,
        "entities.xlsx holds XML entity definitions (xl/sharedStrings.xml), which no spreadsheet program writes and "
        "which are used for attacks.",
        "Open the file in Excel and save it again, or export it as CSV.",
    ),
    (hostile.excel_bomb, f"swollen.xlsx {BOMB}", LOOK_INSIDE),
    (hostile.gzip_bomb, f"bomb.csv.gz {BOMB}", LOOK_INSIDE),
    (hostile.zip_bomb, f"bomb.zip {BOMB}", LOOK_INSIDE),
    (hostile.overlapping_zip, "overlap.zip is damaged: files inside it overlap.", AGAIN),
    (
        hostile.two_tables,
        "both.zip holds 2 tables: january.csv, february.xlsx.",
        "Unpack it and import each of them.",
    ),
    (
        hostile.no_table_inside,
        "none.zip holds no table (a.png, b.png).",
        "Pack one CSV, Excel or Parquet file into it, or import that file as it is.",
    ),
    (hostile.zip_in_zip, "nested.zip holds another packed file (inner.zip).", UNPACK),
    (hostile.gzip_in_gzip, "nested.csv.gz holds another packed file (nested.csv).", UNPACK),
    (
        hostile.many_columns,
        "wide.csv has 2,102 columns; at most 2,000 can be read.",
        "Remove the columns that are not needed, or look whether the delimiter is right.",
    ),
    (
        hostile.far_cell,
        "far.xlsx has a sheet of 1,048,576 rows and 16,384 columns (xl/worksheets/sheet1.xml), too large to read as Excel.",
        "Delete what stands far away from the table, or save the sheet as CSV.",
    ),
    (hostile.huge_cell, "huge.csv has a cell larger than 1 MB in row 5.", QUOTE),
    (
        hostile.huge_first_cell,
        "endless.csv has a cell larger than 1 MB in row 1.",
        "The file has no line break where a table has one: look at how it was exported.",
    ),
    (hostile.large_cell, "large.csv has a cell larger than 1 MB in row 3, column D.", QUOTE),
    (
        hostile.large_parquet_cell,
        "large.parquet has a cell larger than 1 MB in row 2, column B.",
        "Shorten that cell where it comes from and export the file again.",
    ),
    (
        hostile.long_text,
        "long.xlsx has a text longer than 1 MB in one cell (xl/sharedStrings.xml); Excel itself allows 32,767 characters.",
        "Export it again, or save the sheet as CSV and look for that cell.",
    ),
    (
        hostile.other_width,
        "other.csv names 6 columns in row 1, but the rows below have 3 cells.",
        "Look whether the delimiter is right (comma) and whether the header belongs to these rows.",
    ),
    (
        hostile.seven_zip,
        "sales.7z is packed with 7-Zip, which cannot be read here.",
        "Unpack it and import the file inside, or pack it as zip or gz.",
    ),
]


def refusal_of(opened: Callable[..., object], path: Path, limits: Limits | None = None) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        table = opened(path, limits) if limits else opened(path)
        for _ in table.blocks():  # type: ignore[attr-defined]
            pass
    return caught.value


@pytest.mark.parametrize(("writer", "found", "remedy"), SENTENCES, ids=[each[0].__name__ for each in SENTENCES])
def test_hostile_file_gives_its_one_sentence(tmp_path: Path, opened, writer, found: str, remedy: str):
    assert str(refusal_of(opened, writer(tmp_path))) == f"{found} Nothing was changed. {remedy}"


def test_broken_workbook_is_called_damaged(tmp_path: Path, opened):
    refusal = refusal_of(opened, hostile.broken_xls(tmp_path))
    assert str(refusal).startswith("broken.xls is damaged: its workbook cannot be read")
    assert str(refusal).endswith(f"Nothing was changed. {AGAIN}")


def test_missing_file_is_named_as_such(tmp_path: Path, opened):
    wanted = "gone.csv is not there. Nothing was changed. Look at the name and the folder."
    assert str(refusal_of(opened, tmp_path / "gone.csv")) == wanted
    assert str(refusal_of(opened, ugly.plain(tmp_path) / "gone.csv")) == wanted


def test_folder_is_refused_as_a_folder(tmp_path: Path, opened):
    folder = tmp_path / "sales"
    folder.mkdir()
    wanted = "sales is a folder. Nothing was changed. Name the file in it that holds the sales lines."
    assert str(refusal_of(opened, folder)) == wanted


def test_pipe_is_refused_without_waiting(tmp_path: Path, opened):
    os.mkfifo(tmp_path / "pipe.csv")
    wanted = "pipe.csv is no ordinary file. Nothing was changed. Save its content to a file first."
    assert str(refusal_of(opened, tmp_path / "pipe.csv")) == wanted


def test_unreadable_file_asks_for_permission(tmp_path: Path, opened):
    path = ugly.plain(tmp_path)
    path.chmod(0)
    nobody, before = 65_534, os.geteuid()
    if before == 0:
        os.seteuid(nobody)  # permissions do not bind root
    try:
        refusal = refusal_of(opened, path)
    finally:
        os.seteuid(before)
    remedy = "Give read permission on the file and its folder."
    assert str(refusal) == f"plain.csv is not open to this program. Nothing was changed. {remedy}"


def test_full_disk_changes_nothing_and_says_so(tmp_path: Path):
    (tmp_path / "unpacked").symlink_to("/dev/full")
    path = ugly.gzipped(tmp_path)
    with pytest.raises(Unreadable) as caught:
        open_table(path=path, name="sales.csv.gz", workspace=tmp_path, header_score=header_score)
    wanted = "The disk was full while sales.csv.gz was unpacked. Nothing was changed. Make room for 1 MB or more and import it again."
    assert str(caught.value) == wanted


def test_absolute_limit_holds_whatever_the_ratio(tmp_path: Path, opened):
    limits = Limits(max_bytes=100)
    assert type(refusal_of(opened, ugly.gzipped(tmp_path), limits)).__name__ == "Bomb"
    assert type(refusal_of(opened, ugly.zipped(tmp_path), limits)).__name__ == "Bomb"
    assert type(refusal_of(opened, ugly.excel(tmp_path), limits)).__name__ == "Bomb"


def test_honest_packing_of_large_files_passes(tmp_path: Path, opened):
    """A ratio above 200 is only suspicious above 50 MB."""
    text = ugly.delimited([ugly.HEADER, *[ugly.ROWS[0]] * 200_000]).encode()
    path = ugly.zip_of(tmp_path / "even.zip", {"even.csv": text})
    assert path.stat().st_size * 200 < len(text)
    assert sum(len(block.rows) for block in opened(path).blocks()) == 200_000


def test_refusals_are_refusals_and_cross_processes(tmp_path: Path, opened):
    refusal = refusal_of(opened, hostile.cut_csv(tmp_path))
    again = pickle.loads(pickle.dumps(refusal))
    assert isinstance(refusal, Refusal)
    assert (type(again), str(again), again.places) == (type(refusal), str(refusal), refusal.places)
