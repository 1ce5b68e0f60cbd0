"""What the estimators of prices must do with unusable lines and rows; credits, and lines in any order, are no error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tests.analytics.contract import Case
from vitalfew.analytics.price import (
    Cells,
    fit_response,
    fit_slopes,
    measure_panel,
    measure_panel_of,
    measure_realisation,
    measure_realisation_of,
    simulate_panel,
    simulate_prices,
    simulate_response,
)
from vitalfew.analytics.price.cells import added_up
from vitalfew.analytics.price.lines import Columns, read_lines
from vitalfew.analytics.refusals import BelowZero, NotFinite, NothingThere, NothingVaries, OutOfOrder, TooFew

PRICES = simulate_prices(seed=3, accounts=12, items=6, months=6, lines=600).frame
PANEL = simulate_panel(seed=3, accounts=40, items=20, months=24).panel
CELLS = added_up(read_lines(PRICES, Columns("account", "item", "day", "quantity", None, "price", None)))
BY_CELL = ("account", "item", "month", "size", "lines", "orders", "quantity", "spend", "log_price", "scatter")
ROWS = simulate_response(seed=3, accounts=30, items=20, months=12)


def columns(**changed: Any) -> dict[str, Any]:
    return {name: PRICES[name].to_numpy() for name in PRICES.column_names} | changed


def with_first(values: Any, wrong: float) -> Any:
    spoilt = np.array(values, dtype=np.float64)
    spoilt[0] = wrong
    return spoilt


def one_account() -> dict[str, Any]:
    mine = columns()["account"] == "A1"
    return {name: values[mine] for name, values in columns().items()}


def equal_lines() -> dict[str, Any]:
    names = np.repeat(["A", "B"], 5)
    day = np.full(10, np.datetime64("2024-01-03"))
    return {"account": names, "item": ["P"] * 10, "day": day, "quantity": np.ones(10), "price": np.full(10, 2.0)}


def with_credits() -> dict[str, Any]:
    """All lines, and each tenth of them once more as a credit note."""
    back = {name: values[::10] for name, values in columns().items()} | {"quantity": -columns()["quantity"][::10]}
    return {name: np.concatenate((values, back[name])) for name, values in columns().items()}


def by_name(names: Any, values: Any) -> dict[str, float]:
    return dict(zip(names.to_pylist(), np.asarray(values).tolist(), strict=True))


def realisation_of_equal_prices() -> object:
    found = measure_realisation(frame=equal_lines(), price="price")
    assert found.index.tolist() == [0, 0] and found.common.spread == 0 and not found.told.any()
    return found


def realisation_is_the_same(frame: Any, *, credit_notes: int) -> object:
    plain, found = measure_realisation(frame=PRICES, price="price"), measure_realisation(frame=frame, price="price")
    one, other = by_name(plain.accounts, plain.centre), by_name(found.accounts, found.centre)
    assert {name: round(value, 9) for name, value in one.items()} == {name: round(other[name], 9) for name in one}
    assert found.left_out["credit note"] == credit_notes
    return found


def panel_of_equal_prices() -> object:
    found = measure_panel(frame=equal_lines(), price="price")
    assert found.quantity.tolist() == [5, 5] and found.price.tolist() == [np.log(2)] * 2
    return found


def panel_is_the_same(frame: Any, *, credit_notes: int) -> object:
    plain, found = measure_panel(frame=PRICES, price="price"), measure_panel(frame=frame, price="price")
    assert (found.quantity.sum(), found.quantity.size) == (plain.quantity.sum(), plain.quantity.size)
    assert found.left_out["credit note"] == credit_notes
    return found


def response_to_nothing() -> object:
    still = replace(
        PANEL, price=np.zeros_like(PANEL.price), quantity=np.sign(PANEL.quantity), orders=np.sign(PANEL.orders)
    )
    found = fit_response(panel=still)
    assert found.verdict.startswith("No price moved") and not found.own.any()
    return found


def slopes_of(rows: slice | Any = slice(None), **changed: Any) -> Any:
    told = {"account": ROWS.account, "log_price": ROWS.log_price, "log_volume": ROWS.log_volume} | changed
    return fit_slopes(**{name: values[rows] for name, values in told.items()})


def slopes_in_any_order() -> object:
    found, plain = slopes_of(slice(None, None, -1)), slopes_of()
    assert np.allclose(found.centre, plain.centre, rtol=1e-7)
    return found


def slopes_below_zero() -> object:
    """Logarithms may be negative: shifting all prices and volumes changes no slope."""
    found, plain = slopes_of(log_price=ROWS.log_price - 9, log_volume=ROWS.log_volume - 9), slopes_of()
    assert np.allclose(found.centre, plain.centre, rtol=1e-6)
    return found


OF_FRAMES = {
    "nan": NotFinite,
    "inf": NotFinite,
    "empty": NothingThere,
    "one": TooFew,
    "equal": None,
    "negative": None,
    "disorder": None,
}


def of_frames(estimator: Any, equal: Any, same: Any) -> Case:
    def asked(**changed: Any) -> Any:
        return lambda: estimator(frame=columns(**changed), price="price")

    hostile = {
        "nan": asked(price=with_first(columns()["price"], np.nan)),
        "inf": asked(quantity=with_first(columns()["quantity"], np.inf)),
        "empty": lambda: estimator(frame=PRICES.slice(0, 0), price="price"),
        "one": lambda: estimator(frame=one_account(), price="price"),
        "equal": equal,
        "negative": lambda: same(with_credits(), credit_notes=60),
        "disorder": lambda: same({name: values[::-1] for name, values in columns().items()}, credit_notes=0),
    }
    return Case(estimator, hostile, OF_FRAMES)


def of_panel(**changed: Any) -> Any:
    return lambda: fit_response(panel=replace(PANEL, **changed))


def cut(rows: Any, accounts: int) -> Any:
    names = ("account", "item", "month", "quantity", "orders", "price", "paid")
    return {name: getattr(PANEL, name)[rows] for name in names} | {"accounts": PANEL.accounts.slice(0, accounts)}


def some(rows: Any) -> Cells:
    return replace(CELLS, **{name: getattr(CELLS, name)[rows] for name in BY_CELL})


def at_one_price() -> Cells:
    """All cells at one price, as `equal_lines` are."""
    flat = np.zeros_like(CELLS.log_price)
    return replace(CELLS, log_price=flat, scatter=flat, spend=CELLS.quantity)


def realisation_at_one_price() -> object:
    found = measure_realisation_of(cells=at_one_price())
    assert not found.index.any() and found.common.spread == 0
    return found


def panel_at_one_price() -> object:
    found = measure_panel_of(cells=at_one_price())
    assert not found.price.any() and found.quantity.sum() == CELLS.quantity.sum()
    return found


def realisation_in_any_order() -> object:
    found, plain = (measure_realisation_of(cells=some(slice(None, None, step))) for step in (-1, 1))
    assert found.centre.tolist() == plain.centre.tolist()
    return found


def panel_in_any_order() -> object:
    found, plain = (measure_panel_of(cells=some(slice(None, None, step))) for step in (-1, 1))
    assert found.price.tolist() == plain.price.tolist() and found.quantity.tolist() == plain.quantity.tolist()
    return found


def of_cells(estimator: Any, equal: Any, disorder: Any) -> Case:
    def asked(cells: Cells) -> Any:
        return lambda: estimator(cells=cells)

    hostile = {
        "nan": asked(replace(CELLS, log_price=with_first(CELLS.log_price, np.nan))),
        "inf": asked(replace(CELLS, quantity=with_first(CELLS.quantity, np.inf))),
        "empty": asked(some(slice(0, 0))),
        "one": asked(some(CELLS.account == 0)),
        "equal": equal,
        "negative": asked(replace(CELLS, spend=with_first(CELLS.spend, -1.0))),
        "disorder": disorder,
    }
    return Case(estimator, hostile, OF_FRAMES | {"negative": BelowZero})


CASES = [
    of_cells(measure_realisation_of, realisation_at_one_price, realisation_in_any_order),
    of_cells(measure_panel_of, panel_at_one_price, panel_in_any_order),
    of_frames(measure_realisation, realisation_of_equal_prices, realisation_is_the_same),
    of_frames(measure_panel, panel_of_equal_prices, panel_is_the_same),
    Case(
        fit_response,
        {
            "nan": of_panel(price=with_first(PANEL.price, np.nan)),
            "inf": of_panel(paid=with_first(PANEL.paid, np.inf)),
            "empty": of_panel(**cut(slice(0, 0), 40)),
            "one": of_panel(**cut(PANEL.account == 0, 1)),
            "equal": response_to_nothing,
            "negative": of_panel(quantity=with_first(PANEL.quantity, -1.0)),
            "disorder": of_panel(month=PANEL.month[::-1].copy()),
        },
        {
            "nan": NotFinite,
            "inf": NotFinite,
            "empty": NothingThere,
            "one": TooFew,
            "equal": None,
            "negative": BelowZero,
            "disorder": OutOfOrder,
        },
    ),
    Case(
        fit_slopes,
        {
            "nan": lambda: slopes_of(log_price=with_first(ROWS.log_price, np.nan)),
            "inf": lambda: slopes_of(log_volume=with_first(ROWS.log_volume, np.inf)),
            "empty": lambda: slopes_of(slice(0, 0)),
            "one": lambda: slopes_of(ROWS.account == 0),
            "equal": lambda: slopes_of(log_price=np.ones_like(ROWS.log_price)),
            "negative": slopes_below_zero,
            "disorder": slopes_in_any_order,
        },
        {
            "nan": NotFinite,
            "inf": NotFinite,
            "empty": NothingThere,
            "one": TooFew,
            "equal": NothingVaries,
            "negative": None,
            "disorder": None,
        },
    ),
]
