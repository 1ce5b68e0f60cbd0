"""Every line of a file is accounted for: accepted, corrected, set aside or refused, with its reason, row and cell."""

from __future__ import annotations

import csv
import io
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.ledgers import HEADER, counting, take
from vitalfew.ledger.models import Batch, Customer, Product
from vitalfew.trust.files import path_of

GOOD = ["N1", "2024-03-04", "C1", "I1", "2", "2.50"]


def changed(place: int, cell: str) -> list[str]:
    return [*GOOD[:place], cell, *GOOD[place + 1 :]]


# What a row is, with its cells, and for what is not taken the reason and the letter of the cell.
ROWS = {
    "good": (GOOD, "accepted", "", ""),
    "dear": (changed(5, "1,234.50"), "accepted", "", ""),
    "credit": (changed(4, "(2)"), "accepted", "", ""),
    "nobody": (changed(2, ""), "accepted", "", ""),
    "free": (changed(5, "0"), "accepted", "", ""),
    "serial": (changed(1, "45355"), "corrected", "", ""),
    "float id": (changed(2, "17850.0"), "corrected", "", ""),
    "spaced id": (changed(3, "I  1"), "corrected", "", ""),
    "no date": (changed(1, ""), "refused", "no-date", "B"),
    "bad date": (changed(1, "2024-02-30"), "refused", "bad-date", "B"),
    "bad quantity": (changed(4, "two"), "refused", "bad-quantity", "E"),
    "excel error": (changed(5, "#N/A"), "refused", "bad-unit_price", "F"),
    "not a number": (changed(5, "nan"), "refused", "bad-unit_price", "F"),
    "no price": (changed(5, ""), "refused", "no-amount", ""),
    "huge": (["N1", "2024-03-04", "C1", "I1", "8000000000000", "2"], "refused", "too-large", ""),
    "too many": ([*GOOD, "left over"], "refused", "too-many-cells", "G"),
    "too few": (GOOD[:4], "refused", "too-few-cells", "E"),
    "total": (["", "", "Total", "", "12", ""], "set_aside", "totals", ""),
    "bare total": (["", "", "", "", "", "17.50"], "set_aside", "totals", ""),
    "header": (list(HEADER), "set_aside", "header-again", ""),
    "blank": ([""] * 6, "", "", ""),
}
PLAIN = 30


def file_of(names: list[str]) -> str:
    made = io.StringIO()
    # Plain lines settle the reading, so that no random row can make it a question, and the width of the table.
    csv.writer(made, lineterminator="\n").writerows(
        [HEADER, *[GOOD, changed(5, "0.5")] * (PLAIN // 2), *(ROWS[name][0] for name in names)]
    )
    return made.getvalue()


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(sorted(ROWS)), max_size=25))
def test_the_four_kinds_of_lines_add_up_to_the_file_with_row_and_cell(names):
    with tempfile.TemporaryDirectory() as home, override_settings(VITALFEW_HOME=Path(home)), transaction.atomic():
        path = Path(home) / "sales.csv"
        path.write_text(file_of(names))
        report = take(path)
        told = Counter(ROWS[name][1] for name in names if ROWS[name][1]) + Counter(accepted=PLAIN)
        lines = report.lines
        assert {name: lines[name] for name in ("accepted", "corrected", "set_aside", "refused")} == {
            name: told[name] for name in ("accepted", "corrected", "set_aside", "refused")
        }
        assert lines["file"] == told.total()
        assert sum(counting().values()) == Batch.objects.get().lines == told["accepted"] + told["corrected"]
        expected: dict[str, list[str]] = {}
        for row, name in enumerate(names, start=PLAIN + 2):
            _, _, reason, letter = ROWS[name]
            if reason:
                expected.setdefault(reason, []).append(f"{letter}{row}")
        assert {reason["reason"]: reason["lines"] for reason in report.reasons} == {
            word: len(rows) for word, rows in expected.items()
        }
        assert {reason["reason"]: [cell["cell"] for cell in reason["first"]] for reason in report.reasons} == {
            word: rows[:5] for word, rows in expected.items()
        }
        _the_refused_file_holds(names)
        transaction.set_rollback(True)


