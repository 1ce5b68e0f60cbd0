"""What the estimators of the lift must do with unusable input; credits and accounts in any order are no error."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.analytics.contract import Case
from vitalfew.analytics.lift import estimate_lift, estimate_randomised, measure_coverage, simulate_lift
from vitalfew.analytics.refusals import NotFinite, NothingThere, NothingVaries, OutOfOrder, TooFew

MADE = simulate_lift(accounts=60, periods=20, treated=8, start=14, lift=0.3, seed=3)
REFUSED = {
    "nan": NotFinite,
    "inf": NotFinite,
    "empty": NothingThere,
    "one": TooFew,
    "equal": NothingVaries,
    "negative": None,
    "disorder": None,
}
MIXED = np.random.default_rng(4).permutation(60)


def _with(cell: float) -> Any:
    outcome = MADE.outcome.copy()
    outcome[20, 5] = cell
    return outcome


def _lift(outcome: Any, treated: Any = MADE.treated, start: Any = 14) -> Any:
    return estimate_lift(outcome=outcome, treated=treated, start=start, picked="random")


def _credits() -> Any:
    """A month in which more came back than went out counts as it is."""
    found = _lift(_with(-50.0))
    assert found.share.low < found.share.value < found.share.high
    assert found.share.value != _lift(MADE.outcome).share.value
    return found


def _coverage(history: Any) -> Any:
    return measure_coverage(history=history, count=5, before=12, after=4, draws=20)


def _sound(history: Any) -> Any:
    found = _coverage(history)
    assert found.draws == 20 and 0 <= found.cover <= 1 and np.isfinite([found.bias, found.rmse, found.error]).all()
    return found


AFTER = MADE.outcome[:, 14:].mean(axis=1)
BEFORE = MADE.outcome[:, :14].mean(axis=1)


def _randomised(outcome: Any, treated: Any = MADE.treated, earlier: Any = BEFORE) -> Any:
    return estimate_randomised(outcome=outcome, treated=treated, earlier=earlier, draws=50)


def _after(value: float) -> Any:
    outcome = AFTER.copy()
    outcome[7] = value
    return outcome


def _given_back() -> Any:
    found = _randomised(AFTER - 2 * AFTER.max())
    assert found.share.value is None and np.isclose(found.effect.value, _randomised(AFTER).effect.value)
    return found


def _mixed_randomised() -> Any:
    found = _randomised(AFTER[MIXED], MADE.treated[MIXED], BEFORE[MIXED])
    assert np.isclose(found.effect.value, _randomised(AFTER).effect.value)
    return found


CASES = [
    Case(
        estimate_lift,
        {
            "nan": lambda: _lift(_with(np.nan)),
            "inf": lambda: _lift(_with(np.inf)),
            "empty": lambda: _lift(np.zeros((0, 20)), np.zeros(0, dtype=bool)),
            "one": lambda: _lift(MADE.outcome[:1], np.ones(1, dtype=bool)),
            "equal": lambda: _lift(np.full_like(MADE.outcome, 7.0)),
            "negative": _credits,
            "disorder": lambda: _lift(MADE.outcome, start=25),
        },
        REFUSED | {"disorder": OutOfOrder},
    ),
    Case(
        measure_coverage,
        {
            "nan": lambda: _coverage(_with(np.nan)),
            "inf": lambda: _coverage(_with(np.inf)),
            "empty": lambda: _coverage(np.zeros((0, 20))),
            "one": lambda: _coverage(MADE.outcome[:1]),
            "equal": lambda: _coverage(np.full_like(MADE.outcome, 7.0)),
            "negative": lambda: _sound(_with(-50.0)),
            "disorder": lambda: _sound(MADE.outcome[MIXED]),
        },
        REFUSED,
    ),
    Case(
        estimate_randomised,
        {
            "nan": lambda: _randomised(_after(np.nan)),
            "inf": lambda: _randomised(_after(np.inf)),
            "empty": lambda: _randomised(AFTER[:0], MADE.treated[:0], None),
            "one": lambda: _randomised(AFTER[:1], MADE.treated[:1], None),
            "equal": lambda: _randomised(np.full_like(AFTER, 7.0)),
            "negative": _given_back,
            "disorder": _mixed_randomised,
        },
        REFUSED,
    ),
]
