"""Customer lists and currency rates: every row accounted for, the tree dated, what is known brought up to date."""

from __future__ import annotations

from datetime import date

import pytest

from tests.ledger.ledgers import NOW, everything, totals
from vitalfew.ground.errors import Missing
from vitalfew.ledger import batches, operations, rates, tree
from vitalfew.ledger.importing.recognising import NotALedger
from vitalfew.ledger.intake import naming
from vitalfew.ledger.intake.accepting import NothingAccepted
from vitalfew.ledger.models import Alias, Customer, Membership, Rate
from vitalfew.ledger.operations import MergeRefused
from vitalfew.trust.actors import operator

LIST = ("Customer No", "Name", "Parent", "Country", "Town", "Industry", "Size", "Kind", "Alias")
SALE = ("N1", "2024-03-04", "C1", "I1", "2", "2.50")


def facts(key):
    found = Customer.objects.get(key=key)
    return (found.name, found.country, found.town, found.industry, found.size, found.kind)


def test_a_customer_list_adds_names_firms_and_groups(bring):
    report = bring(
        [
            ["C1", "Bolt Ltd", "Bolt Group", "UK", "Leeds", "Tools", "50", "firm", "old-1"],
            ["C2", "Bolt Hull", "C1", "UK", "Hull", "", "", "site", ""],
        ],
        header=LIST,
    )
    assert (report.kind, report.lines["accepted"], report.customers) == ("customers", 2, {"new": 2})
    assert facts("C1") == ("Bolt Ltd", "UK", "Leeds", "Tools", "50", "firm")
    assert facts("C2") == ("Bolt Hull", "UK", "Hull", "", "", "site")
    assert facts("Bolt Group") == ("Bolt Group", "", "", "", "", "group")
    codes = dict(Customer.objects.values_list("key", "pk"))
    assert tree.accounts(level="group", on=NOW.date()) == {
        codes["C1"]: codes["Bolt Group"],
        codes["C2"]: codes["Bolt Group"],
    }
    assert tree.accounts(level="firm", on=NOW.date()) == {codes["C2"]: codes["C1"]}
    assert tree.accounts(level="customer", on=NOW.date()) == {}


def test_a_later_list_changes_what_it_says_and_leaves_the_rest(bring):
    bring([["C1", "Bolt Ltd", "", "UK", "Leeds", "Tools", "50", "", ""]], header=LIST)
    bring([["C1", "Bolt plc", "", "", "York", "", "", "", ""]], header=LIST, name="later.csv")
    assert facts("C1") == ("Bolt plc", "UK", "York", "Tools", "50", "firm")
    assert Customer.objects.get(key="C1").version == 2


def test_an_alias_of_a_list_is_the_customer_in_sales_lines(bring):
    bring([["C1", "Bolt Ltd", "", "", "", "", "", "", "17850"]], header=LIST)
    report = bring([["N1", "2024-03-04", "17850", "I1", "1", "1.00"]], name="lines.csv")
    assert (report.customers["new"], list(Customer.objects.values_list("key", flat=True))) == (0, ["C1"])


def test_rows_of_a_list_that_do_not_fit_are_refused_with_their_cell(bring):
    rows = [["C1", "Bolt Ltd", "Leeds"], ["", "Nobody", "Hull"], ["C3", "Nut Ltd", "York", "more"], ["C4"]]
    report = bring(rows, header=("Customer No", "Name", "Town"))
    assert {key: report.lines[key] for key in ("file", "accepted", "refused")} == {
        "file": 4,
        "accepted": 1,
        "refused": 3,
    }
    assert [(reason["reason"], reason["lines"], reason["first"][0]["cell"]) for reason in report.reasons] == [
        ("no-customer", 1, "A3"), ("too-many-cells", 1, "D4"), ("too-few-cells", 1, "B5"),
    ]  # fmt: skip


def test_a_list_of_which_no_row_can_be_taken_is_refused(bring):
    before = everything()
    with pytest.raises(NothingAccepted, match="None of the 1 lines"):
        bring([["", "Nobody", "Hull"]], header=("Customer No", "Name", "Town"))
    assert everything() == before


