"""What each estimator of repeat orders does with unusable input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tests.analytics.contract import Case
from tests.analytics.repeat.applied_cases import APPLIED_CASES
from vitalfew.analytics.refusals import BelowZero, NotFinite, NothingThere, OutOfOrder, TooFew
from vitalfew.analytics.repeat import Orders, Regular, fit_mixture, fit_orders

FIRM = Regular(2, 1.2, 5.0, 0.45, 1.0).simulate(np.linspace(5.0, 100.0, 60), np.random.default_rng(1))


def _with(name: str, value: float) -> Orders:
    column = getattr(FIRM, name).copy()
    column[3] = value
    return replace(FIRM, **{name: column})


def _alike(fit: Callable[..., object]) -> Callable[[], object]:
    """Sixty customers who are all the same: the answer is what each of them did."""

    def check() -> object:
        same = Orders(np.full(60, 4.0), np.full(60, 40.0), np.full(60, 50.0), np.full(60, 4 * np.log(10.0)))
        found = fit(orders=same)
        model = getattr(found, "model", found)
        assert np.ptp(model.expected_orders(same, 50.0)) < 1e-9
        assert 2 < model.expected_orders(same, 50.0)[0] < 6
        return found

    return check


def _case(fit: Callable[..., object]) -> Case:
    return Case(
        estimator=fit,
        hostile={
            "nan": lambda: fit(orders=_with("age", np.nan)),
            "inf": lambda: fit(orders=_with("log_gaps", np.inf)),
            "empty": lambda: fit(orders=FIRM.at(slice(0))),
            "one": lambda: fit(orders=FIRM.at(slice(1))),
            "equal": _alike(fit),
            "negative": lambda: fit(orders=_with("repeats", -1.0)),
            "disorder": lambda: fit(orders=_with("last", 1e4)),
        },
        refused={
            "nan": NotFinite,
            "inf": NotFinite,
            "empty": NothingThere,
            "one": TooFew,
            "equal": None,
            "negative": BelowZero,
            "disorder": OutOfOrder,
        },
    )


CASES = [_case(fit_orders), _case(fit_mixture), *APPLIED_CASES]
