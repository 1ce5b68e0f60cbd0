"""What a run might have found of accounts 1 to 4, in the arrays that are written."""

from __future__ import annotations

from datetime import date

import numpy as np

from vitalfew.analytics.price import Common
from vitalfew.relationship.behaviour.loyalty import FEW_ORDERS, TOLD, Band, Loyalty
from vitalfew.relationship.behaviour.prices import Breadth, Prices


def prices(**more) -> Prices:
    """Account 1 has a response of its own, 2 too few moves, 3 too few items to compare; 4 is not among them."""
    none = np.zeros(3)
    return Prices(
        **{
            "account": np.array([1, 2, 3]), "index": none, "error": none,
            "centre": np.array([-0.05, 0.021234567, 0.0]), "low": np.array([-0.08, 0.01, -0.1]), "high": np.array([-0.02, 0.03, 0.1]),
            "items": np.array([12, 3, 2]), "lines": np.array([120, 9, 4]), "spend": none, "told": np.array([True, True, False]),
            "response": np.array([-1.8, -1.2, -1.2]), "response_low": np.array([-2.4, -2.6, -2.6]), "response_high": np.array([-1.2, 0.2, 0.2]),
            "own": np.array([True, False, False]), "reason": np.array([0, 3, 4]), "more_sensitive": np.array([0.8765432, 0.5, 0.5]),
            "own_response": none, "own_variance": none,
            "bought_items": np.array([12, 5, 4]), "bought_lines": np.array([150, 40, 21]), "moves": np.array([9, 2, 3]),
            "firm": Common(-1.2, -1.4, -1.0, 0.6), "verdict": "", "reliability": 0.5, "index_reliability": 0.7, "listed": True, "level": 0.9,
            "since": date(2023, 7, 1), "as_of": date(2026, 6, 30), "asked": 3, "accounts_known": 4,
        }
        | more
    )  # fmt: skip


def loyalty() -> Loyalty:
    """Account 1 is told, 2 has ordered once, 4 as 1 but new to the ledger's first days; 3 never ordered."""

    def band(value, low, high):
        return Band(*(np.array([one, np.nan, one]) for one in (value, low, high)))

    return Loyalty(
        account=np.array([1, 2, 4]), orders=np.array([40, 1, 40]), reason=np.array([TOLD, FEW_ORDERS, TOLD]),
        order=band(0.91234567, 0.8, 0.97), active=band(0.95, 0.9, 0.99), coming=band(5.5, 3.0, 8.0), regularity=band(3.4, 2.0, 4.0),
        gap=np.array([14.26, np.nan, 14.26]), cycles=np.array([0.4912, np.nan, 0.4912]), known=np.array([700, 30, 400]),
        at_least=np.array([True, True, False]),
    )  # fmt: skip


def breadth() -> Breadth:
    """Account 1 bought 20 items, 15 of them before; 3 only sent back; 4 bought 8 new ones."""
    days = np.full(3, np.datetime64("2025-03-04"))
    return Breadth(
        account=np.array([1, 3, 4]), items=np.array([20, 0, 8]), items_known=np.array([15, 0, 0]), lines=np.array([90, 0, 30]),
        sale=np.array([100_000, 0, 50_000]), returned=np.array([-2_500, -900, 0]), items_before=np.array([14, 9, 0]),
        items_both=np.array([13, 0, 0]), lines_before=np.array([60, 21, 0]), credit_days=np.array([2, 1, 0]),
        credit_days_before=np.array([7, 0, 0]), all_items=np.array([60, 9, 8]),
        all_lines=np.array([150, 21, 30]), first_day=days, last_day=days,
    )  # fmt: skip
