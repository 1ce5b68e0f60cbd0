"""Concentration of a ledger: by window, basis and level; the run and the command line find the same."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from tests.ledger.ledgers import HEADER
from tests.sales import monthly
from vitalfew.ledger.models import Customer, Membership, Rate
from vitalfew.selection import finding
from vitalfew.selection.models import ConcentrationFound

COSTED = (*HEADER, "Cost")
SHARES = ("top_20_share", "share_for_80", "gini")


def costed(rows, cost: str):
    return [(*row, cost) for row in rows]


def stored(run: int) -> dict[tuple, dict]:
    return {(row.months, row.basis, row.level): row.found for row in ConcentrationFound.objects.filter(run=run)}


def grouped(*keys: str, since: date = date(2020, 1, 1)) -> Customer:
    group = Customer.objects.create(id=900, key="G", name="The Group", kind="group")
    for key in keys:
        Membership.objects.create(customer=Customer.objects.get(key=key), parent=group, holds_from=since)
    return group


def test_empty_ledger_says_what_to_do(bring):
    with pytest.raises(finding.NothingMeasured, match="vitalfew import"):
        finding.concentration_now(person=None)


def test_whole_ledger_is_counted_to_the_penny(bring):
    bring()
    found = finding.concentration_now(person=None)
    assert (found.as_of, found.months, found.by, found.level) == (date(2025, 12, 8), 0, "revenue", "customer")
    assert (found.lines, found.net, found.customers, found.positive, found.stand_alone) == (192, 24 * 360_00, 8, 8, ())
    assert found.top_20_share == (
        pytest.approx((80 + 70) / 360),
        None,
        None,
    )  # eight customers are too few for an interval
    assert found.share_for_80 == (pytest.approx(5 / 8), None, None)


def test_lines_without_a_customer_count_in_lines_only(bring):
    bring([*monthly(2), ("X1", "2025-12-05", "", "I1", 1, "500.00")])
    found = finding.concentration_now(person=None)
    assert (found.lines, found.net, found.customers) == (49, 24 * 30_00 + 500_00, 2)


def test_window_counts_those_who_bought_in_it(bring):
    bring([*monthly(2), ("X1", "2024-01-05", "OLD", "I1", 1, "5.00")])
    found = finding.concentration_now(person=None, months=12)
    assert (found.lines, found.net, found.customers) == (24, 12 * 30_00, 2)
    assert finding.concentration_now(person=None).customers == 3


@pytest.mark.parametrize(
    ("first", "windows"),
    [
        ("2024-12-10", {0}),
        ("2024-12-09", {0, 12}),
        ("2022-12-10", {0, 12}),
        ("2022-12-09", {0, 12, 36}),
        ("2015-01-01", {0, 12, 36}),
    ],
)
def test_only_windows_inside_the_ledger_are_found(bring, refreshed, first, windows):
    bring([("N1", first, "A", "I1", 1, "5.00"), ("N2", "2025-12-08", "B", "I1", 1, "5.00")])
    assert {key[0] for key in stored(refreshed().run)} == windows


def test_without_costs_there_is_no_margin(bring, refreshed):
    bring()
    assert {key[1] for key in stored(refreshed().run)} == {"revenue"}
    with pytest.raises(finding.CostsMissing, match="margin is unknown"):
        finding.concentration_now(person=None, basis="margin")


def test_margin_is_amount_less_cost_where_known(bring, refreshed):
    bring([*costed(monthly(2), "4.00"), ("X1", "2025-12-03", "C3", "I1", 1, "900.00", "")], header=COSTED)
    found = finding.concentration_now(person=None, basis="margin")
    assert (found.customers, found.positive) == (3, 2)
    assert found.top_20_share[0] == pytest.approx(16 / 22)
    assert stored(refreshed().run)[0, "margin", "customer"]["top_20_share"][0] == pytest.approx(16 / 22)


def test_a_group_is_the_sum_of_its_members(bring, refreshed):
    bring()
    grouped("C7", "C8", "C6")
    found = finding.concentration_now(person=None, level="group")
    assert (found.customers, found.lines, found.net) == (6, 192, 24 * 360_00)
    assert found.top_20_share[0] == pytest.approx((80 + 70) / 360)
    run = stored(refreshed().run)
    assert {key[2] for key in run} == {"customer", "group"}
    assert (run[0, "revenue", "group"]["customers"], run[0, "revenue", "customer"]["customers"]) == (6, 8)


def test_without_a_tree_there_is_no_group_level(bring, refreshed):
    bring()
    assert {key[2] for key in stored(refreshed().run)} == {"customer"}


def test_a_group_counts_on_the_days_it_holds(bring):
    bring()
    grouped("C7", "C8", since=date(2025, 12, 9))
    assert finding.concentration_now(person=None, level="group").customers == 8


def test_run_and_command_line_find_the_same(bring, refreshed):
    bring(costed([*monthly(12), ("X1", "2024-02-05", "OLD", "I1", 1, "5.00")], "3.00"), header=COSTED)
    grouped("C9", "C10")
    found = stored(refreshed().run)
    assert len(found) == 8
    for (months, basis, level), told in found.items():
        now = finding.concentration_now(person=None, months=months, basis=basis, level=level)
        assert (told["customers"], told["positive"]) == (now.customers, now.positive), (months, basis, level)
        assert [told[name] for name in SHARES] == [list(getattr(now, name)) for name in SHARES]


def test_nothing_positive_has_no_share(bring):
    bring([("N1", "2025-01-02", "A", "I1", 1, "-5.00"), ("N2", "2025-01-02", "B", "I1", 1, "0.00")])
    found = finding.concentration_now(person=None)
    assert (found.customers, found.positive, found.top_20_share, found.share_for_80, found.gini) == (
        2,
        0,
        None,
        None,
        None,
    )
    assert {name: found.as_json()[name] for name in SHARES} == dict.fromkeys(SHARES)
    assert found.as_json()["gini_interval"] is None


def test_thirty_customers_give_an_interval(bring):
    bring(monthly(30))
    found = finding.concentration_now(person=None)
    assert all(low < value < high for value, low, high in (found.top_20_share, found.share_for_80, found.gini))


def test_few_customers_give_a_number_without_interval(bring):
    bring()
    told = finding.concentration_now(person=None).as_json()
    assert [told[f"{name}_interval"] for name in SHARES] == [None] * 3
    assert told["share_for_80"] == pytest.approx(5 / 8)


def test_json_keeps_a_number_and_its_interval(bring):
    bring(monthly(30))
    found = finding.concentration_now(person=None)
    told = found.as_json()
    assert [told[name] for name in SHARES] == [getattr(found, name)[0] for name in SHARES]
    assert [told[f"{name}_interval"] for name in SHARES] == [list(getattr(found, name)[1:]) for name in SHARES]


def test_a_currency_without_rate_stands_alone(bring):
    rows = [(*row, "GBP") for row in monthly(3)] + [("E1", "2025-12-02", "E", "I1", 1, "10.00", "EUR")]
    bring(rows, header=(*HEADER, "Currency"))
    found = finding.concentration_now(person=None)
    assert (found.currency, found.stand_alone, found.lines, found.customers) == ("GBP", ("EUR",), 72, 3)
    Rate.objects.create(day=date(2025, 1, 1), source="EUR", target="GBP", rate="0.80")
    found = finding.concentration_now(person=None)
    assert (found.stand_alone, found.lines, found.net) == ((), 73, 24 * 60_00 + 8_00)


def test_stored_curve_runs_from_nothing_to_all(bring, refreshed):
    bring(monthly(30))
    curve = stored(refreshed().run)[0, "revenue", "customer"]["curve"]
    assert (curve[0][:2], curve[-1][:2]) == ([0.0, 0.0], [1.0, 1.0])
    assert all(a[1] <= b[1] for a, b in pairwise(curve))
