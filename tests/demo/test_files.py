from __future__ import annotations

import csv
import json
from collections import defaultdict
from decimal import Decimal, InvalidOperation

import pyarrow.parquet as pq
import pytest

from vitalfew.demo.files import NotAFolder, write_files


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def readable(row):
    """Whether an honest reader could take this row as a line."""
    try:
        Decimal(row["Quantity"]), Decimal(row["Net Amount"])
    except InvalidOperation:
        return False
    return row["Invoice Date"] not in ("", "2026-02-30")


@pytest.fixture(scope="module")
def told(written):
    return json.loads(written.truth_json.read_text(encoding="utf-8"))["files"]


def test_each_file_has_rows_as_told(written, told):
    for path, facts in zip(written.sales, told, strict=True):
        rows = rows_of(path)
        good = [row for row in rows if readable(row)]
        assert path.name == facts["name"]
        assert (len(rows), len(good)) == (facts["lines"], facts["readable"])
        assert facts["lines"] == facts["readable"] + facts["set_aside"] + facts["refused"]
        assert sum(Decimal(row["Net Amount"]) for row in good) == Decimal(facts["net"]).scaleb(-2)
    assert [facts["set_aside"] for facts in told] == [1, 0, 0]
    assert [facts["refused"] for facts in told] == [0, 0, 3]


def test_later_invoices_replace_earlier_ones(firm, written):
    """Reading the files in order, an invoice that comes again as a whole in place of its first version, gives the ledger."""
    ledger: dict[str, list[tuple[str, ...]]] = {}
    for path in written.sales:
        own = defaultdict(list)
        for row in filter(readable, rows_of(path)):
            own[row["Invoice No"]].append(tuple(row.values()))
        ledger |= own
    expected = defaultdict(list)
    for row in firm.lines.to_pylist():
        expected[row["Invoice No"]].append(tuple("" if value is None else str(value) for value in row.values()))
    assert ledger == expected


def test_only_corrected_invoice_differs_in_overlap(written, told):
    first, second = (defaultdict(list), defaultdict(list))
    for path, found in zip(written.sales, (first, second), strict=False):
        for row in filter(readable, rows_of(path)):
            found[row["Invoice No"]].append(row)
    both = set(first) & set(second)
    overlap = told[1]["overlap"]
    assert (len(both), sum(len(second[invoice]) for invoice in both)) == (overlap["invoices"], overlap["lines"])
    assert {invoice for invoice in both if first[invoice] != second[invoice]} == {overlap["corrected_invoice"]}
    wrong, right = (
        sum(Decimal(row["Net Amount"]) for row in found[overlap["corrected_invoice"]]) for found in (first, second)
    )
    assert wrong - right == Decimal(overlap["net_taken_off"]).scaleb(-2) > 0


def test_totals_row_repeats_its_file(written, told):
    last = rows_of(written.sales[0])[-1]
    assert (last["Invoice No"], last["Customer"]) == ("Total", "")
    assert Decimal(last["Net Amount"]) == Decimal(told[0]["net"]).scaleb(-2)


def test_lists_and_truth_are_complete(firm, written):
    for name in ("customers", "prospects", "survey", "price_list"):
        table, rows = getattr(firm, name), rows_of(getattr(written, name))
        assert list(rows[0]) == table.column_names
        assert len(rows) == table.num_rows
    for name, table in firm.truth.tables.items():
        assert pq.read_table(written.truth / f"{name}.parquet").equals(table)


def test_same_firm_writes_same_bytes(firm, written, tmp_path):
    again = write_files(firm=firm, folder=tmp_path / "again")
    for one, other in zip(
        sorted(written.truth.parent.rglob("*.*")), sorted(again.truth.parent.rglob("*.*")), strict=True
    ):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_file_in_the_way_is_refused(firm, tmp_path):
    (tmp_path / "demo").write_text("mine")
    with pytest.raises(NotAFolder, match="demo is a file"):
        write_files(firm=firm, folder=tmp_path / "demo")
