"""The log likelihood of all customers with its exact first and second derivatives, for a fit in a few Newton steps.

With n = r + k x, begun = A + t_x, quiet = T - t_x and A = alpha / k the likelihood of one customer is, gaps apart,
    B(a, b + s) / B(a, b) * G(n) / G(r) * A^r * begun^-n * (I + d),   d = a / (b + s - 1),
where I is the chance of the silence (see silence.py) and s counts the orders it could have stopped at. All but (I + d)
depends on x or on t_x alone, so that it is summed over their different values; only (I + d) is worked out row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from vitalfew.analytics.repeat.newton import Slopes
from vitalfew.analytics.repeat.orders import Floats
from vitalfew.analytics.repeat.rows import Rows
from vitalfew.analytics.repeat.silence import AT_ONCE


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Log likelihood of `rows` at a fixed k, without the gaps, as a function of the logs of r, alpha, a and b."""

    rows: Rows
    k: int
    first_may_stop: bool

    def __call__(self, logs: Floats) -> Slopes:
        return self.weighted(logs, self.rows.weight, self.endings(logs))

    def weighted(self, logs: Floats, weight: Floats, endings: Iterable[Ending]) -> Slopes:
        """The sum over all rows, each with a weight; `endings` are those of the same `logs`."""
        r, alpha, a, b = np.exp(logs).tolist()
        found = _paces(self.rows, weight, self.k, r, alpha / self.k)
        found += _stops(self.rows, weight, a, b, self.first_may_stop)
        for ending in endings:
            found += ending.total(weight[ending.part])
        return found

    def endings(self, logs: Floats) -> Iterator[Ending]:
        """log(I + d) and its derivatives of all rows, part by part so that a part stays in the processor's cache."""
        r, alpha, a, b = np.exp(logs).tolist()
        start, rows = alpha / self.k, self.rows
        for at in range(0, rows.quiet.size, AT_ONCE):
            part = slice(at, at + AT_ONCE)
            repeats, last = rows.repeats.at(part), rows.last.at(part)
            silence = Quiet.of(self.k, r + self.k * repeats, start + last, rows.quiet[part])
            yield Ending.of(part, silence, (r, start, a, b), repeats + self.first_may_stop)

    def of_rows(self, logs: Floats, endings: Iterable[Ending]) -> tuple[Floats, Floats]:
        """Log likelihood of each row, shape (rows,), and its gradient, (4, rows); `endings` are those of `logs`."""
        r, alpha, a, b = np.exp(logs).tolist()
        start, repeats, last = alpha / self.k, self.rows.repeats, self.rows.last
        shape, passed, begun = r + self.k * repeats.value, repeats.value + self.first_may_stop, start + last.value
        value = gammaln(shape) - gammaln(r) + r * np.log(start)
        value += gammaln(b + passed) - gammaln(b) - gammaln(a + b + passed) + gammaln(a + b)
        by_r = r * (digamma(shape) - digamma(r) + np.log(start))
        by_a = a * (digamma(a + b) - digamma(a + b + passed))
        by_b = b * (digamma(b + passed) - digamma(b)) + by_a * (b / a)
        of_repeats = np.stack((value, by_r, np.full(value.size, r), by_a, by_b))[:, repeats.code]
        log_begun, share = np.log(begun)[last.code], (start / begun)[last.code]
        of_repeats[:3] -= np.stack((shape[repeats.code] * log_begun, r * log_begun, shape[repeats.code] * share))
        for ending in endings:
            of_repeats[:, ending.part] += np.vstack((ending.log_value, ending.gradients()))
        return of_repeats[0], of_repeats[1:]


@dataclass(frozen=True, slots=True)
class Quiet:
    """Log chance of a silence and its derivatives by the shape and by the time before it; arrays (rows,)."""

    log_chance: Floats
    by_shape: Floats
    by_begun: Floats
    by_shape_twice: Floats
    by_both: Floats
    by_begun_twice: Floats

    @staticmethod
    def of(k: int, shape: Floats, begun: Floats, span: Floats) -> Quiet:
        known = begun + span
        part, longer = span / known, np.log1p(span / begun)
        # The weight of j stages done and its first and second derivative by the shape, then their sums below k.
        term, once, twice = np.ones_like(part), np.zeros_like(part), np.zeros_like(part)
        total, total_once, total_twice = term.copy(), once.copy(), twice.copy()
        for j in range(1, k + 1):
            slope = part / j
            ratio = (shape + (j - 1)) * slope
            twice = twice * ratio + 2 * once * slope
            once = once * ratio + term * slope
            term = term * ratio
            if j < k:
                total += term
                total_once += once
                total_twice += twice
        mean, due = total_once / total, k / (total * begun)
        by_begun = due * term
        return Quiet(
            log_chance=np.log(total) - shape * longer,
            by_shape=mean - longer,
            by_begun=by_begun,
            by_shape_twice=total_twice / total - mean * mean,
            by_both=due * (once - term * mean),
            by_begun_twice=-by_begun * (k / known + by_begun + (1 - shape * part) / begun),
        )


