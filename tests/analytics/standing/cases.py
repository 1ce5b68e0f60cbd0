"""What the standing of customers does with unusable input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.analytics.contract import Case
from tests.analytics.firm import firm
from vitalfew.analytics.standing import Features, Standing, UnusableFeatures, estimate_standing

FIRM = firm(customers=60, seed=4).features
ARRAYS = tuple(name for name in Features.__slots__ if name != "history_days")


def _with(name: str, value: float) -> Features:
    column = getattr(FIRM, name).copy()
    column[3] = value
    return replace(FIRM, **{name: column})


def _first(customers: int) -> Features:
    return replace(FIRM, **{name: getattr(FIRM, name)[:customers] for name in ARRAYS})


def _without_chances(customers: int) -> Standing:
    """Too few to promise anything: a rank, and the reason why there is no chance."""
    found = estimate_standing(features=_first(customers))
    assert found.outlook is None
    assert found.missing.startswith("30 customers with an order are needed")
    assert found.rank.tolist() == [1] * customers
    return found


def _alike() -> Standing:
    found = estimate_standing(
        features=replace(FIRM, **{name: np.repeat(getattr(FIRM, name)[:1], 60) for name in ARRAYS})
    )
    assert found.rank.tolist() == [1] * 60
    assert found.outlook is not None
    assert np.ptp(found.outlook.chance_top) < 0.1
    assert np.isfinite(found.outlook.chance_top).all()
    return found


CASES = [
    Case(
        estimator=estimate_standing,
        hostile={
            "nan": lambda: estimate_standing(features=_with("sum_log", np.nan)),
            "inf": lambda: estimate_standing(features=_with("log_gaps", np.inf)),
            "empty": lambda: _without_chances(0),
            "one": lambda: _without_chances(1),
            "equal": _alike,
            "negative": lambda: estimate_standing(features=_with("orders", -1)),
            "disorder": lambda: estimate_standing(features=_with("last_age", 10_000)),
        },
        refused={
            "nan": UnusableFeatures,
            "inf": UnusableFeatures,
            "empty": None,
            "one": None,
            "equal": None,
            "negative": UnusableFeatures,
            "disorder": UnusableFeatures,
        },
    )
]
