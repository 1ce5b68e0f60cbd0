"""A firm whose customers order and pay as the models say, its past as the models read it and its future."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.repeat import Orders, Regular
from vitalfew.analytics.value import OrderValueModel, SimulatedOrders, Spreads

Floats = NDArray[np.float64]

ORDERS = Regular(k=2, r=1.2, alpha=6.0, a=0.6, b=6.0)
VALUES = OrderValueModel(intercept=10.0, slope=0.25, between=0.35, spreads=Spreads(0.2, 12.0), drift=0.03)
KEPT = 0.95


@dataclass(frozen=True, slots=True)
class Firm:
    orders: Orders
    sums: SimulatedOrders
    log_rate: Floats
    future: Floats

    def known(self, *, late: bool = True) -> dict[str, Floats]:
        """What `fit_order_value` reads."""
        sums = {"sum_log": self.sums.sum_log, "sum_log_squared": self.sums.sum_log_squared, "sale": self.sums.sale}
        drift = {"sum_log_late": self.sums.sum_log_late} if late else {}
        count = self.orders.repeats + 1
        return {"count": count, "net": KEPT * self.sums.sale, "log_rate": self.log_rate, **sums, **drift}


def firm(*, customers: int, seed: int, weeks: float = 52.0, values: OrderValueModel = VALUES) -> Firm:
    """Customers first seen in the last two years, and what each of them brings net in the coming `weeks`."""
    rng = np.random.default_rng(seed)
    orders, coming = ORDERS.simulate_on(rng.uniform(4, 104, customers), weeks, rng)
    log_rate = np.log(ORDERS.pace(orders))
    sums = values.simulate(orders.repeats + 1, log_rate, rng)
    of = np.repeat(np.arange(customers), coming)
    worth = np.exp(rng.normal(sums.level[of], np.sqrt(sums.spread[of])))
    return Firm(orders, sums, log_rate, KEPT * np.bincount(of, worth, minlength=customers))
