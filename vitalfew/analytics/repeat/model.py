"""What every model of repeat orders answers, so that forecasts, values and ranks work with any of them."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.repeat.orders import Floats, Orders


class RepeatModel(Protocol):
    """A fitted model. `weeks` counts from now on, one number or shape (customers,), in the unit of the orders' times.

    All chances and expectations are unconditional: they include that the customer may have stopped for good.
    """

    def log_likelihood(self, orders: Orders) -> Floats:
        """Log density of each customer's orders, shape (customers,)."""
        ...

    def chance_active(self, orders: Orders) -> Floats:
        """Chance that each customer has not stopped for good, shape (customers,)."""
        ...

    def expected_orders(self, orders: Orders, weeks: float | Floats) -> Floats:
        """Orders expected in the next `weeks`, shape (customers,)."""
        ...

    def chance_of_order(self, orders: Orders, weeks: float | Floats) -> Floats:
        """Chance of at least one order in the next `weeks`, shape (customers,)."""
        ...

    def draw(self, orders: Orders, weeks: float | Floats, draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Draws of the number of orders in the next `weeks`, shape (customers, draws)."""
        ...

    def simulate(self, ages: Floats, rng: np.random.Generator) -> Orders:
        """Orders of new customers whose first order lies `ages` back, shape (customers,)."""
        ...
