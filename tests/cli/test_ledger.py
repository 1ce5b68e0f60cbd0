"""import, rates, batches, merge: the contract of the command line."""

from __future__ import annotations

import pytest

from tests.ledger.ledgers import HEADER, csv_of, everything
from tests.sales import monthly, write
from vitalfew.ledger.models import Batch, Rate
from vitalfew.trust.models import AuditEntry

REPORT = {
    "file", "kind", "state", "batch", "lines", "reasons", "notices", "repeats", "invoices", "net", "currency", "currencies", "nets", "rounding",
    "customers", "items", "first_day", "last_day", "reading", "notes",
}  # fmt: skip
LINES = ["file", "accepted", "corrected", "set_aside", "refused", "unchanged"]
TWO_WAYS = [("N1", "03/04/2025", "A", "I1", 1, "1.50"), ("N2", "05/06/2025", "B", "I1", 1, "2.50")]
MIXED = [
    *monthly(2), ("X1", "no day", "C1", "I1", 1, "1.00"), ("X2", "2025-01-05", "C1", "I1", "many", "1.00"), ("Total", "", "", "", 50, ""),
]  # fmt: skip


def adds_up(lines: dict[str, int]) -> bool:
    return lines["file"] == sum(lines[name] for name in ("accepted", "corrected", "set_aside", "refused"))


def test_import_prints_stable_keys(vitalfew, sales):
    said = vitalfew("import", sales, "--json")
    assert (said.code, said.err, set(said.json), list(said.json["lines"])) == (0, "", REPORT, LINES)
    assert said.json["lines"] == {
        "file": 192,
        "accepted": 192,
        "corrected": 0,
        "set_aside": 0,
        "refused": 0,
        "unchanged": 0,
    }
    assert (said.json["batch"], said.json["state"], said.json["net"]) == (1, "accepted", 864000)


def test_lines_add_up_and_refused_ones_are_done(vitalfew, tmp_path):
    said = vitalfew("import", write(tmp_path / "mixed.csv", MIXED), "--json")
    assert (said.code, said.json["lines"]["file"], said.json["lines"]["refused"], adds_up(said.json["lines"])) == (
        0,
        51,
        2,
        True,
    )
    assert {reason["first"][0]["cell"] for reason in said.json["reasons"] if reason["state"] == "refused"} == {
        "B50",
        "E51",
    }


def test_text_names_row_and_cell(vitalfew, tmp_path):
    said = vitalfew("import", write(tmp_path / "mixed.csv", MIXED))
    assert said.code == 0
    assert (
        said.out.startswith("mixed.csv: 51 lines: 48 accepted")
        and "B50: “no day”" in said.out
        and "Next: vitalfew refresh" in said.out
    )


def test_same_file_again_is_done_and_changes_nothing(vitalfew, sales):
    vitalfew("import", sales)
    before = everything()
    said = vitalfew("import", sales, "--json")
    assert (said.code, said.json["state"], everything()) == (0, "already-there", before)


def test_several_files_are_joined(vitalfew, tmp_path):
    files = [
        write(tmp_path / f"{year}.csv", [row for row in monthly() if row[1].startswith(year)])
        for year in ("2024", "2025")
    ]
    said = vitalfew("import", *files, "--json")
    assert (said.code, set(said.json), [report["file"] for report in said.json["files"]]) == (
        0,
        {"lines", "files"},
        ["2024.csv", "2025.csv"],
    )
    assert said.json["lines"] == {
        "file": 192,
        "accepted": 192,
        "corrected": 0,
        "set_aside": 0,
        "refused": 0,
        "unchanged": 0,
    }


def test_a_bad_file_leaves_the_others_to_go_on(vitalfew, sales, tmp_path):
    (tmp_path / "empty.csv").write_text("")
    said = vitalfew("import", tmp_path / "empty.csv", sales, tmp_path / "gone.csv", "--json")
    assert (said.code, said.json["file"]) == (1, "sales.csv")
    assert len(said.err.strip().splitlines()) == 2 and "gone.csv" in said.err
    assert Batch.objects.count() == 1


def test_dry_run_stores_nothing(vitalfew, sales):
    before = everything()
    said = vitalfew("import", sales, "--dry-run", "--json")
    assert (said.code, said.json["state"], said.json["batch"], said.json["lines"]["accepted"]) == (
        0,
        "dry-run",
        None,
        192,
    )
    assert everything() == before


def test_dry_run_says_that_it_was_a_trial(vitalfew, sales):
    assert "Nothing was stored: this was a trial." in vitalfew("import", sales, "--dry-run").out


def test_doubtful_date_names_the_option_and_changes_nothing(vitalfew, tmp_path):
    path = write(tmp_path / "doubt.csv", TWO_WAYS)
    before = everything()
    said = vitalfew("import", path, "--json")
    assert (said.code, said.out, "--dates" in said.err, everything() == before) == (1, "", True, True)


@pytest.mark.parametrize(("dates", "first"), [("dmy", "2025-04-03"), ("mdy", "2025-03-04")])
def test_dates_settles_the_doubt(vitalfew, tmp_path, dates, first):
    said = vitalfew("import", write(tmp_path / "doubt.csv", TWO_WAYS), "--dates", dates, "--json")
    assert (said.code, said.json["first_day"], said.json["reading"]["dates"]) == (0, first, dates)


@pytest.mark.parametrize(("mark", "net"), [("comma", 3000_00), ("point", 3_00)])
def test_decimal_settles_a_number(vitalfew, tmp_path, mark, net):
    rows = [("N1", "2025-01-13", "A", "I1", 1, "1.000"), ("N2", "2025-01-14", "B", "I1", 1, "2.000")]
    said = vitalfew("import", write(tmp_path / "numbers.csv", rows), "--decimal", mark, "--json")
    assert (said.code, said.json["net"]) == (0, net)


