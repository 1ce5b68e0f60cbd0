from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

from vitalfew.demo.scene.wares import CHARGES
from vitalfew.demo.scene.window import holidays

CODES = [code for code, _ in CHARGES]


def kinds(ledger):
    """The kind of each line, told from the exported columns alone."""
    return np.select(
        [
            np.char.startswith(ledger["invoice"], "CN-"),
            np.isin(ledger["item"], CODES),
            ledger["customer"] == "",
            ledger["unit"] == 0,
        ],
        ["credit", "charge", "counter", "free"],
        "sale",
    )


def test_totals_of_truth_match_table(firm, ledger):
    told = firm.truth["ledger"]
    assert (told["lines"], told["net"]) == (firm.lines.num_rows, ledger["net"].sum())
    kind = kinds(ledger)
    assert told["lines_by_kind"] == {name: (kind == name).sum() for name in told["lines_by_kind"]}
    assert told["net_by_kind"] == {name: ledger["net"][kind == name].sum() for name in told["net_by_kind"]}
    assert min(told["lines_by_kind"].values()) > 100


def test_net_is_rounded_once_exactly(firm):
    for row in firm.lines.slice(0, 5000).to_pylist():
        exact = (row["Quantity"] * row["Unit Price"]).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
        assert row["Net Amount"] == exact, row


def test_net_of_accounts_adds_up(firm, ledger, accounts):
    first_entry = {row["customer"]: row["same_as"] for row in firm.truth.tables["doubles"].to_pylist()}
    net = dict.fromkeys(accounts, 0)
    for customer, amount in zip(ledger["customer"].tolist(), ledger["net"].tolist(), strict=True):
        if customer:
            net[first_entry.get(customer, customer)] += amount
    assert net == {customer: row["net"] for customer, row in accounts.items()}


def test_concentration_is_that_of_table(firm, ledger):
    names, place = np.unique(ledger["customer"], return_inverse=True)
    net = np.bincount(place, weights=ledger["net"])[names != ""]
    ranked = np.sort(net[net > 0])[::-1]
    told = firm.truth["ledger"]["concentration"]
    assert told["positive"] == len(ranked)
    assert told["top_20_share"] == round(ranked[: round(0.2 * len(ranked))].sum() / ranked.sum(), 6)
    needed = round(told["share_for_80"] * len(ranked))
    assert ranked[:needed].sum() >= 0.8 * ranked.sum() > ranked[: needed - 1].sum()
    assert 0.60 <= told["top_20_share"] <= 0.90


def test_documents_are_dated_on_workdays(firm, ledger):
    assert np.is_busday(ledger["day"], holidays=holidays(window=firm.window)).all()
    assert firm.window.first <= ledger["day"].min().item() <= ledger["day"].max().item() <= firm.window.last


def test_invoice_belongs_to_one_customer(ledger):
    pairs = set(zip(ledger["invoice"].tolist(), ledger["customer"].tolist(), ledger["day"].tolist(), strict=True))
    assert len(pairs) == len(np.unique(ledger["invoice"]))


def test_invoice_numbers_rise_with_days(ledger):
    for prefix in ("INV-", "CS-", "CN-"):
        chosen = np.char.startswith(ledger["invoice"], prefix)
        numbers = np.char.replace(ledger["invoice"][chosen], prefix, "").astype(int)
        steps = np.diff(numbers)
        assert set(steps.tolist()) == {0, 1}, prefix
        assert (np.diff(ledger["day"][chosen]).astype(int) >= 0).all()


def test_credit_never_exceeds_what_was_bought(firm, ledger):
    first_entry = {row["customer"]: row["same_as"] for row in firm.truth.tables["doubles"].to_pylist()}
    owner = np.array([first_entry.get(customer, customer) for customer in ledger["customer"].tolist()])
    kind = kinds(ledger)
    trading = np.isin(kind, ["sale", "credit"])
    # In the order of days, a customer's balance of an item at a price never falls below zero.
    balance: dict[tuple[str, str, int], int] = {}
    for key in zip(
        owner[trading].tolist(),
        ledger["item"][trading].tolist(),
        ledger["unit"][trading].tolist(),
        ledger["quantity"][trading].tolist(),
        strict=True,
    ):
        balance[key[:3]] = balance.get(key[:3], 0) + key[3]
        assert balance[key[:3]] >= 0, key
    credit = kind == "credit"
    assert (ledger["net"][credit] < 0).all()
    assert (ledger["cost"][credit] <= 0).all()
    assert 0.005 < credit.mean() < 0.04


def test_free_samples_cost_but_earn_nothing(ledger):
    free = kinds(ledger) == "free"
    assert (ledger["net"][free] == 0).all()
    assert (ledger["cost"][free] > 0).all()
    assert (ledger["quantity"][free] > 0).all()


def test_charges_have_neither_list_nor_category(firm):
    items, category, listed = (np.array(firm.lines[name].to_pylist()) for name in ("Item", "Category", "List Price"))
    charge = np.isin(items, CODES)
    assert set(items[charge].tolist()) == set(CODES)
    assert {(a is None, b is None) for a, b in zip(category[charge], listed[charge], strict=True)} == {(True, True)}
    assert {(a is None, b is None) for a, b in zip(category[~charge], listed[~charge], strict=True)} == {(False, False)}


def test_item_comes_once_an_invoice(ledger):
    sold = kinds(ledger) == "sale"
    pairs = np.char.add(np.char.add(ledger["invoice"][sold], "|"), ledger["item"][sold])
    assert len(np.unique(pairs)) == sold.sum()


def test_sales_leave_a_plausible_margin(ledger):
    sold = kinds(ledger) == "sale"
    margin = 1 - ledger["cost"][sold].sum() / ledger["net"][sold].sum()
    assert 0.15 < margin < 0.45
