"""How often each customer will order again: the MBG/NBD model, fitted, and its exact posterior for each customer.

While active a customer orders at its own steady rate; after each order, the first included, it may stop for good.
Rates differ between customers as Gamma(r, alpha), the chance to stop as Beta(a, b). Times are in weeks.
Source: Batislam, Denizel and Filiztekin 2007; the posterior follows from the two cases "stopped" and "active".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaincinv, betaln, gammaln

Floats = NDArray[np.float64]

# Weak prior on the logarithms of r, alpha, a and b: 30 customers are enough to fit, 300 hardly feel it.
PRIOR = np.array([0.0, 2.3, 0.0, 0.7])
PRIOR_SD = 3.0
BOUNDS = [(-5.0, 5.0), (-3.0, 8.0), (-5.0, 6.0), (-5.0, 7.0)]
ENOUGH_TO_FIT = 8_000
NODES = 16


@dataclass(frozen=True, slots=True)
class Orders:
    """What each customer's orders tell; three arrays of shape (customers,).

    `repeats` orders after the first, `last` weeks from the first order to the last, `age` weeks from the first order
    to now. 0 <= last <= age, and last is 0 exactly where repeats is 0.
    """

    repeats: Floats
    last: Floats
    age: Floats

    def at(self, rows: NDArray[np.int64] | slice) -> Orders:
        return Orders(self.repeats[rows], self.last[rows], self.age[rows])


@dataclass(frozen=True, slots=True)
class OrderModel:
    """Parameters of the firm's customers: rates ~ Gamma(r, alpha) a week, chance to stop ~ Beta(a, b) an order."""

    r: float
    alpha: float
    a: float
    b: float


def fit_orders(*, orders: Orders, seed: int = 0) -> OrderModel:
    """The most probable parameters given all customers, or 8,000 drawn at random where there are more."""
    customers = orders.repeats.size
    if customers > ENOUGH_TO_FIT:
        rows = np.random.default_rng(seed).choice(customers, ENOUGH_TO_FIT, replace=False)
        orders = orders.at(np.sort(rows))

    def cost(logs: Floats) -> float:
        prior = ((logs - PRIOR) ** 2).sum() / (2 * PRIOR_SD**2)
        likelihood = log_likelihood(model=OrderModel(*np.exp(logs)), orders=orders)
        return float((prior - likelihood.sum()) / orders.repeats.size)

    return OrderModel(*(float(p) for p in np.exp(minimize(cost, PRIOR, method="L-BFGS-B", bounds=BOUNDS).x)))


def log_likelihood(*, model: OrderModel, orders: Orders) -> Floats:
    """Log likelihood of each customer's orders, shape (customers,)."""
    stopped, active = _cases(model, orders)
    shared = gammaln(model.r + orders.repeats) - gammaln(model.r) + model.r * np.log(model.alpha)
    return np.asarray(shared - betaln(model.a, model.b) + np.logaddexp(stopped, active))


def chance_active(*, model: OrderModel, orders: Orders) -> Floats:
    """Chance that each customer has not stopped for good, shape (customers,)."""
    stopped, active = _cases(model, orders)
    return np.asarray(np.exp(active - np.logaddexp(stopped, active)))


def expected_orders(*, model: OrderModel, orders: Orders, weeks: float) -> Floats:
    """Orders expected in the next `weeks` of customers that are still active, shape (customers,).

    Given rate l and chance to stop p the expectation is (1 - exp(-l p weeks)) / p; the rate is averaged out exactly,
    the chance to stop over 16 equally likely values of its posterior.
    """
    repeats, place = np.unique(orders.repeats, return_inverse=True)
    levels = (np.arange(NODES) + 0.5) / NODES
    stops = np.maximum(betaincinv(model.a, (model.b + repeats + 1)[:, np.newaxis], levels), 1e-12)
    shape, span = model.r + orders.repeats, weeks / (model.alpha + orders.age)
    total = np.zeros(orders.repeats.size)
    for node in range(NODES):
        stop = stops[:, node][place]
        total -= np.expm1(-shape * np.log1p(stop * span)) / stop
    return np.asarray(total / NODES)


def draw_orders(
    *, model: OrderModel, orders: Orders, weeks: float, draws: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Posterior draws of the orders in the next `weeks` of customers that are still active, (customers, draws)."""
    size = (orders.repeats.size, draws)
    rate = rng.standard_gamma((model.r + orders.repeats)[:, np.newaxis], size)
    rate *= (weeks / (model.alpha + orders.age))[:, np.newaxis]
    stop = rng.beta(model.a, (model.b + orders.repeats + 1)[:, np.newaxis], size)
    return np.minimum(rng.poisson(rate), rng.geometric(np.maximum(stop, 1e-9)))


def _cases(model: OrderModel, orders: Orders) -> tuple[Floats, Floats]:
    shape = model.r + orders.repeats
    stopped = betaln(model.a + 1, model.b + orders.repeats) - shape * np.log(model.alpha + orders.last)
    active = betaln(model.a, model.b + orders.repeats + 1) - shape * np.log(model.alpha + orders.age)
    return stopped, active