def _the_refused_file_holds(names: list[str]) -> None:
    refused = Batch.objects.get().refused
    rows = [row for row, name in enumerate(names, start=PLAIN + 2) if ROWS[name][2]]
    if not rows:
        assert refused is None
        return
    with path_of(refused).open(newline="", encoding="utf-8") as file:
        header, *found = csv.reader(file)
    assert header == [*HEADER, "Row in the file", "Cell", "Why", "What stood there"]
    assert [int(row[6]) for row in found] == rows
    assert [row[8] for row in found] == [ROWS[name][2] for name in names if ROWS[name][2]]


def test_who_stands_in_refused_lines_alone_becomes_no_customer(bring):
    report = bring([GOOD, ["N2", "never", "C2", "I2", "1", "1.00"], ["", "", "Total", "", "3", ""], list(HEADER)])
    assert (report.customers["new"], report.items["new"]) == (1, 1)
    assert list(Customer.objects.values_list("key", flat=True)) == ["C1"]
    assert list(Product.objects.values_list("key", flat=True)) == ["I1"]


def test_a_customer_of_a_refused_line_who_buys_later_is_one_customer(bring):
    bring([["N2", "never", "C2", "I2", "1", "1.00"], GOOD, ["N3", "2024-03-05", "C2", "I1", "1", "1.00"]])
    assert sorted(Customer.objects.values_list("key", flat=True)) == ["C1", "C2"]
    assert sorted({row[1] for row in counting()}) == ["C1", "C2"]


def test_refused_rows_can_be_mended_and_imported_again(bring, tmp_path):
    report = bring([GOOD, changed(1, "2024-02-30"), ["N5", "2024-03-04", "=C5", "-x", "-£5", "+1"]])
    assert report.lines["refused"] == 1
    with path_of(Batch.objects.get().refused).open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    mended = tmp_path / "mended.csv"
    with mended.open("w", newline="") as file:
        csv.writer(file).writerows([rows[0], [rows[1][0], "2024-02-29", *rows[1][2:]]])
    again = take(mended)
    assert (again.lines["file"], again.lines["accepted"], again.lines["refused"]) == (1, 1, 0)


@pytest.mark.parametrize(
    "words",
    [
        "Total",
        "TOTAL",
        "Totals:",
        "Grand Total",
        "Sub-total",
        "Subtotal",
        "Summe",
        "Gesamtsumme",
        "Zwischensumme",
        "Total général",
        "Suma",
        "Total March",
    ],
)
def test_a_row_that_names_itself_a_total_is_set_aside(bring, words):
    report = bring([GOOD, [words, "", "", "", "2", "5.00"]])
    assert (report.lines["set_aside"], report.net) == (1, 500)


@pytest.mark.parametrize(
    ("place", "words"), [(2, "Total Oil GmbH"), (2, "Sum Ltd"), (3, "Total Gym"), (3, "Summe"), (2, "Totally Ltd")]
)
def test_a_customer_or_item_called_total_is_no_total(bring, place, words):
    report = bring([GOOD, changed(place, words)])
    assert (report.lines["set_aside"], report.net) == (0, 1000)


def test_repeats_of_a_line_are_kept_and_counted(bring):
    report = bring([GOOD, GOOD, GOOD, changed(4, "3"), ["bad"] * 6, ["bad"] * 6])
    assert (report.repeats, report.net, report.lines["refused"]) == (2, 3 * 500 + 750, 2)


def test_notices_count_lines_by_what_was_recognised(bring):
    report = bring([
        GOOD, ["C7", "2024-03-04", "C1", "I1", "-2", "2.50"], ["N2", "2024-03-04", "", "I1", "1", "1.00"],
        ["N3", "2024-03-04", "C1", "I1", "1", "0"], ["N4", "2024-03-04", "", "I1", "-9", "0"], ["N5", "2024-03-04", "C1", "POSTAGE", "1", "3.00"],
    ])  # fmt: skip
    assert report.notices == {
        "adjustment": 1, "charge": 1, "credit": 1, "credit-note": 1, "free": 1, "negative-quantity": 2, "no-customer": 2, "sale": 2, "zero-price": 2,
    }  # fmt: skip


