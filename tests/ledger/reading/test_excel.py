"""Workbooks: the right sheet, canonical texts, dates of both systems, errors and formulas."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.reading import ugly
from tests.ledger.reading.conftest import rows_of, whole
from vitalfew.ledger.reading.letters import index_of, letter


def test_sheet_with_the_known_header_is_read(tmp_path: Path, opened):
    table = opened(ugly.excel(tmp_path))
    found = whole(table)
    assert (table.kind, table.dialect.sheet, table.columns) == ("excel", "Sales", ugly.HEADER)
    assert (table.header_row, table.above, table.letters) == (4, 1, ("B", "C", "D", "E", "F", "G"))
    assert table.notes == ("Read sheet Sales; not read: Notes.",)
    assert rows_of(found) == [
        ("17850", "2024-03-04", "Bolt Ltd", "true", "0.1", "2.5"),
        ("17850", "2024-03-05T08:30:00", "Bolt Ltd", "true", "0.1", "#DIV/0!"),
    ]
    assert (found.rows.tolist(), found.blank) == ([5, 7], 1)


def test_dates_of_1904_come_right_and_serials_are_told(tmp_path: Path, opened):
    table = opened(ugly.excel_1904(tmp_path))
    assert table.dialect.date_1904
    assert whole(table).cells["Date"].to_pylist() == ["2024-03-04", "43893", "2024-03-15"]


def test_merged_groups_name_the_columns_below(tmp_path: Path, opened):
    table = opened(ugly.excel_merged(tmp_path))
    assert table.columns == ("Invoice", "Customer No", "Customer Name", "Item No", "Item Name", "Price")
    assert (table.header_row, table.header_rows, table.above) == (3, 2, 1)
    assert rows_of(whole(table)) == [("1001", "17", "Bolt Ltd", "4", "Nut", "2.5")]


def test_sheets_of_the_same_kind_are_pointed_out(tmp_path: Path, opened):
    def fill(book):
        for month in ("January", "February"):
            ugly.fill_rows(book.add_worksheet(month), [ugly.HEADER, *ugly.ROWS])

    table = opened(ugly.workbook(tmp_path / "months.xlsx", fill))
    assert table.dialect.sheet == "January"
    assert table.notes == (
        "Read sheet January; not read: February.",
        "February: looks like the same kind of lines. Save each sheet as a file of its own to import it too.",
    )


def test_formulas_that_all_hold_zero_are_noted(tmp_path: Path, opened):
    def fill(book):
        sheet = book.add_worksheet("Sales")
        ugly.fill_rows(sheet, [ugly.HEADER, *ugly.ROWS])
        sheet.write_formula("F2", "=5/2")

    table = opened(ugly.workbook(tmp_path / "zero.xlsx", fill))
    assert table.notes == (
        "Every formula (1) holds 0 until a spreadsheet program calculates it; if that is wrong, open and save the file in Excel.",
    )


def test_formula_of_empty_text_has_a_value(tmp_path: Path, opened):
    def fill(book):
        sheet = book.add_worksheet("Sales")
        ugly.fill_rows(sheet, [ugly.HEADER, *ugly.ROWS])
        sheet.write_formula("F2", '=""', None, "text")

    path = ugly.edited(
        ugly.workbook(tmp_path / "text.xlsx", fill),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("<v>text</v>", "<v></v>"),
    )
    assert whole(opened(path)).cells["Price"].to_pylist() == [None, "0.10", "2.50"]


def test_open_document_sheets_are_read_too(tmp_path: Path, opened):
    table = opened(ugly.open_document(tmp_path))
    assert (table.columns, table.dialect.sheet) == (("Invoice", "Customer", "Date"), "Sales")
    assert rows_of(whole(table)) == [("17850", "Bolt Ltd", "2024-03-04")]


def test_excel_inside_gzip_is_read(tmp_path: Path, opened):
    path = ugly.zip_of(tmp_path / "book.zip", {"book.xlsx": ugly.excel(tmp_path).read_bytes()})
    table = opened(path)
    assert table.notes == ("Read book.xlsx inside book.zip.", "Read sheet Sales; not read: Notes.")
    assert whole(table).rows.tolist() == [5, 7]


@pytest.mark.parametrize(
    ("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
)
def test_column_letters_go_both_ways(place: int, letters: str):
    assert (letter(place), index_of(letters)) == (letters, place)