@pytest.mark.parametrize("column", ["Whom", "C"])
def test_map_names_a_column_by_name_or_letter(vitalfew, tmp_path, column):
    path = write(tmp_path / "odd.csv", monthly(2), ("Invoice", "Date", "Whom", "Item", "Quantity", "Price"))
    said = vitalfew("import", path, "--map", f"customer={column}", "--json")
    assert (said.code, said.json["reading"]["columns"]["customer"], said.json["customers"]["new"]) == (0, "Whom", 2)


@pytest.mark.parametrize("pair", ["customer", "customer=Nowhere", "shoe=Price"])
def test_map_that_makes_no_sense_changes_nothing(vitalfew, sales, pair):
    said = vitalfew("import", sales, "--map", pair)
    assert (said.code, said.out, Batch.objects.count()) == (1, "", 0)
    assert said.err.strip()


@pytest.mark.parametrize(
    "words",
    [
        ("import",),
        ("import", "x.csv", "--dates", "ddmm"),
        ("import", "x.csv", "--decimal", "dot"),
        ("rates",),
        ("rates", "a", "b"),
    ],
)
def test_call_that_cannot_be_understood(vitalfew, words):
    said = vitalfew(*words)
    assert (said.code, said.out, "usage:" in said.err) == (2, "", True)


def test_rates_are_imported_and_counted(vitalfew, tmp_path):
    path = write(
        tmp_path / "rates.csv",
        [("2025-01-01", "EUR", "GBP", "0.84"), ("2025-02-01", "EUR", "GBP", "none")],
        ("Date", "From", "To", "Rate"),
    )
    said = vitalfew("rates", path, "--json")
    assert (said.code, said.json["kind"], said.json["lines"]["accepted"], said.json["lines"]["refused"]) == (
        0,
        "rates",
        1,
        1,
    )
    assert [(str(rate.day), rate.source, rate.target, float(rate.rate)) for rate in Rate.objects.all()] == [
        ("2025-01-01", "EUR", "GBP", 0.84)
    ]
    assert vitalfew("rates", path).code == 0


def test_sales_given_as_rates_are_refused(vitalfew, sales):
    before = everything()
    said = vitalfew("rates", sales)
    assert (said.code, said.out, everything() == before) == (1, "", True)
    assert "sales.csv reads as sales lines, not as currency rates" in said.err


def test_batches_list_and_undo(vitalfew, sales):
    assert (vitalfew("batches").out, vitalfew("batches", "--json").json) == (
        "The ledger is empty. Import a file: vitalfew import sales.xlsx\n",
        [],
    )
    vitalfew("import", sales)
    (row,) = vitalfew("batches", "--json").json
    assert (row["number"], row["file"], row["state"], row["lines"], row["first_day"], row["last_day"]) == (
        1,
        "sales.csv",
        "accepted",
        192,
        "2024-01-01",
        "2025-12-08",
    )
    assert "sales.csv" in vitalfew("batches").out
    said = vitalfew("batches", "--undo", 1)
    assert (said.code, said.out.startswith("Batch 1 (sales.csv) is undone: 192 lines taken out.")) == (0, True)
    assert [row["state"] for row in vitalfew("batches", "--json").json] == ["undone"]


@pytest.mark.parametrize("number", [2, 0, 999])
def test_undoing_what_is_not_there_changes_nothing(vitalfew, sales, number):
    vitalfew("import", sales)
    said = vitalfew("batches", "--undo", number)
    assert (said.code, said.out, said.err.startswith(f"There is no batch {number}.")) == (1, "", True)


def test_undoing_twice_is_refused_and_importing_again_is_not(vitalfew, sales):
    for words in (("import", sales), ("batches", "--undo", 1)):
        vitalfew(*words)
    assert vitalfew("batches", "--undo", 1).code == 1
    said = vitalfew("import", sales, "--json")
    assert (said.code, said.json["state"], said.json["batch"]) == (0, "accepted", 2)


def test_merge_and_unmerge(stocked):
    said = stocked("merge", "C8", "C1", "--reason", "One firm")
    assert (said.code, said.out.startswith("C8 now counts for C1.")) == (0, True)
    assert stocked("merge", "C8", "C2", "--reason", "Again").code == 1
    stocked("refresh")
    assert len(stocked("ranking", "--json").json) == 7
    assert stocked("unmerge", "C8").code == 0
    assert stocked("unmerge", "C8").code == 1


def test_work_in_the_name_of_a_person_is_audited_as_theirs(stocked, tmp_path):
    path = write(tmp_path / "more.csv", monthly(9))
    for words in (("--as", "alice@example.org", "import", path), ("batches", "--undo", "2", "--as", "Alice Head")):
        assert stocked(*words).code == 0
    rows = (
        AuditEntry.objects.filter(target="batch:2")
        .order_by("pk")
        .values_list("verb", "actor__email", "actor_name", "door")
    )
    assert list(rows) == [
        (verb, "alice@example.org", "Alice Head", "cli") for verb in ("ledger.import", "ledger.undo_batch")
    ]
    assert AuditEntry.objects.get(target="batch:1").actor_name == "operator"


def test_a_formula_in_a_cell_is_only_text(vitalfew, tmp_path):
    path = tmp_path / "formula.csv"
    path.write_text(
        csv_of(
            [
                ("N1", "2025-01-13", "=cmd|' /C calc'!A0", "I1", 1, "[red]1.00"),
                ("N2", "2025-01-14", "[bold]B", "I1", 1, "2.00"),
            ],
            HEADER,
        )
    )
    said = vitalfew("import", path)
    assert (said.code, "[red]1.00" in said.out) == (0, True)
