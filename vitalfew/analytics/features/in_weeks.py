"""What the models of repeat orders ask for, in weeks, of whoever ordered: an account, or an account and an item."""

from __future__ import annotations

import numpy as np

from vitalfew.analytics.frames import Floats, Ints

WEEK = 7.0


class InWeeks:
    """The four columns of `repeat.Orders`, made from orders and ages in days; arrays of shape (rows,)."""

    __slots__ = ()
    orders: Ints
    first_age: Ints
    last_age: Ints
    sum_log_gap: Floats

    @property
    def repeats(self) -> Floats:
        """Orders after the first; -1 without an order, so that no model takes the row for a buyer."""
        return np.asarray(self.orders - 1.0)

    @property
    def last(self) -> Floats:
        """Weeks from the first order to the last."""
        return np.asarray((self.first_age - self.last_age) / WEEK)

    @property
    def age(self) -> Floats:
        """Weeks from the first order to the as-of day; below zero without an order."""
        return np.asarray(self.first_age / WEEK)

    @property
    def log_gaps(self) -> Floats:
        """Sum of ln(weeks from one order to the next)."""
        return np.asarray(self.sum_log_gap - np.maximum(self.repeats, 0) * np.log(WEEK))
