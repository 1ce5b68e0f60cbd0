"""The firm's Pareto/NBD parameters from its own customers, by Newton steps on exact slopes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from vitalfew.analytics.refusals import NothingVaries, at_least
from vitalfew.analytics.repeat.decay import log_sum
from vitalfew.analytics.repeat.fitting import FEWEST, SCOUTS, Prior
from vitalfew.analytics.repeat.newton import Slopes, Summit, climb
from vitalfew.analytics.repeat.orders import Floats, Orders, check_orders
from vitalfew.analytics.repeat.pareto import Pareto, pieces

NAMES = ("r", "alpha", "s", "beta")


@dataclass(frozen=True, slots=True)
class FittedPareto:
    """The most probable parameters. `log_likelihood` is that of all orders, without the prior.

    `log_covariance` (4, 4) of ln r, ln alpha, ln s and ln beta from the curvature at the top, None where it is no top.
    """

    model: Pareto
    log_likelihood: float
    log_covariance: Floats | None
    converged: bool
    customers: int

    @property
    def standard_errors(self) -> dict[str, float] | None:
        """Of r, alpha, s and beta; None where the customers do not determine them all."""
        if self.log_covariance is None:
            return None
        errors = np.sqrt(np.diag(self.log_covariance))
        return {name: float(getattr(self.model, name) * error) for name, error in zip(NAMES, errors, strict=True)}


# Weaker than that of fit_orders: few customers tell when they leave, and the prior must not tell it for them.
WEAK = Prior(centre=(0.0, 0.0, 0.0, 0.0), spread=3.0)


def fit_pareto(*, orders: Orders, prior: Prior | None = WEAK) -> FittedPareto:
    """The parameters that make all customers' orders most probable; with prior=None plain maximum likelihood.

    The prior's centre takes alpha and beta in units of the firm's mean time between orders. Raises what check_orders
    raises, TooFew below 10 customers, and NothingVaries where nobody has been known for any time or, without a prior,
    nobody has ordered again. Source: Schmittlein, Morrison and Colombo 1987.
    """
    check_orders(orders=orders)
    _check(orders, prior)
    between = np.log(orders.age.sum() / (orders.repeats.sum() + 1))
    middle = np.array((prior or WEAK).centre) + np.array([0.0, between, 0.0, between])
    top = _top(orders, prior, middle)
    believed = prior.slopes(top.point, middle).value if prior else 0.0
    return FittedPareto(
        model=Pareto(*(float(p) for p in np.exp(top.point))),
        log_likelihood=top.slopes.value - believed,
        log_covariance=_covariance(top.slopes.hessian),
        converged=top.converged,
        customers=orders.age.size,
    )


def _top(orders: Orders, prior: Prior | None, middle: Floats) -> Summit:
    """The highest point; where customers are many, some of them show the way first."""
    start, step = middle, orders.age.size // SCOUTS
    if step > 1:
        start = _top(orders.at(slice(None, None, step)), prior, middle).point
    rows, weight = _distinct(orders)

    def objective(logs: Floats) -> Slopes:
        found = slopes(rows, weight, logs)
        if prior is not None:
            found += prior.slopes(logs, middle)
        return found

    return climb(objective, start)


def _check(orders: Orders, prior: Prior | None) -> None:
    at_least(orders.age.size, FEWEST, "customers with an order")
    if not orders.age.any():
        raise NothingVaries("All customers placed their first order this moment: wait until time has passed.")
    if prior is None and not orders.repeats.any():
        raise NothingVaries("No customer has ordered again, so nothing tells a pace: fit with a prior or wait.")


def _distinct(orders: Orders) -> tuple[Orders, Floats]:
    """Equal customers once, with how many there are."""
    order = np.lexsort((orders.age, orders.last, orders.repeats))
    told = np.stack((orders.repeats, orders.last, orders.age))[:, order]
    new = np.concatenate(([True], (np.diff(told) != 0).any(axis=0)))
    starts = np.flatnonzero(new)
    return orders.at(order[starts]), np.diff(np.append(starts, order.size)).astype(np.float64)


def slopes(orders: Orders, weight: Floats, logs: Floats) -> Slopes:
    """Weighted log likelihood and its first and second derivatives in ln r, ln alpha, ln s and ln beta."""
    model = Pareto(*(float(p) for p in np.exp(logs)))
    shape = model.r + orders.repeats
    total = _shared(model, shape, weight)
    for rows in pieces(orders.age.size):
        total += _piece(model, orders.at(rows), weight[rows])
    return _of_logs(total, np.exp(logs))


def _shared(model: Pareto, shape: Floats, weight: Floats) -> Slopes:
    """What all ways of a customer's history share: ln of Gamma(shape) / Gamma(r) alpha^r beta^s."""
    whole, r, alpha, s, beta = weight.sum(), model.r, model.alpha, model.s, model.beta
    value = weight @ gammaln(shape) + whole * (r * np.log(alpha) - gammaln(r) + s * np.log(beta))
    pace = weight @ digamma(shape) + whole * (np.log(alpha) - digamma(r))
    bend = np.zeros((4, 4))
    bend[0, 0] = weight @ polygamma(1, shape) - whole * polygamma(1, r)
    bend[0, 1] = bend[1, 0] = whole / alpha
    bend[1, 1] = -whole * r / alpha**2
    bend[2, 3] = bend[3, 2] = whole / beta
    bend[3, 3] = -whole * s / beta**2
    return Slopes(float(value), np.array([pace, whole * r / alpha, whole * np.log(beta), whole * s / beta]), bend)


def _piece(model: Pareto, orders: Orders, weight: Floats) -> Slopes:
    """A history is a sum over ways: still active now, or left at one of the places. Each way is a product of powers."""
    u, left = model.leaving(orders).terms()
    shape = (model.r + orders.repeats)[:, np.newaxis]
    since = np.column_stack((orders.last[:, np.newaxis] + u, orders.age))
    pace, stay = model.alpha + since, model.beta + since
    gone = np.ones(since.shape[1])
    gone[-1] = 0
    log_pace, log_stay = np.log(pace), np.log(stay)
    active = -shape[:, 0] * log_pace[:, -1] - model.s * log_stay[:, -1]
    logs = np.column_stack((left + np.log(model.s), active))
    total = log_sum(logs)
    share = np.exp(logs - total[:, np.newaxis])
    share *= weight[:, np.newaxis]
    first = np.stack((-log_pace, -shape / pace, gone / model.s - log_stay, -(model.s + gone) / stay))
    weighted = first * share
    mean = weighted.sum(axis=2)
    ways = first.shape[1] * first.shape[2]
    bend = weighted.reshape(4, ways) @ first.reshape(4, ways).T - (mean / weight) @ mean.T
    bend[0, 1] -= (share / pace).sum()
    bend[1, 0] = bend[0, 1]
    bend[1, 1] += (share * shape / pace**2).sum()
    bend[2, 2] -= (share * gone).sum() / model.s**2
    bend[2, 3] -= (share / stay).sum()
    bend[3, 2] = bend[2, 3]
    bend[3, 3] += (share * (model.s + gone) / stay**2).sum()
    return Slopes(float(weight @ total), mean.sum(axis=1), bend)


def _of_logs(found: Slopes, at: Floats) -> Slopes:
    gradient = found.gradient * at
    return Slopes(found.value, gradient, found.hessian * np.outer(at, at) + np.diag(gradient))


def _covariance(hessian: Floats) -> Floats | None:
    bends = np.linalg.eigvalsh(-hessian)
    return np.linalg.inv(-hessian) if bends[0] > 1e-9 * abs(bends[-1]) else None
