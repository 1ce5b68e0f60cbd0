"""Orders of made-up customers: the way a firm's books would look if the model were true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.repeat.orders import Floats, Orders


@dataclass(frozen=True, slots=True)
class Simulated:
    """What is seen of made-up customers, and what is not; arrays (customers,).

    `orders` up to now, `coming` orders in the weeks that follow, `active` whether a customer has not stopped by now.
    """

    orders: Orders
    coming: NDArray[np.int64]
    active: NDArray[np.bool_]


def simulate_orders(
    *, k: int, pace: Floats, stop: Floats, ages: Floats, weeks: float, first_may_stop: bool, rng: np.random.Generator
) -> Simulated:
    """Customers of which each has its `pace` (orders a week), its chance to `stop` at an order, and a time since its
    first order, `ages`; all (customers,). They are watched for `weeks` more.
    """
    repeats, last, log_gaps, now = np.zeros((4, ages.size))
    coming = np.zeros(ages.size, dtype=np.int64)
    active = np.zeros(ages.size, dtype=np.bool_)
    still, first = np.arange(ages.size), True
    while still.size:
        if first_may_stop or not first:
            still = still[rng.random(still.size) >= stop[still]]
        first = False
        gap = rng.standard_gamma(k, still.size) / (k * np.maximum(pace[still], 1e-300))
        now[still] += gap
        past = now[still] <= ages[still]
        those = still[past]
        repeats[those] += 1
        last[those] = now[those]
        log_gaps[those] += np.log(gap[past])
        active[still[~past]] = True
        soon = now[still] <= ages[still] + weeks
        coming[still[soon & ~past]] += 1
        still = still[soon]
    return Simulated(Orders(repeats, last, ages.astype(np.float64), log_gaps), coming, active)
