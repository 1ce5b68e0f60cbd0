from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from decimal import Decimal

import numpy as np

from vitalfew.demo.trade.prices import BREAK_DISCOUNTS


def by_item(firm):
    """For each item its moves as (valid from, {minimum quantity: price}) in order of days."""
    listed = defaultdict(dict)
    for row in firm.price_list.to_pylist():
        listed[row["Item"]].setdefault(row["Valid From"], {})[row["Min Quantity"]] = row["Price"]
    return {item: sorted(moves.items(), key=lambda move: move[0]) for item, moves in listed.items()}


def tier_price(moves, day, quantity):
    tiers = moves[bisect_right([start for start, _ in moves], day) - 1][1]
    return tiers[max(least for least in tiers if least <= quantity)]


def test_every_break_lowers_the_price(firm):
    for moves in by_item(firm).values():
        for _, tiers in moves:
            prices = [tiers[least] for least in sorted(tiers)]
            assert len(prices) == len(BREAK_DISCOUNTS) == 3
            assert prices[0] > prices[1] > prices[2] > 0


def test_lines_pay_list_break_discount(firm, accounts):
    first_entry = {row["customer"]: row["same_as"] for row in firm.truth.tables["doubles"].to_pylist()}
    listed, seen = by_item(firm), set()
    for row in firm.lines.to_pylist():
        if not row["List Price"] or not row["Unit Price"] or row["Quantity"] < 0:
            continue
        price = tier_price(listed[row["Item"]], row["Invoice Date"], row["Quantity"])
        account = accounts.get(
            first_entry.get(row["Customer"], row["Customer"]), {"discount": 0, "discount_from": None}
        )
        off = account["discount"] if account["discount_from"] and row["Invoice Date"] >= account["discount_from"] else 0
        assert abs(row["Unit Price"] - price * (1 - Decimal(str(off)))) <= Decimal("0.00005"), row
        assert row["List Price"] == tier_price(listed[row["Item"]], row["Invoice Date"], 1)
        seen.add((off > 0, row["Unit Price"] < row["List Price"]))
    assert seen == {(False, False), (False, True), (True, True)}


def test_list_prices_move_enough_times(firm):
    moves = np.array([len(found) - 1 for found in by_item(firm).values()])
    assert np.median(moves) >= 4


def test_large_accounts_get_more_off(accounts):
    net = np.array([row["net"] for row in accounts.values()])
    discount = np.array([row["discount"] for row in accounts.values()])
    assert discount[net > np.quantile(net, 0.8)].mean() > 1.3 * discount[net < np.quantile(net, 0.5)].mean()
    assert 0 < discount.max() <= 0.18
