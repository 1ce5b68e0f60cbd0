"""Unusable input for the estimators of what is due and what is new, and what they must do with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tests.analytics.contract import KINDS, Case
from vitalfew.analytics.recommend import (
    Purchases,
    fit_due,
    fit_ease,
    fit_new,
    measure_whitespace,
    purchases,
    rank_due,
    recommend_new,
    simulate_purchases,
)
from vitalfew.analytics.refusals import NotFinite, NothingThere

REFUSED = {
    "nan": NotFinite,
    "inf": NotFinite,
    "empty": NothingThere,
    "one": None,
    "equal": None,
    "negative": NothingThere,
    "disorder": None,
}


def lines(count: int | None = None) -> dict[str, Any]:
    """Lines of a small world, one for each purchase."""
    made = simulate_purchases(accounts=60, items=30, days=300, basket=40, rng=np.random.default_rng(5)).purchases
    whole = {
        "account": made.account_name.take(made.account).to_pylist(),
        "item": made.item_name.take(made.item).to_pylist(),
        "day": made.day,
        "quantity": np.ones(made.day.size),
    }
    return {name: column[:count] for name, column in whole.items()}


def shuffled() -> dict[str, Any]:
    order = np.random.default_rng(6).permutation(lines()["day"].size)
    return {name: np.array(column)[order] for name, column in lines().items()}


def _with_first(value: float) -> dict[str, Any]:
    whole = lines()
    return whole | {"quantity": np.r_[value, whole["quantity"][1:]]}


HOSTILE = {
    "nan": lambda: _with_first(np.nan),
    "inf": lambda: _with_first(np.inf),
    "empty": lambda: lines(0),
    "one": lambda: lines(1),
    "equal": lambda: (
        lines() | {"item": ["item 1"] * lines()["day"].size, "day": np.zeros(lines()["day"].size, dtype=int)}
    ),
    "negative": lambda: lines() | {"quantity": -lines()["quantity"]},
    "disorder": shuffled,
}


def _ease(known: Purchases) -> object:
    ease = fit_ease(purchases=known)
    weight = ease.columns(np.arange(known.shape[1]))
    assert np.isfinite(weight).all() and (np.diagonal(weight) == 0).all()
    return weight


def _due(known: Purchases) -> object:
    """One purchase, or none after the first day, teaches nothing: it is ranked, and no chance is told."""
    model = fit_due(purchases=known)
    found = rank_due(model=model, purchases=known)
    assert np.isfinite(found.score).all() and (found.chance is None) == bool(model.missing)
    return found.score


def _new(known: Purchases) -> object:
    """An account that has everything is offered nothing."""
    model = fit_new(purchases=known)
    found = recommend_new(model=model)
    assert np.isfinite(found.score).all() and (found.chance is None) == bool(model.missing)
    return found.score


def _whitespace(known: Purchases) -> object:
    names = [f"category {code % 4}" for code in range(known.shape[1])]
    found = measure_whitespace(purchases=known, category=names)
    assert not (found.gap & found.buys).any() and ((found.share >= 0) & (found.share <= 1)).all()
    return found.share


def _asked(answer: Callable[[Purchases], object], kind: str) -> object:
    found = answer(purchases(frame=HOSTILE[kind](), quantity="quantity"))
    if kind == "disorder":
        assert np.array_equal(found, answer(purchases(frame=lines(), quantity="quantity")))
    return found


def _case(estimator: Callable[..., object], answer: Callable[[Purchases], object]) -> Case:
    return Case(estimator, {kind: partial(_asked, answer, kind) for kind in KINDS}, REFUSED)


CASES = [
    _case(fit_ease, _ease),
    _case(fit_due, _due),
    _case(fit_new, _new),
    _case(measure_whitespace, _whitespace),
]
