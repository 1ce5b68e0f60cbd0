"""The firm's parameters of repeat orders from its own customers, with the regularity k searched and weak priors for few."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from vitalfew.analytics.refusals import NotAlike, NothingVaries, OutOfOrder, at_least
from vitalfew.analytics.repeat.newton import Slopes, Summit, climb
from vitalfew.analytics.repeat.orders import Floats, Orders, check_orders
from vitalfew.analytics.repeat.regular import MOST, Regular
from vitalfew.analytics.repeat.rows import distinct
from vitalfew.analytics.repeat.slopes import Likelihood

FEWEST = 10
# So many customers show the way; all others only correct the last digits.
SCOUTS = 10_000
# The search for k ends after so many that are worse than the best.
WORSE = 2


@dataclass(frozen=True, slots=True)
class Prior:
    """A weak belief about ln r, ln alpha, ln a and ln b before any customer is seen: normal, independent.

    `centre` (4,) takes alpha in units of the firm's mean time between orders, so that no unit of time matters;
    `spread` is the standard deviation of each. 30 customers need it, 300 hardly feel it.
    """

    centre: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.7)
    spread: float = 1.5

    def slopes(self, logs: Floats, middle: Floats) -> Slopes:
        off = (logs - middle) / self.spread
        return Slopes(-float(off @ off) / 2, -off / self.spread, -np.eye(4) / self.spread**2)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The most probable parameters. `log_likelihood` is that of all orders, without the prior.

    `tried` (ks,) the k that all customers were fitted with, `tried_log_likelihood` (ks,) what each reached;
    `log_covariance` (4, 4) of ln r, ln alpha, ln a and ln b from the curvature at the top, None where it is no top.
    """

    model: Regular
    log_likelihood: float
    tried: NDArray[np.int64]
    tried_log_likelihood: Floats
    log_covariance: Floats | None
    converged: bool
    customers: int

    @property
    def standard_errors(self) -> dict[str, float] | None:
        """Of r, alpha, a and b; None where the customers do not determine them all."""
        if self.log_covariance is None:
            return None
        model, errors = self.model, np.sqrt(np.diag(self.log_covariance))
        return {name: float(getattr(model, name) * error) for name, error in zip(NAMES, errors, strict=True)}


WEAK = Prior()
NAMES = ("r", "alpha", "a", "b")


def fit_orders(
    *,
    orders: Orders,
    k: int | None = None,
    most: int = 12,
    first_may_stop: bool = True,
    prior: Prior | None = WEAK,
) -> Fitted:
    """The family's parameters that make all customers' orders most probable; k is searched up to `most` unless given.

    With prior=None plain maximum likelihood. Raises what check_orders raises, TooFew below 10 customers, NotAlike where
    log gaps are needed and none is given, and NothingVaries where nobody has been known for any time or, without a
    prior, nobody has ordered again.
    Source: docs/measures/repeat_orders.md; Reutterer, Platzer and Schroeder 2021, likelihood exact.
    """
    check_orders(orders=orders)
    _check(orders, k, most, prior)
    fits = _Fits(orders, first_may_stop, prior)
    best = fits.search(k, most)
    return fits.told(best)


def _check(orders: Orders, k: int | None, most: int, prior: Prior | None) -> None:
    at_least(orders.age.size, FEWEST, "customers with an order")
    if not (1 <= most <= MOST and (k is None or 1 <= k <= MOST)):
        raise OutOfOrder(f"A regularity is a whole number from 1 to {MOST}: give k and most so.")
    if not orders.age.any():
        raise NothingVaries("All customers placed their first order this moment: wait until time has passed.")
    if k != 1 and not orders.log_gaps.any() and (orders.last != orders.repeats).any():
        raise NotAlike(
            "log_gaps is 0 for all customers, yet they ordered again: sum the logs of their gaps, or ask for k=1."
        )
    if prior is None and not orders.repeats.any():
        raise NothingVaries("No customer has ordered again, so nothing tells a pace: fit with a prior or wait.")


class _Fits:
    """Fits of the same customers at different k, each begun where its neighbour ended."""

    def __init__(self, orders: Orders, first_may_stop: bool, prior: Prior | None) -> None:
        self.orders, self.first_may_stop, self.prior = orders, first_may_stop, prior
        self.customers = orders.age.size
        self.rows = distinct(orders)
        between = np.log(orders.age.sum() / (orders.repeats.sum() + 1))
        self.middle = np.array((prior or WEAK).centre) + np.array([0.0, between, 0.0, 0.0])
        self.found: dict[int, Summit] = {}

    def search(self, k: int | None, most: int) -> int:
        scouts: dict[int, Summit] = {}
        if self.customers > 2 * SCOUTS:
            few = self.orders.at(slice(None, None, self.customers // SCOUTS))
            rough = _Fits(few, self.first_may_stop, self.prior)
            guess = rough.search(k, most)
            scouts = rough.found
        else:
            guess = k or 1
        self._fit(guess, scouts.get(guess))
        if k is None:
            for step in (1, -1) if scouts else (1,):
                self._walk(guess, step, most, scouts)
        return max(self.found, key=self.height)

    def _walk(self, guess: int, step: int, most: int, scouts: dict[int, Summit]) -> None:
        worse, k = 0, guess + step
        enough = 1 if scouts else WORSE
        while 1 <= k <= most and worse < enough:
            best = max(map(self.height, self.found))
            self._fit(k, scouts.get(k) or self.found[k - step])
            worse = worse + 1 if self.height(k) <= best else 0
            k += step

    def _fit(self, k: int, near: Summit | None) -> None:
        start = self.middle if near is None else near.point
        self.found[k] = climb(self._objective(k), start)

    def _objective(self, k: int) -> Callable[[Floats], Slopes]:
        likelihood, prior = Likelihood(self.rows, k, self.first_may_stop), self.prior

        def objective(logs: Floats) -> Slopes:
            found = likelihood(logs)
            if prior is not None:
                found += prior.slopes(logs, self.middle)
            return found

        return objective

    def height(self, k: int) -> float:
        return self.found[k].slopes.value + self._gaps(k)

    def _gaps(self, k: int) -> float:
        return float((k - 1) * self.orders.log_gaps.sum() - self.orders.repeats.sum() * gammaln(k))

    def _log_likelihood(self, k: int) -> float:
        found = self.found[k]
        believed = self.prior.slopes(found.point, self.middle).value if self.prior else 0.0
        return self.height(k) - believed

    def told(self, k: int) -> Fitted:
        summit, ks = self.found[k], sorted(self.found)
        return Fitted(
            model=Regular(k, **named(summit.point), first_may_stop=self.first_may_stop),
            log_likelihood=self._log_likelihood(k),
            tried=np.array(ks),
            tried_log_likelihood=np.array([self._log_likelihood(one) for one in ks]),
            log_covariance=_covariance(summit.slopes.hessian),
            converged=summit.converged,
            customers=self.customers,
        )


def named(logs: Floats) -> dict[str, float]:
    return dict(zip(NAMES, np.exp(logs).tolist(), strict=True))


def _covariance(hessian: Floats) -> Floats | None:
    bends = np.linalg.eigvalsh(-hessian)
    return np.linalg.inv(-hessian) if bends[0] > 1e-9 * abs(bends[-1]) else None
