"""How many orders an active customer will place: exact under an unknown pace, an unknown chance to stop and k stages.

Counted since the last order, y stages by the end of the coming weeks make y // k orders, unless the customer stops at
one of them. As fewer than k stages were done by now, y is distributed as
    f(y) g(y),  f negative binomial over the coming weeks alone,  g(y) = sum over j < k of C(y, j) (quiet / weeks)^j.
Both are worked out downwards from a y that is never passed: every term is then positive, nothing cancels, and a heavy
buyer's mass, which lies far from zero, can't be missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.repeat.orders import Floats
from vitalfew.analytics.repeat.silence import AT_ONCE

LEAST = 1e-280
# A normal deviate that one in 10^11 exceeds.
FAR = 6.7
# With fewer stages expected than this a second order within the weeks has no weight.
HARDLY = 1e-8


@dataclass(frozen=True, slots=True)
class Coming:
    """Active customers and the `weeks` before them; arrays (customers,).

    The pace of stages, at the last order ~ Gamma(shape, known - quiet), has since been `quiet` without the k-th stage;
    `known` is up to now. The chance to stop at an order is Beta(stop, stay).
    """

    k: int
    shape: Floats
    known: Floats
    quiet: Floats
    weeks: Floats
    stop: float
    stay: Floats

    def expected(self) -> Floats:
        """Orders expected, shape (customers,)."""
        expected = np.empty(self.shape.size)
        soon = self._soon()
        expected[soon] = self._at(soon).one()
        for rows, top in self._alike(np.flatnonzero(~soon)):
            expected[rows] = self._at(rows)._expected(top)
        return expected

    def chances(self, most: int) -> Floats:
        """Chance of at least 1, 2, … `most` orders, shape (customers, most)."""
        chances = np.zeros((self.shape.size, most))
        soon = self._soon()
        chances[soon, 0] = self._at(soon).one()
        for rows, top in self._alike(np.flatnonzero(~soon)):
            chances[rows] = self._at(rows)._chances(top, most)
        return chances

    def top(self) -> NDArray[np.int64]:
        """A number of orders that is never passed, shape (customers,)."""
        return self._top() // self.k

    def one(self) -> Floats:
        """Chance of an order within a span so short that two do not happen: all stages but one are done."""
        part, weight = self.quiet / self.known, np.ones(self.quiet.size)
        total = weight.copy()
        for j in range(1, self.k):
            weight = weight * (self.shape + (j - 1)) * (part / j)
            total += weight
        return weight / total * (self.shape + self.k - 1) * self.weeks / self.known

    def _soon(self) -> NDArray[np.bool_]:
        return np.asarray(self.shape * self.weeks <= HARDLY * (self.known + self.weeks))

    def _alike(self, rows: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], int]]:
        """Rows whose counts reach about as far: no more than the cache holds, so alike that no mass overflows."""
        top = self._top()[rows]
        order = np.argsort(top, kind="stable")
        rows, top, start = rows[order], top[order], 0
        while start < rows.size:
            far = int(np.searchsorted(top, top[start] + 16 + 8 * np.sqrt(top[start]), side="right"))
            end = min(far, start + AT_ONCE)
            yield rows[start:end], int(top[end - 1])
            start = end

    def _top(self) -> NDArray[np.int64]:
        """Stages never passed: by far, of a gamma pace (Wilson and Hilferty 1931), then of its Poisson count."""
        shape = np.maximum(self.shape + self.k - 1, 0.05)
        far = (1 - 1 / (9 * shape) + FAR / (3 * np.sqrt(shape))) ** 3
        mean = shape * far * self.weeks / self.known
        return np.asarray(self.k + 6 + np.ceil(mean + FAR * np.sqrt(mean)), dtype=np.int64)

    def _at(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Coming:
        shape, known, quiet, weeks = (c[rows] for c in (self.shape, self.known, self.quiet, self.weeks))
        return Coming(self.k, shape, known, quiet, weeks, self.stop, self.stay[rows])

    def _expected(self, top: int) -> Floats:
        expected, above = np.zeros(self.shape.size), np.zeros(self.shape.size)
        for order, above in self._counts(top):
            if order:
                expected *= self._stays(order)
                expected += above
        return expected / above

    def _chances(self, top: int, most: int) -> Floats:
        chances, above = np.zeros((self.shape.size, most)), np.zeros(self.shape.size)
        for order, above in self._counts(top):
            if 1 <= order <= most:
                chances[:, order - 1] = above
        still = 1 / above
        for order in range(1, min(most, top // self.k) + 1):
            chances[:, order - 1] *= still
            still *= self._stays(order)
        return chances

    def _stays(self, order: int) -> Floats:
        """Chance not to stop at this order, of those that did not before."""
        return np.asarray(1 - self.stop / (self.stay + (self.stop + order - 1)))

    def _counts(self, top: int) -> Iterator[tuple[int, Floats]]:
        """Downwards to 0: a number of orders and how likely it is or more, had nobody stopped, relative to that of 0.

        The array is the same one, worked on further.
        """
        longer = (self.known + self.weeks) / self.weeks
        ratio = self.quiet / self.weeks
        mass = np.full(ratio.size, LEAST)
        ways = sum((comb(top, j) * ratio**j for j in range(self.k)), np.zeros(ratio.size))
        shrink = 1 / (1 + ratio)
        power = ratio**self.k * shrink
        above = np.zeros(ratio.size)
        for y in range(top, 0, -1):
            above += mass * ways
            if y % self.k == 0:
                yield y // self.k, above
            mass *= longer * y / (self.shape + (y - 1))
            ways *= shrink
            ways += comb(y - 1, self.k - 1) * power
        above += mass * ways
        yield 0, above
