"""One exact family for customers who order at a pace of their own and some day stop: irregular (k = 1) to clockwork.

While active a customer orders at its own pace, and every gap is the sum of k exponential stages, so that larger k means
more even gaps. After each order (after each repeat order only, where the first may not stop) it stops for good with its
own chance. Paces differ between customers as Gamma(r, alpha), chances to stop as Beta(a, b), independently.
With k = 1 these are the MBG/NBD (Batislam, Denizel and Filiztekin 2007) and the BG/NBD (Fader, Hardie and Lee 2005);
with larger k the MBG/CNBD-k and BG/CNBD-k (Reutterer, Platzer and Schroeder 2021), here without approximation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, expit, gammaln

from vitalfew.analytics.refusals import OutOfOrder, above_zero, finite, not_below_zero
from vitalfew.analytics.repeat.coming import Coming
from vitalfew.analytics.repeat.orders import Floats, Orders, check_rows
from vitalfew.analytics.repeat.rows import Column
from vitalfew.analytics.repeat.silence import Silence
from vitalfew.analytics.repeat.simulation import Simulated, simulate_orders

Ints = NDArray[np.int64]

# Beyond it the weights of the stages would leave a double, and a gap would hardly vary.
MOST = 24


@dataclass(frozen=True, slots=True)
class Regular:
    """Parameters of a firm's customers. Orders a week ~ Gamma(r, alpha); chance to stop at an order ~ Beta(a, b).

    `k` is the regularity: 1 is an irregular buyer, 2 and more an ever more even one. A gap is Erlang with k stages of
    k times the customer's orders a week. `first_may_stop` says whether a customer may stop at its first order.
    """

    k: int
    r: float
    alpha: float
    a: float
    b: float
    first_may_stop: bool = True

    def __post_init__(self) -> None:
        named = {name: np.array([getattr(self, name)], dtype=np.float64) for name in ("k", "r", "alpha", "a", "b")}
        finite(**named)
        above_zero(**named)
        if self.k > MOST:
            raise OutOfOrder(f"A regularity above {MOST} is a calendar: give k from 1 to {MOST}.")

    def log_likelihood(self, orders: Orders) -> Floats:
        """Log density of each customer's orders, shape (customers,)."""
        ending = np.logaddexp(self._silence(orders).log_chance(), self._log_stopped(orders))
        begun = np.log(self._start + orders.last) * self._shape(orders)
        return np.asarray(self._of_repeats(orders) + (self.k - 1) * orders.log_gaps - begun + ending)

    def chance_active(self, orders: Orders) -> Floats:
        """Chance that each customer has not stopped for good, shape (customers,)."""
        return np.asarray(expit(self._silence(orders).log_chance() - self._log_stopped(orders)))

    def chance_of_order(self, orders: Orders, weeks: float | Floats) -> Floats:
        """Chance of at least one order in the next `weeks`, shape (customers,)."""
        silence = self._silence(orders)
        now, then = silence.log_chance(), silence.longer(_ahead(weeks, orders)).log_chance()
        return np.asarray(-np.expm1(then - now) * expit(now - self._log_stopped(orders)))

    def chance_if_active(self, orders: Orders, weeks: float | Floats) -> Floats:
        """The same of customers known to be active."""
        silence = self._silence(orders)
        return np.asarray(-np.expm1(silence.longer(_ahead(weeks, orders)).log_chance() - silence.log_chance()))

    def expected_orders(self, orders: Orders, weeks: float | Floats) -> Floats:
        """Orders expected in the next `weeks`, shape (customers,); exact to ten digits."""
        return self.chance_active(orders) * self.expected_if_active(orders, weeks)

    def expected_if_active(self, orders: Orders, weeks: float | Floats) -> Floats:
        """The same of customers known to be active."""
        return self._coming(orders, weeks).expected()

    def chance_of_orders(self, orders: Orders, weeks: float | Floats, most: int) -> Floats:
        """Chance of at least 1, 2, … `most` orders in the next `weeks`, shape (customers, most)."""
        return self.chance_active(orders)[:, np.newaxis] * self._coming(orders, weeks).chances(most)

    def most_orders(self, orders: Orders, weeks: float | Floats) -> Ints:
        """A number of orders in the next `weeks` that is never passed, shape (customers,)."""
        return self._coming(orders, weeks).top()

    def pace(self, orders: Orders) -> Floats:
        """Orders a week that each customer places if it is active, shape (customers,): the posterior mean."""
        stages = self._shape(orders) + self._silence(orders).stages()
        return np.asarray(stages / (self.k * (self._start + orders.age)))

    def draw(self, orders: Orders, weeks: float | Floats, draws: int, rng: np.random.Generator) -> Ints:
        """Draws of the number of orders in the next `weeks`, shape (customers, draws)."""
        active = rng.random((orders.age.size, draws)) < self.chance_active(orders)[:, np.newaxis]
        return active * self.draw_if_active(orders, weeks, draws, rng)

    def draw_if_active(self, orders: Orders, weeks: float | Floats, draws: int, rng: np.random.Generator) -> Ints:
        """The same of customers known to be active."""
        size = (orders.age.size, draws)
        stage = self._silence(orders).draw_stage(draws, rng)
        pace = rng.standard_gamma(self._shape(orders)[:, np.newaxis] + stage)
        pace *= (_ahead(weeks, orders) / (self._start + orders.age))[:, np.newaxis]
        stop = rng.beta(self.a, (self.b + self._passed(orders))[:, np.newaxis], size)
        placed: Ints = (rng.poisson(pace) + stage) // self.k
        return np.minimum(placed, rng.geometric(np.maximum(stop, 1e-12)))

    def simulate(self, ages: Floats, rng: np.random.Generator) -> Orders:
        """Orders of new customers whose first order lies `ages` back, shape (customers,)."""
        return self.simulate_on(ages, 0.0, rng)[0]

    def simulate_on(self, ages: Floats, weeks: float, rng: np.random.Generator) -> tuple[Orders, Ints]:
        """The same, and how many orders each of them places in the `weeks` that follow, shape (customers,)."""
        made = self.simulate_all(ages, weeks, rng)
        return made.orders, made.coming

    def simulate_all(self, ages: Floats, weeks: float, rng: np.random.Generator) -> Simulated:
        """The same, and whether each of them is still active now."""
        pace = rng.gamma(self.r, 1 / self.alpha, ages.size)
        stop = rng.beta(self.a, self.b, ages.size)
        return simulate_orders(
            k=self.k, pace=pace, stop=stop, ages=ages, weeks=weeks, first_may_stop=self.first_may_stop, rng=rng
        )

    def _of_repeats(self, orders: Orders) -> Floats:
        """The part of the log likelihood that depends on the number of orders alone, worked out once for each number."""
        repeats = Column.of(orders.repeats)
        shape = self.r + self.k * repeats.value
        pace = gammaln(shape) - gammaln(self.r) + self.r * np.log(self._start) - repeats.value * gammaln(self.k)
        stop = betaln(self.a, self.b + repeats.value + self.first_may_stop) - betaln(self.a, self.b)
        return np.asarray((pace + stop)[repeats.code])

    def _silence(self, orders: Orders) -> Silence:
        check_rows(orders=orders)
        return Silence(self.k, self._shape(orders), self._start + orders.last, orders.age - orders.last)

    def _coming(self, orders: Orders, weeks: float | Floats) -> Coming:
        check_rows(orders=orders)
        span = _ahead(weeks, orders)
        quiet, stay = orders.age - orders.last, self.b + self._passed(orders)
        return Coming(self.k, self._shape(orders), self._start + orders.age, quiet, span, self.a, stay)

    def _log_stopped(self, orders: Orders) -> Floats:
        """Log odds of having stopped at the last order; minus infinity where a customer could not."""
        passed = self._passed(orders)
        could = passed > 0
        return np.where(could, np.log(self.a) - np.log(np.where(could, self.b + passed - 1, 1.0)), -np.inf)

    @property
    def _start(self) -> float:
        """The scale of the stages: k stages make an order."""
        return self.alpha / self.k

    def _shape(self, orders: Orders) -> Floats:
        return np.asarray(self.r + self.k * orders.repeats)

    def _passed(self, orders: Orders) -> Floats:
        """At how many orders each customer could have stopped, the last included."""
        return orders.repeats + 1 if self.first_may_stop else orders.repeats


def _ahead(weeks: float | Floats, orders: Orders) -> Floats:
    """The weeks ahead of each customer. Raises BelowZero or NotFinite."""
    span = np.broadcast_to(np.asarray(weeks, dtype=np.float64), orders.age.shape)
    finite(weeks=span)
    not_below_zero(weeks=span)
    return span