def test_a_product_of_an_earlier_file_stays_what_it_was_judged_to_be(bring):
    header = (*HEADER, "Description")
    bring([[*GOOD, "Steel tray"]], header=header)
    report = bring([["N9", "2024-03-05", "C1", "I1", "1", "1.00", "Discount"]], header=header, name="later.csv")
    assert report.notices == {"sale": 1}
    assert list(Product.objects.values_list("key", "is_charge")) == [("I1", False)]


def test_rounding_is_told_as_the_exact_total_less_the_rounded_lines(bring):
    report = bring(
        [changed(5, "0.005"), changed(5, "0.0075"), changed(5, "1.001"), ["N2", "bad", "C1", "I1", "1", "0.001"]]
    )
    # 0.01 + 0.015 + 2.002 exactly, 0.01 + 0.02 + 2.00 stored: the half goes to the even penny
    assert (report.net, report.rounding) == (203, "-0.003")


def test_each_currency_has_its_own_coin_and_its_own_net(bring):
    header = ("Invoice", "Date", "Customer", "Amount", "Currency", "Cost")
    report = bring(
        [
            ["N1", "2024-03-04", "C1", "1000.4", "JPY", "600"],
            ["N2", "2024-03-04", "C1", "1.2345", "KWD", "1.0001"],
            ["N3", "2024-03-04", "C1", "9.99", "€", "5"],
            ["N4", "2024-03-04", "C1", "10.01", "eur", ""],
            ["N5", "2024-03-04", "C1", "1", "euro", ""],
        ],
        header=header,
    )
    assert report.nets == {"JPY": 1000, "KWD": 1234, "EUR": 2000}
    assert (report.currency, report.net, report.currencies) == ("EUR", 2000, {"JPY": 1, "KWD": 1, "EUR": 2})
    assert [(reason["reason"], reason["first"][0]["cell"]) for reason in report.reasons] == [("bad-currency", "E6")]


def test_the_currency_of_a_file_that_names_none_is_said_or_the_firms_own(bring):
    first = bring([GOOD], currency="jpy")
    assert (first.currency, first.net) == ("JPY", 5)
    second = bring([["N2", *GOOD[1:]]], name="later.csv")
    assert (second.currency, second.net) == ("JPY", 5)


def test_numbering_that_restarts_each_year_is_kept_apart_and_empty_numbers_by_customer_and_day(bring):
    rows = [["1", "2023-03-04", "C1", "I1", "1", "1"], ["1", "2024-03-04", "C2", "I1", "1", "1"], ["", "2024-03-04", "C1", "I1", "1", "1"],
            ["", "2024-03-05", "C1", "I1", "1", "1"], ["", "2024-03-05", "C2", "I1", "1", "1"], ["", "2024-03-05", "C2", "I2", "1", "1"]]  # fmt: skip
    report = bring(rows, invoices="yearly")
    assert report.invoices["new"] == 5


def test_a_file_without_invoice_numbers_is_replaced_by_customer_and_day(bring):
    header = ("Date", "Customer", "Amount")
    bring([["2024-03-04", "C1", "5.00"], ["2024-03-04", "C2", "6.00"], ["2024-03-05", "C1", "7.00"]], header=header)
    report = bring(
        [["2024-03-04", "C1", "5.50"], ["2024-03-04", "C1", "1.00"], ["2024-03-04", "C2", "6.00"]],
        header=header,
        name="later.csv",
    )
    assert {key: report.invoices[key] for key in ("new", "replaced", "unchanged", "vanished")} == {
        "new": 0,
        "replaced": 1,
        "unchanged": 1,
        "vanished": 0,
    }
    assert sum(amount * count for (*_, amount), count in counting().items()) == 550 + 100 + 600 + 700
