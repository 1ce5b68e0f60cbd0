"""The chance that an active customer is silent as long as it has been, and how far its next order has come along.

The k-th stage after the last order is the next order. With stages at an unknown pace ~ Gamma(shape, begun) their number
in a span is negative binomial, so the chance of silence is the chance of fewer than k stages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.repeat.orders import Floats

# Rows worked on at once: their columns stay in the processor's cache, and products of a few of them are so small that
# no BLAS spreads them over threads, which would cost more than it gains.
AT_ONCE = 8_192


@dataclass(frozen=True, slots=True)
class Silence:
    """A `span` without the k-th stage, where the pace of stages is Gamma(shape, begun); arrays (customers,)."""

    k: int
    shape: Floats
    begun: Floats
    span: Floats

    def longer(self, weeks: float | Floats) -> Silence:
        return Silence(self.k, self.shape, self.begun, self.span + weeks)

    def log_chance(self) -> Floats:
        """Log chance that an active customer is silent so long, shape (customers,)."""
        found = np.empty(self.shape.size)
        for start in range(0, found.size, AT_ONCE):
            part = slice(start, start + AT_ONCE)
            shape, begun, span = self.shape[part], self.begun[part], self.span[part]
            total = np.zeros_like(span)
            for weight in _weights(self.k, shape, span / (begun + span)):
                total += weight
            found[part] = np.log(total) - shape * np.log1p(span / begun)
        return found

    def stages(self) -> Floats:
        """How many of the k stages are done by now on average, shape (customers,)."""
        weights = list(_weights(self.k, self.shape, self.span / (self.begun + self.span)))
        return np.asarray(sum(j * weight for j, weight in enumerate(weights)) / sum(weights))

    def draw_stage(self, draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """How many of the k stages are done by now, shape (customers, draws)."""
        weights = _weights(self.k, self.shape, self.span / (self.begun + self.span))
        upto = np.cumsum(list(weights), axis=0)[:, :, np.newaxis]
        dice = rng.random((self.shape.size, draws)) * upto[-1]
        stage = np.zeros(dice.shape, dtype=np.int64)
        for weight in upto[:-1]:
            stage += dice > weight
        return stage


def _weights(k: int, shape: Floats, part: Floats) -> Iterator[Floats]:
    """How likely 0, 1, … k - 1 stages are done, relative to none: no double overflows up to k = 24."""
    weight = np.ones_like(part)
    yield weight
    for j in range(1, k):
        weight = weight * (shape + (j - 1)) * (part / j)
        yield weight
