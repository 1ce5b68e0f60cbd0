"""What a model of repeat orders reads of each customer: how many, how recent, how long known, how even."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.refusals import finite, in_order, not_below_zero, same_length

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Orders:
    """What each customer's orders tell; arrays of shape (customers,), times in one unit, weeks by convention.

    `repeats` orders after the first; `last` time from the first order to the last; `age` time from the first order to
    now; `log_gaps` sum of the natural logarithms of the gaps between one order and the next, 0 where repeats is 0.
    0 <= last <= age, and last is 0 exactly where repeats is 0.
    """

    repeats: Floats
    last: Floats
    age: Floats
    log_gaps: Floats

    def at(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Orders:
        """The customers of these rows."""
        return Orders(self.repeats[rows], self.last[rows], self.age[rows], self.log_gaps[rows])


def check_orders(*, orders: Orders) -> None:
    """Raises NotAlike, NothingThere, NotFinite, BelowZero or OutOfOrder; the message names the first wrong row."""
    same_length(repeats=orders.repeats, last=orders.last, age=orders.age, log_gaps=orders.log_gaps)
    check_rows(orders=orders)


def check_rows(*, orders: Orders) -> None:
    """The same, but no rows are well: there is then nothing to predict."""
    columns = {"repeats": orders.repeats, "last": orders.last, "age": orders.age}
    finite(**columns, log_gaps=orders.log_gaps)
    not_below_zero(**columns)
    in_order(orders.last > orders.age, "A customer's last order comes before now, so last is at most age")
    in_order(
        (orders.repeats > 0) != (orders.last > 0),
        "A repeat order comes after the first, so last is above zero exactly where repeats is",
    )
