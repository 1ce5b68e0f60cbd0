"""Unusable input for the concentration, and what it must do with it."""

from __future__ import annotations

import numpy as np

from tests.analytics.contract import Case
from vitalfew.analytics.concentration import Estimate, measure_concentration
from vitalfew.analytics.refusals import NotFinite

NOTHING = Estimate(None, None, None)


def _of(*values: float) -> object:
    return measure_concentration(values=np.array(values))


def _empty() -> object:
    found = _of()
    assert (found.customers, found.positive, found.top_20_share, found.distance) == (0, 0, NOTHING, NOTHING)
    return found


def _one() -> object:
    found = _of(7.0)
    assert (found.top_20_share, found.gini.value) == (Estimate(1.0, None, None), 0.0)
    return found


def _equal() -> object:
    found = _of(*[3.0] * 40)
    assert (round(found.top_20_share.value, 12), round(found.share_for_80.value, 12)) == (0.2, 0.8)
    return found


def _negative() -> object:
    found = _of(-5.0, -1.0)
    assert (found.customers, found.positive, found.net, found.top_20_share) == (2, 0, -6.0, NOTHING)
    return found


def _disorder() -> object:
    found = _of(1.0, 500.0, 20.0, 250.0)
    assert found.top_20_share == _of(500.0, 250.0, 20.0, 1.0).top_20_share
    return found


CASES = [
    Case(
        measure_concentration,
        hostile={
            "nan": lambda: _of(1.0, np.nan),
            "inf": lambda: _of(1.0, np.inf),
            "empty": _empty,
            "one": _one,
            "equal": _equal,
            "negative": _negative,
            "disorder": _disorder,
        },
        refused={
            "nan": NotFinite,
            "inf": NotFinite,
            "empty": None,
            "one": None,
            "equal": None,
            "negative": None,
            "disorder": None,
        },
    )
]
