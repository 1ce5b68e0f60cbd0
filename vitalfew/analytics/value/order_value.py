"""What an order of each customer is worth: its own orders, shrunk to customers that order as often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDS = 50
# What is kept after credit notes is shrunk as if every customer had two average orders more.
CREDIT_PRIOR_ORDERS = 2.0
LEAST_VARIANCE = 1e-4


@dataclass(frozen=True, slots=True)
class OrderValue:
    """Posterior of the mean log order value; arrays of shape (customers,).

    `centre` and `variance` of the mean log value, `within` the variance of one log order value around it (one number
    for the firm), `kept` the share of sales that stays after credit notes, 0 to 1.
    """

    centre: Floats
    variance: Floats
    within: float
    kept: Floats

    @property
    def mean(self) -> Floats:
        """Expected net value of one order, in the unit of the values."""
        return np.asarray(self.kept * np.exp(self.centre + (self.within + self.variance) / 2))


def fit_order_value(
    *, count: Floats, sum_log: Floats, sum_log_squared: Floats, sale: Floats, net: Floats, log_rate: Floats
) -> OrderValue:
    """Order values shrunk to a line through the log order rate, so that large buyers may order often.

    All arrays (customers,): `count` orders, at least one; sum of the log order values and of their squares; `sale`
    value of the orders; `net` the same after credit notes; `log_rate` log of the expected order rate.
    Source: two-level normal model, marginal likelihood by iteration (Morris 1983); value may depend on frequency,
    which Gamma-Gamma models exclude (Fader and Hardie 2013).
    """
    mean = sum_log / count
    within = _within(count, mean, sum_log_squared)
    design = np.column_stack((np.ones_like(log_rate), log_rate))
    noise = within / count
    line, between = _between(design, mean, noise)
    variance = 1 / (1 / between + 1 / noise)
    centre = variance * (design @ line / between + mean / noise)
    return OrderValue(centre, variance, within, _kept(count, sale, net))


def _within(count: Floats, mean: Floats, sum_log_squared: Floats) -> float:
    free = (count - 1).sum()
    squares = np.maximum(sum_log_squared - count * mean**2, 0.0).sum()
    return max(float(squares / free), LEAST_VARIANCE) if free > 0 else float(max(np.var(mean) / 2, LEAST_VARIANCE))


def _between(design: Floats, mean: Floats, noise: Floats) -> tuple[Floats, float]:
    between = max(float(mean.var() - noise.mean()), LEAST_VARIANCE)
    line = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        weight = 1 / (noise + between)
        weighted = design * weight[:, np.newaxis]
        # lstsq, because every customer may order at the same rate and the line is then only a mean.
        line = np.linalg.lstsq(design.T @ weighted, weighted.T @ mean, rcond=None)[0]
        left = (mean - design @ line) ** 2 - noise
        step = max(float((weight**2 * left).sum() / (weight**2).sum()), LEAST_VARIANCE)
        if abs(step - between) < 1e-6 * between:
            break
        between = step
    return line, between


def _kept(count: Floats, sale: Floats, net: Floats) -> Floats:
    typical = CREDIT_PRIOR_ORDERS * sale.sum() / count.sum()
    whole = min(max(net.sum() / sale.sum(), 0.0), 1.0)
    return np.clip((net + typical * whole) / (sale + typical), 0.0, 1.0)