@dataclass(frozen=True, slots=True)
class Ending:
    """log(I + d) of the rows of one part; `apart` (4, rows) is the gradient of log I - log d, `active` I / (I + d)."""

    part: slice
    log_value: Floats
    active: Floats
    apart: Floats
    silence: Quiet
    parameters: tuple[float, float]

    @staticmethod
    def of(part: slice, silence: Quiet, parameters: tuple[float, float, float, float], passed: Floats) -> Ending:
        r, start, a, b = parameters
        could = passed > 0
        share = b / np.where(could, b + passed - 1, 1.0)
        odds = np.where(could, share * (a / b), 0.0)
        chance = np.exp(silence.log_chance)
        both = chance + odds
        apart = np.stack((r * silence.by_shape, start * silence.by_begun, np.full(share.size, -1.0), share))
        return Ending(part, np.log(both), chance / both, apart, silence, (r, start))

    def gradients(self) -> Floats:
        """Of each row, shape (4, rows)."""
        found = self.apart * self.active
        found[2:] -= self.apart[2:]
        return found

    def total(self, weight: Floats) -> Slopes:
        gradient = np.array([one @ weight for one in self.gradients()])
        return Slopes(float(weight @ self.log_value), gradient, self.hessian(weight))

    def hessian(self, weight: Floats) -> Floats:
        """Of all rows together, each with its weight, shape (4, 4)."""
        lively, gone = weight * self.active, weight * (1 - self.active)
        (r, start), (by_r, by_start, _, by_b) = self.parameters, self.apart
        found: Floats = (self.apart * (lively * (1 - self.active))) @ self.apart.T
        found[0, 0] += lively @ (r * r * self.silence.by_shape_twice + by_r)
        found[1, 1] += lively @ (start * start * self.silence.by_begun_twice + by_start)
        found[0, 1] += r * start * (lively @ self.silence.by_both)
        found[1, 0] = found[0, 1]
        found[3, 3] += gone @ (by_b * by_b - by_b)
        return found


def _paces(rows: Rows, weight: Floats, k: int, r: float, start: float) -> Slopes:
    """The sum of w (log G(n) - log G(r) + r log A - n log begun)."""
    of_repeats = rows.repeats.total(weight)
    shape, count = r + k * rows.repeats.value, float(of_repeats.sum())
    begun = start + rows.last.value
    few = rows.last.total(weight)
    many = r * few + k * rows.last.total(weight * rows.repeats.at(slice(None)))
    log_begun = np.log(begun)
    value = of_repeats @ gammaln(shape) + count * (r * np.log(start) - gammaln(r)) - many @ log_begun
    by_r = of_repeats @ digamma(shape) + count * (np.log(start) - digamma(r)) - few @ log_begun
    by_start = count * r / start - many @ (1 / begun)
    found = Slopes(float(value), np.array([r * by_r, start * by_start, 0.0, 0.0]), np.zeros((4, 4)))
    by_r_twice = of_repeats @ polygamma(1, shape) - count * polygamma(1, r)
    by_start_twice = many @ (1 / begun**2) - count * r / start**2
    found.hessian[0, 0] = r * r * by_r_twice + r * by_r
    found.hessian[1, 1] = start * start * by_start_twice + start * by_start
    found.hessian[0, 1] = found.hessian[1, 0] = r * start * (count / start - few @ (1 / begun))
    return found


def _stops(rows: Rows, weight: Floats, a: float, b: float, first_may_stop: bool) -> Slopes:
    """The sum of w (log B(a, b + s) - log B(a, b))."""
    of_repeats = rows.repeats.total(weight)
    passed = rows.repeats.value + first_may_stop
    stay, both, count = b + passed, a + b + passed, float(of_repeats.sum())
    value = of_repeats @ (gammaln(stay) - gammaln(both)) + count * (gammaln(a + b) - gammaln(b))
    by_a = count * digamma(a + b) - of_repeats @ digamma(both)
    by_b = by_a + of_repeats @ digamma(stay) - count * digamma(b)
    found = Slopes(float(value), np.array([0.0, 0.0, a * by_a, b * by_b]), np.zeros((4, 4)))
    by_a_twice = count * polygamma(1, a + b) - of_repeats @ polygamma(1, both)
    by_b_twice = by_a_twice + of_repeats @ polygamma(1, stay) - count * polygamma(1, b)
    found.hessian[2, 2] = a * a * by_a_twice + a * by_a
    found.hessian[3, 3] = b * b * by_b_twice + b * by_b
    found.hessian[2, 3] = found.hessian[3, 2] = a * b * by_a_twice
    return found