def test_a_list_of_forty_thousand_customers_goes_in(bring):
    report = bring(
        [[f"C{number}", f"Firm {number}", "Leeds"] for number in range(40_000)], header=("Customer No", "Name", "Town")
    )
    assert (report.customers["new"], Customer.objects.count()) == (40_000, 40_000)


def test_a_parent_in_sales_lines_holds_from_the_first_day_of_the_file(bring):
    header = ("Invoice", "Date", "Customer", "Amount", "Parent")
    bring([["1", "2024-03-04", "C1", "5.00", "G1"], ["2", "2024-05-04", "C2", "5.00", "\u200b"]], header=header)
    assert list(Membership.objects.values_list("customer__key", "parent__key", "holds_from", "holds_until")) == [
        ("C1", "G1", date(2024, 3, 4), None)
    ]
    bring([["3", "2024-06-04", "C1", "5.00", "G2"]], header=header, name="later.csv")
    assert list(Membership.objects.order_by("pk").values_list("parent__key", "holds_from", "holds_until")) == [
        ("G1", date(2024, 3, 4), date(2024, 6, 3)), ("G2", date(2024, 6, 4), None),
    ]  # fmt: skip


def test_no_customer_belongs_to_itself_in_a_circle(bring):
    bring(
        [["C1", "A", "C2"], ["C2", "B", "C3"], ["C3", "C", "C1"], ["C4", "D", "C4"]],
        header=("Customer No", "Name", "Parent"),
    )
    found = dict(Membership.objects.values_list("customer__key", "parent__key"))
    assert len(found) == 2
    assert not {("C1", "C2"), ("C2", "C3"), ("C3", "C1")} <= set(found.items())
    assert "C4" not in found


def test_merged_customers_are_one_account_until_they_are_parted(bring):
    bring([SALE, ("N2", "2024-03-04", "C2", "I1", "1", "1.00"), ("N3", "2024-03-04", "C3", "I1", "1", "1.00")])
    codes = dict(Customer.objects.values_list("key", "pk"))
    for duplicate, into in (("C1", "C2"), ("C2", "C3")):
        operations.merge_customers(duplicate=duplicate, into=into, reason="the same", by=operator(), at=NOW)
    assert tree.accounts(level="customer", on=NOW.date()) == {codes["C1"]: codes["C3"], codes["C2"]: codes["C3"]}
    for duplicate, into in (("C3", "C1"), ("C1", "C3"), ("C3", "C3")):
        with pytest.raises(MergeRefused):
            operations.merge_customers(duplicate=duplicate, into=into, reason="again", by=operator(), at=NOW)
    operations.unmerge_customer(duplicate="C2", by=operator(), at=NOW)
    assert tree.accounts(level="customer", on=NOW.date()) == {codes["C1"]: codes["C2"]}
    with pytest.raises(MergeRefused):
        operations.unmerge_customer(duplicate="C2", by=operator(), at=NOW)


def test_a_site_of_a_merged_firm_rises_to_the_firm_it_was_merged_into(bring):
    bring(
        [["S1", "Hull", "F1", "site"], ["F1", "Bolt", "", "firm"], ["F2", "Bolt Ltd", "", "firm"]],
        header=("Customer No", "Name", "Parent", "Kind"),
    )
    codes = dict(Customer.objects.values_list("key", "pk"))
    operations.merge_customers(duplicate="F1", into="F2", reason="the same", by=operator(), at=NOW)
    assert tree.accounts(level="firm", on=NOW.date()) == {codes["S1"]: codes["F2"], codes["F1"]: codes["F2"]}


def test_a_customer_is_found_by_number_alias_or_its_only_name(bring):
    bring(
        [["C1", "Bolt Ltd", "old-1"], ["C2", "Nut Ltd", ""], ["C3", "nut ltd", ""]],
        header=("Customer No", "Name", "Alias"),
    )
    assert [operations.find_customer(word).key for word in ("C1", " old-1 ", "bolt LTD")] == ["C1", "C1", "C1"]
    with pytest.raises(Missing, match="Several customers"):
        operations.find_customer("Nut Ltd")
    with pytest.raises(Missing, match="no customer “C9”"):
        operations.find_customer("C9")
    assert Alias.objects.count() == 1


