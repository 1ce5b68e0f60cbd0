"""The integral of two falling powers, which every question to the Pareto/NBD model comes down to.

The integral of (a + u)^-p (b + u)^-q over u from 0 to span is a difference of two hypergeometric functions, and loses
all digits where they are close or overflows where p is in the hundreds. Summed at Gauss-Legendre places of
log(1 + u / min(a, b)) every term is positive and the function smooth: nine digits and more, whatever the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitalfew.analytics.repeat.orders import Floats

_ROOTS, _WEIGHTS = np.polynomial.legendre.leggauss(32)
PLACES, LOG_WEIGHTS = (_ROOTS + 1) / 2, np.log(_WEIGHTS / 2)
# Where the integrand has fallen by e^38, what follows is below the last bit of the sum.
GONE = 38.0


@dataclass(frozen=True, slots=True)
class Decay:
    """(a + u)^-p (b + u)^-q over [0, span], p + q > 1; arrays of shape (rows,)."""

    a: Floats
    p: Floats
    b: Floats
    q: Floats
    span: Floats

    def terms(self) -> tuple[Floats, Floats]:
        """Places u and the log of what each adds to the integral, both of shape (rows, 32)."""
        near = np.minimum(self.a, self.b)
        width = np.log1p(self._reach() / near)
        stretched = width[:, np.newaxis] * PLACES
        u = near[:, np.newaxis] * np.expm1(stretched)
        with np.errstate(divide="ignore"):
            log = stretched + LOG_WEIGHTS + np.log(width * near)[:, np.newaxis]
        log -= self.p[:, np.newaxis] * np.log(self.a[:, np.newaxis] + u)
        log -= self.q[:, np.newaxis] * np.log(self.b[:, np.newaxis] + u)
        return u, log

    def log_integral(self) -> Floats:
        """Log of the integral, shape (rows,); minus infinity where the span is zero."""
        return log_sum(self.terms()[1])

    def _reach(self) -> Floats:
        """How far the integrand matters: one power alone, or both as if both fell as slowly as the slower."""
        alone = np.minimum(_fallen(self.a, self.p - 1), _fallen(self.b, self.q - 1))
        both = _fallen(np.maximum(self.a, self.b), self.p + self.q - 1)
        return np.minimum(self.span, np.minimum(alone, both))


def _fallen(start: Floats, power: Floats) -> Floats:
    return np.asarray(start * np.expm1(np.minimum(GONE / np.maximum(power, 1e-9), 600.0)))


def log_sum(logs: Floats) -> Floats:
    """Log of the sum over the last axis, where minus infinity adds nothing."""
    top = logs.max(axis=-1, keepdims=True)
    anchor = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.exp(logs - anchor).sum(axis=-1)) + anchor[..., 0])
