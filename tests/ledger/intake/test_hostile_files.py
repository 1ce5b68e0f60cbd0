"""Every hostile or ugly file through the command line: the sentence expected of it, and nothing changed; or read right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ledger.ledgers import counting, csv_of, everything
from tests.ledger.reading import hostile, ugly
from vitalfew.cli.main import run
from vitalfew.ledger.models import Batch


@pytest.fixture
def call(ledger: Path, capsys):
    """call(word, …) runs the command; gives its exit code, what it printed and what it complained of."""

    def call_it(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([str(word) for word in words])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call_it


REFUSED = {
    hostile.empty: ("empty.csv is empty", "Export it again"),
    hostile.blank_lines: ("is empty",),
    hostile.header_only: ("column names but no rows",),
    hostile.excel_header_only: ("column names but no rows",),
    hostile.empty_workbook: ("no sheet with anything in it",),
    hostile.no_header: ("starts with data", "1001 | 2024-03-04", "names the columns"),
    hostile.other_width: ("names 6 columns in row 1", "3 cells"),
    hostile.cut_csv: ("cut short", "row, 5", "3 of 6 cells"),
    hostile.cut_in_quotes: ("cut short", "quoted cell", "row 5"),
    hostile.cut_gzip: ("cut short", "ends too early"),
    hostile.broken_gzip: ("damaged",),
    hostile.cut_zip: ("cut short",),
    hostile.cut_excel: ("cut short",),
    hostile.cut_parquet: ("cut short", "Parquet"),
    hostile.broken_parquet: ("damaged",),
    hostile.broken_xls: ("damaged",),
    hostile.pdf: ("PDF document, not a table",),
    hostile.picture: ("picture (PNG), not a table",),
    hostile.web_page: ("web page (HTML)", "save it as .xlsx"),
    hostile.json_data: ("JSON data, not a table",),
    hostile.xml_data: ("XML document, not a table",),
    hostile.prose: ("plain text", "not a table"),
    hostile.program: ("Windows program, not a table",),
    hostile.word_document: ("Word document, not a table",),
    hostile.nul_bytes: ("line 5", "NUL"),
    hostile.locked_excel: ("protected with a password", "Save it without"),
    hostile.locked_zip: ("protected with a password",),
    hostile.seven_zip: ("7-Zip", "Unpack it"),
    hostile.two_tables: ("holds 2 tables", "january.csv, february.xlsx"),
    hostile.no_table_inside: ("holds no table",),
    hostile.zip_in_zip: ("another packed file",),
    hostile.gzip_in_gzip: ("another packed file",),
    hostile.gzip_bomb: ("unpacks to more than 50 MB",),
    hostile.zip_bomb: ("unpacks to more than 50 MB",),
    hostile.excel_bomb: ("unpacks to more than 50 MB",),
    hostile.overlapping_zip: ("overlap",),
    hostile.entity_bomb: ("XML entity definitions", "attacks"),
    hostile.huge_cell: ("cell larger than 1 MB in row 5", "quotation mark"),
    hostile.huge_first_cell: ("cell larger than 1 MB in row 1",),
    hostile.large_cell: ("cell larger than 1 MB in row 3, column D",),
    hostile.large_parquet_cell: ("cell larger than 1 MB in row 2, column B",),
    hostile.long_text: ("text longer than 1 MB",),
    hostile.many_columns: ("2,102 columns", "at most 2,000"),
    hostile.far_cell: ("1,048,576 rows", "too large to read as Excel"),
    hostile.formula_without_value: ("formula without a stored result", "cell F4 of sheet Sales"),
    hostile.formula_without_tag: ("formula without a stored result", "cell G5 of sheet Sales"),
    ugly.duplicate_headers: ("“Amount” (column C)", "“Amount (2)” (column D)", "--map amount=C", "--map amount=D"),
    ugly.excel_merged: ("no column with the date", "Customer No, Customer Name", "--map date=COLUMN"),
}  # fmt: skip


@pytest.mark.parametrize("write", REFUSED, ids=lambda write: write.__name__)
def test_a_hostile_file_is_refused_in_one_sentence_and_changes_nothing(call, tmp_path, write):
    good = hostile.written(tmp_path, "before.csv", csv_of([["N1", "2024-03-04", "C1", "I1", "2", "2.50"]]))
    assert call("import", good)[0] == 0
    before = everything()
    path = write(tmp_path)
    code, out, complaint = call("import", path)
    assert (code, out) == (1, "")
    assert [
        word for word in (path.name, *REFUSED[write]) if word not in complaint and write is not ugly.duplicate_headers
    ] == []
    assert [word for word in REFUSED[write] if word not in complaint] == []
    assert complaint.count("\n") == 1
    assert everything() == before


def text(*rows: str) -> str:
    return "\n".join(rows) + "\n"


OWN = {
    "no customer": (text("Invoice;Date;Amount", "1;2024-03-04;5.00"), ("no column that names the customer", "Invoice, Date, Amount", "--map customer=COLUMN")),
    "no date": (text("Invoice,Customer,Amount", "1,C1,5.00"), ("no column with the date", "--map date=COLUMN")),
    "no amount": (text("Date,Customer,Quantity", "2024-03-04,C1,5"), ("neither an amount nor a quantity with a unit price",)),
    "two date orders": (
        text("Date,Customer,Amount", "03/04/2024,C1,5.00"),
        ("“03/04/2024”", "dmy reads it as 3 April 2024", "mdy reads it as 4 March 2024", "--dates dmy", "--dates mdy"),
    ),
    "both date orders": (text("Date,Customer,Amount", "13/04/2024,C1,5.00", "04/13/2024,C1,5.00"), ("mixes both", "--dates dmy")),
    "two decimal marks": (text("Date;Customer;Amount", "2024-03-04;C1;1,234"), ("“1,234” is 1234 with a decimal point and 1.234 with a decimal comma", "--decimal comma")),
    "both decimal marks": (text("Date;Customer;Amount", "2024-03-04;C1;1.5", "2024-03-04;C1;2,5"), ("mixes both", "--decimal")),
    "nothing readable": (
        text("Date,Customer,Quantity,Price", "2024-03-04,C1,2,2.50x", "2024-03-04,C1,,2.50", "2024-03-04,C1,,0.50"),
        ("None of the 3 lines", "2 of them: There is neither an amount", "Nothing was imported"),
    ),
    "only totals": (text("Date,Customer,Amount", ",Total,5.00"), ("None of the 1 lines", "totals row")),
}  # fmt: skip


@pytest.mark.parametrize("name", OWN)
def test_a_table_that_cannot_be_taken_says_what_settles_it(call, tmp_path, name):
    content, words = OWN[name]
    before = everything()
    code, out, complaint = call("import", hostile.written(tmp_path, "sales.csv", content))
    assert (code, out, [word for word in words if word not in complaint]) == (1, "", [])
    assert everything() == before


def test_files_that_are_not_there_are_named(call, tmp_path):
    before = everything()
    assert [call("import", tmp_path / name)[0] for name in ("none.csv", ".")] == [1, 1]
    assert "none.csv is not there" in call("import", tmp_path / "none.csv")[2]
    assert "is a folder" in call("import", tmp_path)[2]
    assert everything() == before


PLAIN = (3, 1570)  # lines and net of the plain file under every disguise
READ = {
    ugly.plain: PLAIN, ugly.semicolon: PLAIN, ugly.tabs: PLAIN, ugly.bars: PLAIN, ugly.carriage_returns: PLAIN, ugly.windows_ends: PLAIN,
    ugly.sep_line: PLAIN, ugly.windows_1252: PLAIN, ugly.utf_8_mark: PLAIN, ugly.utf_16_mark: PLAIN, ugly.utf_16_mark_big: PLAIN,
    ugly.utf_16_unmarked: PLAIN, ugly.utf_32_mark: PLAIN, ugly.quoted_breaks: PLAIN, ugly.titles: PLAIN, ugly.trailing_delimiters: PLAIN,
    ugly.gzipped: PLAIN, ugly.zipped: PLAIN, ugly.excel_1904: PLAIN, ugly.merged_headers: (2, 2750), ugly.inch_marks: (40, 50_000),
    ugly.parquet: (2, 1350),
}  # fmt: skip


@pytest.mark.parametrize("write", READ, ids=lambda write: write.__name__)
def test_an_ugly_file_is_read_as_what_it_says(call, tmp_path, write):
    code, out, complaint = call("import", "--json", write(tmp_path))
    told = json.loads(out)
    assert (code, complaint) == (0, "")
    assert (told["lines"]["file"], told["net"]) == READ[write]
    assert told["lines"]["refused"] + told["lines"]["set_aside"] == 0
    assert sum(counting().values()) == READ[write][0]


def test_names_survive_their_encoding(call, tmp_path):
    for write in (ugly.windows_1252, ugly.utf_16_unmarked):
        folder = tmp_path / write.__name__
        folder.mkdir()
        call("import", write(folder))
    assert {line[1] for line in counting()} == {"Müller GmbH", "Café Noir"}


def test_days_of_the_1904_calendar_are_the_days_meant(call, tmp_path):
    call("import", ugly.excel_1904(tmp_path))
    assert sorted({f"{line[3]}" for line in counting()}) == ["2024-03-04", "2024-03-15"]


GERMAN = text(
    "Belegnummer;Datum;Kunde;Artikel;Menge;Preis",
    "1;04.03.2024;Müller;A1;1.000;1.234,56",
    "2;05.03.2024;Müller;A1;(5);0,10",
    "3;06.03.2024;Müller;A1;5-;0,10",
    "4;45358;Müller;A1;1,5;£2,00",
)


@pytest.mark.parametrize(
    ("content", "words", "days", "net"),
    [
        (GERMAN, (), ["2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07"], 123_456_000 - 50 - 50 + 300),
        (text("Date,Customer,Amount", "03/04/2024,C1,5.00"), ("--dates", "dmy"), ["2024-04-03"], 500),
        (text("Date,Customer,Amount", "03/04/2024,C1,5.00"), ("--dates", "mdy"), ["2024-03-04"], 500),
        (text("Date;Customer;Amount", "2024-03-04;C1;1,234"), ("--decimal", "point"), ["2024-03-04"], 123_400),
        (text("Date;Customer;Amount", "2024-03-04;C1;1,234"), ("--decimal", "comma"), ["2024-03-04"], 123),
        (text("X,Y,Z", "2024-03-04,C1,5.00"), ("--map", "date=A", "--map", "customer=y", "--map", "amount=Z"), ["2024-03-04"], 500),
        (text("Invoice,Customer,Amount,Amount,Date", "1,C1,5.00,6.00,2024-03-04"), ("--map", "amount=D"), ["2024-03-04"], 600),
    ],
)  # fmt: skip
def test_the_usual_doubts_are_settled_by_their_option(call, tmp_path, *, content, words, days, net):
    path = hostile.written(tmp_path, "sales.csv", content)
    words = tuple(word.replace("customer=y", "customer=Y") for word in words)
    code, out, complaint = call("import", path, "--json", *words)
    assert (code, complaint, json.loads(out)["net"]) == (0, "", net)
    assert sorted({f"{line[3]}" for line in counting()}) == days


def test_what_was_said_once_is_remembered_for_files_of_that_shape(call, tmp_path):
    header = "Date,Customer,Amount"
    first = hostile.written(tmp_path, "1.csv", text(header, '03/04/2024,C1,"1,234"'))
    assert call("import", first, "--dates", "mdy", "--decimal", "comma")[0] == 0
    second = hostile.written(tmp_path, "2.csv", text(header, '05/04/2024,C1,"2,345"'))
    assert call("import", second)[0] == 0
    assert sorted((f"{line[3]}", line[5]) for line in counting()) == [("2024-03-04", 123), ("2024-05-04", 234)]
    proof = hostile.written(tmp_path, "3.csv", text(header, "13/06/2024,C1,7.50"))
    assert call("import", proof)[0] == 0
    assert ("2024-06-13", 750) in {(f"{line[3]}", line[5]) for line in counting()}


def test_what_a_file_did_not_show_is_not_remembered(call, tmp_path):
    header = "Date,Customer,Amount"
    assert call("import", hostile.written(tmp_path, "1.csv", text(header, "2024-03-04,C1,5")))[0] == 0
    code, _, complaint = call("import", hostile.written(tmp_path, "2.csv", text(header, '03/04/2024,C1,"1,234"')))
    assert (code, "--dates dmy" in complaint) == (1, True)
    code, _, complaint = call("import", hostile.written(tmp_path, "2.csv", text(header, '13/04/2024,C1,"1,234"')))
    assert (code, "--decimal point" in complaint) == (1, True)
    assert call("import", hostile.written(tmp_path, "2.csv", text(header, '13/04/2024,C1,"1,5"')))[0] == 0
    assert sorted(line[5] for line in counting()) == [150, 500]


def test_columns_named_once_are_remembered_and_may_be_named_anew(call, tmp_path):
    header = "W,C,D,A"
    first = hostile.written(tmp_path, "1.csv", text(header, "2024-03-04,C1,5.00,7.00"))
    assert call("import", first, "--map", "date=W", "--map", "customer=C", "--map", "amount=D")[0] == 0
    assert call("import", hostile.written(tmp_path, "2.csv", text(header, "2024-03-05,C1,5.50,7.50")))[0] == 0
    assert (
        call(
            "import", hostile.written(tmp_path, "3.csv", text(header, "2024-03-06,C1,6.00,8.00")), "--map", "amount=A"
        )[0]
        == 0
    )
    assert sorted(line[5] for line in counting()) == [500, 550, 800]


def test_a_trial_tells_everything_and_stores_nothing(call, tmp_path):
    before = everything()
    code, out, _ = call("import", "--dry-run", "--json", ugly.ragged(tmp_path))
    told = json.loads(out)
    assert (code, told["state"], told["batch"], told["lines"]["accepted"], told["lines"]["refused"]) == (
        0,
        "dry-run",
        None,
        6,
        2,
    )
    assert everything() == before


def test_a_refused_file_leaves_the_others_to_go_on(call, tmp_path):
    code, out, complaint = call("import", hostile.empty(tmp_path), ugly.plain(tmp_path), hostile.pdf(tmp_path))
    assert (code, Batch.objects.count(), complaint.count("\n")) == (1, 1, 2)
    assert "plain.csv: 3 lines: 3 accepted (batch 1)." in out


def test_a_file_with_refused_lines_ends_with_zero_and_names_the_cells(call, tmp_path):
    code, out, complaint = call("import", ugly.ragged(tmp_path))
    assert (code, complaint) == (0, "")
    assert "1 refused: The line has more cells than the header. (G5:" in out
    assert "1 refused: The line has fewer cells than the header. (C7:" in out


def test_a_table_that_begins_in_column_b_names_its_cells_as_the_sheet_does(call, tmp_path):
    code, out, _ = call("import", "--json", ugly.excel(tmp_path))
    told = json.loads(out)
    assert (code, [(reason["reason"], reason["first"][0]["cell"]) for reason in told["reasons"]]) == (
        0,
        [("bad-unit_price", "G7")],
    )
    assert (
        call("import", ugly.excel(tmp_path, "mapped.xlsx"), "--map", "customer=D", "--map", "amount=G", "--json")[0]
        == 0
    )
