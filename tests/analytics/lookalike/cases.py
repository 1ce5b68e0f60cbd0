"""Unusable input for the estimators of look-alikes, and what they must do with it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from tests.analytics.contract import KINDS, Case
from vitalfew.analytics.lookalike import Columns, encode, estimate_lift, fit_encoder, fit_lookalike
from vitalfew.analytics.refusals import NotFinite, NothingThere, NothingVaries, TooFew

COLUMNS = Columns(numbers=("employees", "growth"), categories=("industry",))


def _firms(count: int = 60) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    return {
        "employees": np.rint(np.exp(rng.normal(3, 1, count))),
        "growth": rng.normal(0, 1, count),
        "industry": rng.choice(["Bakery", "Dairy", "Mill"], count),
        "best": rng.random(count) < 0.4,
    }


def _changed(**columns: Any) -> dict[str, Any]:
    return _firms() | columns


def _with_first(column: str, value: float) -> dict[str, Any]:
    firms = _firms()
    firms[column] = np.append(value, firms[column][1:].astype(np.float64))
    return firms


HOSTILE = {
    "nan": _with_first("best", np.nan),
    "inf": _with_first("employees", np.inf),
    "empty": _firms(0),
    "one": _firms(1),
    "equal": _changed(employees=np.full(60, 5.0), growth=np.zeros(60), industry=["Mill"] * 60),
    "negative": _changed(growth=-np.abs(_firms()["growth"]) - 1),
    "disorder": {name: column[::-1] for name, column in _firms().items()},
}


def _encoder(frame: dict[str, Any]) -> object:
    """A gap is no error to reading, which knows no best."""
    encoder = fit_encoder(frame=frame, columns=COLUMNS)
    matrix = encode(encoder=encoder, frame=frame).matrix
    assert np.isfinite(matrix).all() and np.allclose(matrix.mean(axis=0), 0.0)
    return encoder


def _chances(frame: dict[str, Any]) -> object:
    chance = fit_lookalike(frame=frame, columns=COLUMNS, best="best").score(frame=frame).chance
    assert ((chance > 0) & (chance < 1)).all()
    same = fit_lookalike(frame=_firms(), columns=COLUMNS, best="best").score(frame=frame).chance
    assert frame is not HOSTILE["disorder"] or np.allclose(chance, same)
    return chance


def _lift(frame: dict[str, Any]) -> object:
    found = estimate_lift(frame=frame, columns=COLUMNS, best="best", draws=50)
    assert 0 <= found.auc.low <= found.auc.value <= found.auc.high <= 1
    return found


REFUSED = {
    "nan": NotFinite,
    "inf": NotFinite,
    "empty": TooFew,
    "one": TooFew,
    "equal": NothingVaries,
    "negative": None,
    "disorder": None,
}
UNREAD = {"nan": None, "inf": NotFinite, "empty": NothingThere, "one": NothingVaries}

CASES = [
    Case(estimator, {kind: partial(run, frames[kind]) for kind in KINDS}, refused)
    for estimator, run, frames, refused in (
        (fit_encoder, _encoder, HOSTILE | {"nan": _with_first("employees", np.nan)}, REFUSED | UNREAD),
        (fit_lookalike, _chances, HOSTILE, REFUSED),
        (estimate_lift, _lift, HOSTILE, REFUSED),
    )
]
