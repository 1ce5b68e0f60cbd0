"""What each estimator of repeat orders does with unusable input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from tests.analytics.contract import Case
from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.refusals import BelowZero, NotFinite, NothingThere, OutOfOrder, TooFew
from vitalfew.analytics.repeat import fit_mixture, fit_orders
from vitalfew.analytics.repeat.combined import fit_combined
from vitalfew.analytics.repeat.due import estimate_due
from vitalfew.analytics.repeat.forecast import estimate_orders
from vitalfew.analytics.repeat.forgetting import fit_forgetting
from vitalfew.analytics.repeat.orders import Orders
from vitalfew.analytics.repeat.pareto import Pareto
from vitalfew.analytics.repeat.pareto_fitting import fit_pareto
from vitalfew.analytics.repeat.regular import Regular
from vitalfew.analytics.repeat.season import estimate_season
from vitalfew.analytics.repeat.simulated_days import simulate_days

FIRM = Pareto(0.8, 5.0, 0.6, 40.0).simulate(np.linspace(5.0, 100.0, 60), np.random.default_rng(1))
DAYS = simulate_days(
    model=Regular(2, 1.0, 8.0, 0.4, 6.0), customers=80, weeks=120, joining=0.3, rng=np.random.default_rng(2)
)
WEEK_108 = 108 * 7
LINES = {
    "account": np.repeat([f"a{one}" for one in range(10)], 16),
    "item": np.tile(np.repeat([f"i{one}" for one in range(4)], 4), 10),
    "day": np.tile([0, 20, 50, 70], 40) + np.repeat(np.arange(40), 4),
    "amount": np.linspace(1.0, 9.0, 160),
}


def _of_orders(fit: Callable[..., Any]) -> Case:
    def having(name: str, value: float) -> Orders:
        column = getattr(FIRM, name).copy()
        column[3] = value
        return replace(FIRM, **{name: column})

    def equal() -> object:
        same = Orders(np.full(60, 4.0), np.full(60, 40.0), np.full(60, 50.0), np.full(60, 4 * np.log(10.0)))
        found = fit(orders=same)
        model = getattr(found, "model", found)
        assert np.ptp(model.expected_orders(same, 50.0)) < 1e-9
        assert 2 < model.expected_orders(same, 50.0)[0] < 6
        return found

    hostile = {
        "nan": lambda: fit(orders=having("age", np.nan)),
        "inf": lambda: fit(orders=having("last", np.inf)),
        "empty": lambda: fit(orders=FIRM.at(slice(0))),
        "one": lambda: fit(orders=FIRM.at(slice(1))),
        "equal": equal,
        "negative": lambda: fit(orders=having("repeats", -1.0)),
        "disorder": lambda: fit(orders=having("last", 1e4)),
    }
    refused = {
        "nan": NotFinite,
        "inf": NotFinite,
        "empty": NothingThere,
        "one": TooFew,
        "equal": None,
        "negative": BelowZero,
        "disorder": OutOfOrder,
    }
    return Case(fit, hostile, refused)


def _of_days(estimate: Callable[..., Any], none: Callable[[Any], bool] | None) -> Case:
    """`none` says whether an answer is that there is nothing; without it one customer is too few.

    Days before 1970 are days like others.
    """

    def ask(days: OrderDays, day: int = WEEK_108) -> Any:
        return estimate(days=days, day=day, weeks=12.0)

    def having(value: float) -> OrderDays:
        day = DAYS.day.astype(np.float64)
        day[5] = value
        return replace(DAYS, day=day)

    def nothing(days: OrderDays) -> object:
        found = ask(days)
        assert none is None or (none(found) and found.why.startswith("none, because"))
        return found

    def shifted() -> object:
        found = ask(replace(DAYS, day=DAYS.day - 20_000), WEEK_108 - 20_000)
        assert _why(found) == _why(ask(DAYS))
        return found

    one = int(DAYS.start[1])
    same = OrderDays(np.arange(61) * 6, np.tile([0, 120, 240, 360, 480, 600], 60), np.ones(360))
    hostile = {
        "nan": lambda: ask(having(np.nan)),
        "inf": lambda: ask(having(np.inf)),
        "empty": lambda: ask(OrderDays(np.array([0]), np.array([], dtype=np.int64), np.array([]))),
        "one": lambda: nothing(OrderDays(DAYS.start[:2], DAYS.day[:one], DAYS.value[:one])),
        "equal": lambda: _sound(ask(same)),
        "negative": shifted,
        "disorder": lambda: ask(replace(DAYS, day=DAYS.day[::-1])),
    }
    refused = {
        "nan": NotFinite,
        "inf": NotFinite,
        "empty": NothingThere,
        "one": TooFew if none is None else None,
        "equal": None,
        "negative": None,
        "disorder": OutOfOrder,
    }
    return Case(estimate, hostile, refused)


def _due() -> Case:
    def ask(**columns: Any) -> Any:
        return estimate_due(frame=LINES | columns, as_of=110)

    def having(value: float) -> Any:
        amount = LINES["amount"].copy()
        amount[7] = value
        return ask(amount=amount)

    def first(rows: int) -> Any:
        return estimate_due(frame={name: column[:rows] for name, column in LINES.items()}, as_of=110)

    def sound(found: Any) -> object:
        assert ((found.chance >= 0) & (found.chance <= 1)).all() and np.isfinite(found.quiet).all()
        return found

    def backwards() -> object:
        found = estimate_due(frame={name: column[::-1] for name, column in LINES.items()}, as_of=110)
        assert found.chance.tolist() == ask().chance.tolist()
        return found

    hostile = {
        "nan": lambda: having(np.nan),
        "inf": lambda: having(np.inf),
        "empty": lambda: first(0),
        "one": lambda: first(1),
        "equal": lambda: sound(ask(day=np.tile([0, 30, 60, 90], 40), amount=np.ones(160))),
        "negative": lambda: ask(amount=-LINES["amount"]),
        "disorder": backwards,
    }
    refused = {
        "nan": NotFinite,
        "inf": NotFinite,
        "empty": NothingThere,
        "one": TooFew,
        "equal": None,
        "negative": NothingThere,
        "disorder": None,
    }
    return Case(estimate_due, hostile, refused)


def _why(found: Any) -> str:
    """The sentence of a season or a half-life, or both of a forecast."""
    return str(found.why) if hasattr(found, "why") else f"{found.forgetting.why}; {found.season.why}"


def _sound(found: Any) -> object:
    if hasattr(found, "factor"):
        assert 0 < found.factor < 20
    elif hasattr(found, "half_life"):
        assert found.half_life > 0
    else:
        assert np.isfinite(found.expected).all() and np.ptp(found.expected) < 1e-9
    return found


CASES = [
    _of_orders(fit_orders),
    _of_orders(fit_mixture),
    _of_orders(fit_pareto),
    _of_orders(fit_combined),
    _of_days(fit_forgetting, lambda found: np.isinf(found.half_life)),
    _of_days(estimate_season, lambda found: found.factor == 1),
    _of_days(estimate_orders, None),
    _due(),
]
