"""The orders each customer will place in the coming weeks, with all that the ledger tells: pace, change and season."""

from __future__ import annotations

from dataclasses import dataclass

from vitalfew.analytics.features import OrderDays
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.refusals import OutOfOrder
from vitalfew.analytics.repeat.forgetting import Forgetting, fit_forgetting
from vitalfew.analytics.repeat.model import RepeatModel
from vitalfew.analytics.repeat.orders import Orders
from vitalfew.analytics.repeat.origin import Fit, orders_at, usual
from vitalfew.analytics.repeat.season import Season, estimate_season


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of customers with an order by `day`; arrays of shape (customers,), `rows` are their places in the order days.

    `expected` orders in the `weeks` after `day`, `chance` of at least one, `active` that a customer has not stopped.
    `model` was learned from all orders; `orders` is what it is asked about, old orders counting less by `forgetting`;
    `season` multiplies what it expects. For a date ask the model with weeks of `season.factor` times their length.
    """

    day: int
    weeks: float
    rows: Ints
    expected: Floats
    chance: Floats
    active: Floats
    orders: Orders
    model: RepeatModel
    forgetting: Forgetting
    season: Season


def estimate_orders(*, days: OrderDays, day: int, weeks: float, fit: Fit = usual) -> Forecast:
    """What all customers with an order by `day` will do in the `weeks` after it; nothing after `day` is looked at.

    Raises what fit_forgetting, estimate_season and `fit` raise.
    Source: docs/measures/orders_expected.md, with the papers it rests on.
    """
    if not weeks > 0:
        raise OutOfOrder("Weeks are above zero: give for example 12.")
    forgetting = fit_forgetting(days=days, day=day, weeks=weeks, fit=fit)
    season = estimate_season(days=days, day=day, weeks=weeks, half_life=forgetting.half_life, fit=fit)
    rows, known = orders_at(days=days, day=day)
    model, orders = fit(known), orders_at(days=days, day=day, half_life=forgetting.half_life)[1]
    return Forecast(
        day=day,
        weeks=weeks,
        rows=rows,
        expected=season.factor * model.expected_orders(orders, weeks),
        chance=model.chance_of_order(orders, weeks * season.factor),
        active=model.chance_active(orders),
        orders=orders,
        model=model,
        forgetting=forgetting,
        season=season,
    )
