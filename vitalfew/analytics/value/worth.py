"""What a model of order values tells of the coming orders of each customer, so that a customer's value works with any."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class OrderWorth(Protocol):
    """The worth of coming orders; one row for each customer."""

    @property
    def mean(self) -> Floats:
        """Expected net value of one order, shape (customers,)."""
        ...

    def draw(self, count: NDArray[np.int64], rng: np.random.Generator, rows: slice = ...) -> Floats:
        """Draws of the net value of `count` orders, shape (customers, draws), for the customers of `rows`."""
        ...