def test_names_of_sales_lines_are_kept_up_to_date(bring):
    header = ("Invoice", "Date", "Customer No", "Customer Name", "Amount")
    bring([["1", "2024-03-04", "C1", "Bolt", "5.00"], ["1", "2024-03-04", "C1", "", "5.00"]], header=header)
    assert facts("C1")[0] == "Bolt"
    bring(
        [["2", "2024-03-05", "C1", "Bolt Ltd", "5.00"], ["3", "2024-03-05", "C2", "x" * 300, "5.00"]],
        header=header,
        name="later.csv",
    )
    assert (facts("C1")[0], facts("C2")[0]) == ("Bolt Ltd", "x" * 200)


RATES = ("Date", "From", "To", "Rate")


def test_rates_are_added_and_one_of_the_same_day_replaced(bring):
    report = bring([["2024-03-01", "eur", "GBP", "0.86"], ["2024-04-01", "EUR", "GBP", "0.85"], ["2024-04-01", "EUR", "EUR", "1"],
                    ["never", "EUR", "GBP", "0.8"], ["2024-04-01", "EUR", "GBP", "0"], ["2024-05-01", "EUR", "GBP"]], header=RATES)  # fmt: skip
    assert (report.kind, report.lines["file"], report.lines["accepted"], report.lines["refused"]) == ("rates", 6, 2, 4)
    assert [(reason["reason"], reason["first"][0]["cell"]) for reason in report.reasons] == [
        ("bad-rate", "D4"),
        ("too-few-cells", "D7"),
    ]
    bring([["2024-04-01", "EUR", "GBP", "0.84"]], header=RATES, name="later.csv")
    assert [f"{rate:.2f}" for rate in Rate.objects.order_by("day").values_list("rate", flat=True)] == ["0.86", "0.84"]


def test_rates_with_a_decimal_comma_are_read_or_asked_for(bring):
    bring([["01.03.2024", "EUR", "GBP", "0,86"]], header=("Datum", "Von", "Nach", "Kurs"))
    assert [f"{rate:.2f}" for rate in Rate.objects.values_list("rate", flat=True)] == ["0.86"]


def test_rates_without_a_column_they_need_are_refused(bring):
    with pytest.raises(NotALedger, match="no column from which date can be read"):
        bring([["x", "EUR", "GBP", "0.86"]], header=RATES)


def test_a_rate_holds_until_the_next_and_its_inverse_serves(bring):
    bring(
        [
            ["2024-03-01", "GBP", "EUR", "1.25"],
            ["2024-04-01", "EUR", "GBP", "0.85"],
            ["2024-03-01", "JPY", "GBP", "0.005"],
        ],
        header=RATES,
    )
    found = [
        (held.currency, held.first, held.last, round(held.factor, 9))
        for held in rates.conversions("GBP", ["EUR", "JPY", "USD"], until=date(2024, 5, 1))
    ]
    assert found == [
        ("EUR", date(2024, 3, 1), date(2024, 3, 31), 0.8), ("EUR", date(2024, 4, 1), date(2024, 5, 1), 0.85),
        ("JPY", date(2024, 3, 1), date(2024, 5, 1), 0.5),
    ]  # fmt: skip
    assert rates.without_rates("GBP", ["EUR", "JPY", "USD"]) == ("USD",)


def test_currencies_meet_only_through_a_dated_rate(bring):
    header = ("Date", "Customer", "Amount", "Currency")
    bring(
        [
            ["2024-03-04", "C1", "10.00", "GBP"],
            ["2024-03-05", "C1", "1.00", "GBP"],
            ["2024-03-04", "C2", "10.00", "EUR"],
            ["2024-02-04", "C2", "7.00", "EUR"],
        ],
        header=header,
    )
    assert (batches.own_currency(), totals()[:2]) == ("EUR", (2, 1700))
    bring([["2024-03-01", "GBP", "EUR", "1.25"]], header=RATES, name="rates.csv")
    assert totals()[:2] == (4, 1700 + 1250 + 125)


def test_known_customers_are_found_by_number_before_alias(bring):
    bring([["C1", "Bolt Ltd", "A1"], ["A2", "Nut Ltd", ""]], header=("Customer No", "Name", "Alias"))
    codes = dict(Customer.objects.values_list("key", "pk"))
    assert naming.known_customers({"C1", "A1", "A2", "none"}) == {
        "C1": codes["C1"],
        "A1": codes["C1"],
        "A2": codes["A2"],
    }
