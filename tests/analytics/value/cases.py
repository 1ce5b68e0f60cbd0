"""What the estimators of value must do with unusable customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.analytics.contract import Case
from tests.analytics.value.invented import ORDERS, firm
from vitalfew.analytics.refusals import BelowZero, NotFinite, NothingThere, NothingVaries, OutOfOrder, TooFew
from vitalfew.analytics.repeat import Orders
from vitalfew.analytics.value import (
    GammaGamma,
    estimate_value,
    fit_gamma_gamma,
    fit_order_value,
)

FIRM = firm(customers=60, seed=1)
KNOWN = FIRM.known()
COUNT = np.arange(60) % 6 + 1.0
MEAN = GammaGamma(5.0, 3.0, 20.0).simulate(COUNT, np.random.default_rng(1))[0]


def _spoilt(column: np.ndarray, value: float) -> np.ndarray:
    return np.where(np.arange(column.size) == 7, value, column)


def _mixed(run: Callable[..., Any], told: Callable[[Any], Any], **columns: np.ndarray) -> Any:
    """Customers in another order are no error: the answer is the same."""
    found = run(**{name: column[::-1] for name, column in columns.items()})
    assert np.allclose(told(found), told(run(**columns)))
    return found


def _gamma_gamma() -> Case:
    hostile = {
        "nan": lambda: fit_gamma_gamma(count=COUNT, mean=_spoilt(MEAN, np.nan)),
        "inf": lambda: fit_gamma_gamma(count=_spoilt(COUNT, np.inf), mean=MEAN),
        "empty": lambda: fit_gamma_gamma(count=COUNT[:0], mean=MEAN[:0]),
        "one": lambda: fit_gamma_gamma(count=COUNT[:1], mean=MEAN[:1]),
        "equal": lambda: fit_gamma_gamma(count=np.full(60, 3.0), mean=np.full(60, 9.0)),
        "negative": lambda: fit_gamma_gamma(count=COUNT, mean=_spoilt(MEAN, -1.0)),
        "disorder": lambda: _mixed(fit_gamma_gamma, _parameters, count=COUNT, mean=MEAN),
    }
    refused = {"nan": NotFinite, "inf": NotFinite, "empty": NothingThere, "one": TooFew, "equal": NothingVaries}
    return Case(fit_gamma_gamma, hostile, refused | {"negative": BelowZero, "disorder": None})


def _parameters(found: Any) -> list[float]:
    return [found.model.p, found.model.q, found.model.v]


def _order_value() -> Case:
    def run(**changed: np.ndarray) -> Any:
        return fit_order_value(**KNOWN | changed)

    hostile = {
        "nan": lambda: run(sum_log=_spoilt(KNOWN["sum_log"], np.nan)),
        "inf": lambda: run(net=_spoilt(KNOWN["net"], np.inf)),
        "empty": lambda: fit_order_value(**{name: column[:0] for name, column in KNOWN.items()}),
        "one": lambda: fit_order_value(**{name: column[:1] for name, column in KNOWN.items()}),
        "equal": _all_equal,
        "negative": lambda: run(sale=_spoilt(KNOWN["sale"], -5.0)),
        "disorder": lambda: run(sum_log_squared=_spoilt(KNOWN["sum_log_squared"], 0.0)),
    }
    refused = {"nan": NotFinite, "inf": NotFinite, "empty": NothingThere, "one": TooFew, "equal": None}
    return Case(fit_order_value, hostile, refused | {"negative": BelowZero, "disorder": OutOfOrder})


def _all_equal() -> Any:
    """Customers that are all alike have values that are all alike."""
    ones, log = np.ones(40), np.log(1_000.0)
    sums = {"sum_log": 3 * log * ones, "sum_log_squared": 3 * log**2 * ones, "sale": 3_000 * ones, "net": 3_000 * ones}
    found = fit_order_value(count=3 * ones, log_rate=ones, **sums)
    assert np.allclose(found.mean, 1_000, rtol=1e-3)
    return found


def _value() -> Case:
    worth = fit_order_value(**KNOWN)
    columns = ("repeats", "last", "age", "log_gaps")

    def run(rows: slice = slice(None), **changed: np.ndarray) -> Any:
        orders = Orders(*(changed.get(name, getattr(FIRM.orders, name)) for name in columns)).at(rows)
        count = KNOWN["count"][rows]
        model = GammaGamma(3.0, 3.0, 20_000.0).worth(count, KNOWN["sale"][rows] / count)
        return estimate_value(model=ORDERS, orders=orders, worth=model if rows != slice(None) else worth)

    def sound(found: Any, customers: int) -> Any:
        assert found.value.size == customers
        assert (found.low <= found.high).all() and (found.value >= 0).all()
        return found

    ones = np.ones(60)
    hostile = {
        "nan": lambda: run(age=_spoilt(FIRM.orders.age, np.nan)),
        "inf": lambda: run(repeats=_spoilt(FIRM.orders.repeats, np.inf)),
        "empty": lambda: run(slice(0, 0)),
        "one": lambda: sound(run(slice(0, 1)), 1),
        "equal": lambda: sound(run(repeats=3 * ones, last=10 * ones, age=12 * ones, log_gaps=3 * ones), 60),
        "negative": lambda: run(repeats=_spoilt(FIRM.orders.repeats, -1.0)),
        "disorder": lambda: run(age=_spoilt(FIRM.orders.age, 0.0), last=_spoilt(FIRM.orders.last, 5.0)),
    }
    refused = {"nan": NotFinite, "inf": NotFinite, "empty": NothingThere, "one": None, "equal": None}
    return Case(estimate_value, hostile, refused | {"negative": BelowZero, "disorder": OutOfOrder})


CASES = [_gamma_gamma(), _order_value(), _value()]
