"""Ugly files that can be read are read right: dialect, header, columns, notes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger.reading import ugly
from tests.ledger.reading.conftest import rows_of, whole

Writer = Callable[[Path], Path]
NOTE_16 = "Read as UTF-16."

# writer, delimiter, encoding, header row, blank rows, notes
DIALECTS: list[tuple[Writer, str, str, int, int, tuple[str, ...]]] = [
    (ugly.plain, ",", "utf-8", 1, 0, ()),
    (ugly.tabs, "\t", "utf-8", 1, 0, ()),
    (ugly.bars, "|", "utf-8", 1, 0, ()),
    (ugly.carriage_returns, ",", "utf-8", 1, 0, ()),
    (ugly.windows_ends, ",", "utf-8", 1, 1, ()),
    (ugly.sep_line, ";", "utf-8", 2, 0, ()),
    (ugly.windows_1252, ";", "cp1252", 1, 0, ("Read as Windows-1252 (western Europe).",)),
    (ugly.utf_8_mark, ",", "utf-8", 1, 0, ()),
    (ugly.utf_16_mark, "\t", "utf-16-le", 1, 0, (NOTE_16,)),
    (ugly.utf_16_mark_big, "\t", "utf-16-be", 1, 0, (NOTE_16,)),
    (ugly.utf_16_unmarked, "\t", "utf-16-le", 1, 0, ("Read as UTF-16, which the file does not say itself.",)),
    (ugly.utf_32_mark, ",", "utf-32-le", 1, 0, ("Read as UTF-32.",)),
    (ugly.titles, ",", "utf-8", 4, 0, ()),
    (ugly.trailing_delimiters, ",", "utf-8", 1, 0, ()),
    (ugly.gzipped, ",", "utf-8", 1, 0, ()),
    (ugly.zipped, ",", "utf-8", 1, 0, ("Read plain.csv inside plain.zip.",)),
]


@pytest.mark.parametrize("case", DIALECTS, ids=[each[0].__name__ for each in DIALECTS])
def test_same_rows_come_from_every_dialect(tmp_path: Path, opened, case):
    writer, delimiter, encoding, header_row, blank, notes = case
    table = opened(writer(tmp_path))
    found = whole(table)
    assert (table.kind, table.columns, table.letters) == ("csv", ugly.HEADER, ("A", "B", "C", "D", "E", "F"))
    assert (table.dialect.delimiter, table.dialect.encoding) == (delimiter, encoding)
    assert (table.header_row, table.notes) == (header_row, notes)
    assert rows_of(found) == list(ugly.ROWS)
    assert found.rows.tolist() == [header_row + 1, header_row + 2, header_row + 3]
    assert (found.bad, found.blank) == ((), blank)


def test_decimal_commas_do_not_hide_semicolons(tmp_path: Path, opened):
    table = opened(ugly.semicolon(tmp_path))
    assert table.dialect.delimiter == ";"
    assert whole(table).cells["Price"].to_pylist() == ["2,50", "0,10", "2,50"]


def test_unknown_names_still_find_the_delimiter(tmp_path: Path, opened):
    text = "Faktura;Kontrahent;Cena\n" + "17;Bolt, Nut & Co, Ltd;2,50\n18;Nut;1,25\n" * 20
    table = opened(ugly.written(tmp_path, "polish.csv", text))
    assert (table.dialect.delimiter, table.columns) == (";", ("Faktura", "Kontrahent", "Cena"))


def test_unusual_delimiter_is_found_too(tmp_path: Path, opened):
    table = opened(ugly.written(tmp_path, "tilde.txt", ugly.delimited(delimiter="~")))
    assert (table.dialect.delimiter, rows_of(whole(table))) == ("~", list(ugly.ROWS))


def test_one_column_of_known_name_is_a_table(tmp_path: Path, opened):
    found = whole(opened(ugly.written(tmp_path, "list.csv", "Customer\nBolt Ltd\n\nNut Ltd\n")))
    assert (found.cells["Customer"].to_pylist(), found.rows.tolist(), found.blank) == (
        ["Bolt Ltd", "Nut Ltd"],
        [2, 4],
        1,
    )


def test_titles_above_the_header_are_counted(tmp_path: Path, opened):
    table = opened(ugly.titles(tmp_path))
    assert (table.header_row, table.header_rows, table.above) == (4, 1, 2)


def test_merged_headers_become_one_name_each(tmp_path: Path, opened):
    table = opened(ugly.merged_headers(tmp_path))
    names = ("Invoice No", "Invoice Date", "Customer No", "Customer Name", "Item No", "Item Name", "Quantity", "Price")
    assert (table.columns, table.header_row, table.header_rows, table.above) == (names, 2, 2, 0)
    assert whole(table).rows.tolist() == [3, 4]


def test_duplicate_and_empty_names_are_told_apart(tmp_path: Path, opened):
    table = opened(ugly.duplicate_headers(tmp_path))
    assert table.columns == ("Invoice", "Customer", "Amount", "Amount (2)", "Column E", "Date")
    assert table.notes == ("Columns C and D are both named Amount; column D is called Amount (2) here.",)
    assert rows_of(whole(table)) == [("1001", "Bolt Ltd", "5", "6", "x", "2024-03-04")]


def test_breaks_and_delimiters_in_quotes_belong_to_cells(tmp_path: Path, opened):
    found = whole(opened(ugly.quoted_breaks(tmp_path)))
    assert found.cells["Customer"].to_pylist() == ['Bolt & Co\nKöln, "Hall 2"', "Müller GmbH", "Café Noir"]
    assert found.rows.tolist() == [2, 3, 4]


def test_inch_marks_are_no_quotes(tmp_path: Path, opened):
    table = opened(ugly.inch_marks(tmp_path))
    assert table.dialect.quote is None
    assert whole(table).cells["Item"].to_pylist() == [f'"{size} pipe' for size in range(40)]
    assert table.notes == ("Quotation marks are read as part of the text: they do not come in pairs.",)


def test_texts_come_raw_and_blank_rows_go(tmp_path: Path, opened):
    found = whole(opened(ugly.written(tmp_path, "raw.csv", "Customer,Date,Item\n Bolt ,, \t,\n , ,\n,,\nNut,1,2\n")))
    assert [cells[:3] for cells in rows_of(found)] == [(" Bolt ", None, " \t"), ("Nut", "1", "2")]
    assert (found.rows.tolist(), found.blank) == ([2, 5], 2)
