"""What the functions over frames must do with unusable lines; credits and lines in any order are no error."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.analytics.contract import Case
from vitalfew.analytics.features import measure_features, measure_months, measure_pairs
from vitalfew.analytics.refusals import NotFinite, NothingThere

LINES = {"account": list("xxyyz"), "item": list("ababb"), "day": [1, 5, 2, 9, 4], "amount": [3.0, 4.0, 5.0, 6.0, 7.0]}
REFUSED = {
    "nan": NotFinite,
    "inf": NotFinite,
    "empty": NothingThere,
    "one": None,
    "equal": None,
    "negative": None,
    "disorder": None,
}


def _with(**columns: list[Any]) -> dict[str, list[Any]]:
    return LINES | columns


def _first(rows: int) -> dict[str, Any]:
    """The first lines, with types that an empty list would not have."""
    kept = {name: np.array(values)[:rows] for name, values in LINES.items()}
    return kept | {"day": kept["day"].astype(np.int64)}


def _backwards() -> dict[str, list[Any]]:
    return {name: values[::-1] for name, values in LINES.items()}


def _case(estimator: Any, orders: Any, *, credit_alone: Any) -> Case:
    """`orders` counts all orders of a result; `credit_alone` runs on a ledger in which nothing was sold."""

    def asked(frame: Any, wanted: int) -> Any:
        found = estimator(frame=frame, as_of=9)
        assert orders(found) == wanted
        return found

    hostile = {
        "nan": lambda: estimator(frame=_with(amount=[3.0, float("nan"), 5.0, 6.0, 7.0])),
        "inf": lambda: estimator(frame=_with(amount=[3.0, float("inf"), 5.0, 6.0, 7.0])),
        "empty": lambda: estimator(frame=_first(0)),
        "one": lambda: asked(_first(1), 1),
        "equal": lambda: asked(_with(account=["x"] * 5, item=["a"] * 5, day=[4] * 5, amount=[2.0] * 5), 1),
        "negative": credit_alone,
        "disorder": lambda: asked(_backwards(), 5),
    }
    return Case(estimator, hostile, REFUSED)


def _credits(estimator: Any, orders: Any) -> Any:
    def asked() -> Any:
        found = estimator(frame=_with(amount=[3.0, -4.0, -5.0, -6.0, -7.0]), as_of=9)
        assert orders(found) == 1
        assert found.net.sum() in (-19.0, 3.0)
        return found

    return asked


def _counted(found: Any) -> int:
    return int(found.orders.sum())


CASES = [
    _case(one, _counted, credit_alone=_credits(one, _counted))
    for one in (measure_features, measure_months, measure_pairs)
]
