"""The parameters given all data and what was believed beforehand: the most probable ones, and others nearly as probable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from vitalfew.analytics.level.likelihood import Known, weigh
from vitalfew.analytics.level.parameters import Layout, Priors

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Posterior:
    """Minus the log of likelihood times prior, in free numbers. `faith`, 0 to 1, weighs the belief in the cutpoints."""

    known: Known
    layout: Layout
    anchor: int
    priors: Priors
    faith: float

    def cost(self, vector: Floats) -> tuple[float, Floats]:
        parameters = self.layout.parameters(vector)
        weighed = weigh(known=self.known, layout=self.layout, parameters=parameters)
        ours = self.layout.scale.owner == self.anchor
        doubt = self.faith / self.priors.cutpoint_spread**2
        off = parameters.threshold[ours] - self.priors.cutpoints
        weighed.slopes.threshold[ours] -= doubt * off
        centre, spread = self.layout.believed(self.priors, self.anchor)
        away = (vector - centre) / spread
        value = weighed.value - 0.5 * (away @ away) - 0.5 * doubt * (off @ off)
        return -value, away / spread - self.layout.slopes(vector, weighed.slopes)

    def mode(self) -> Floats:
        start = self.layout.believed(self.priors, self.anchor)[0]
        found = minimize(
            self.cost, start, jac=True, method="L-BFGS-B", options={"maxcor": 30, "maxiter": 500, "ftol": 1e-10}
        )
        return np.asarray(found.x)

    def root(self, best: Floats) -> Floats:
        """A matrix whose product with its transpose is the covariance of the free numbers around the mode (Laplace)."""
        width, here = 1e-4, self.cost(best)[1]
        curve = np.array([self.cost(best + step)[1] - here for step in width * np.eye(best.size)]) / width
        value, vector = np.linalg.eigh((curve + curve.T) / 2)
        # Nothing is less sure than the priors left it; a mode met early would otherwise invent doubt.
        least = 1 / self.layout.believed(self.priors, self.anchor)[1].max() ** 2
        return np.asarray(vector / np.sqrt(np.maximum(value, least)))


def draws(*, mode: Floats, root: Floats, number: int, seed: int) -> Floats:
    """Draws of the free numbers, (number, free numbers), in pairs on both sides of the mode: their mean is the mode."""
    half = np.random.default_rng(seed).standard_normal((number // 2, root.shape[1])) @ root.T
    return np.concatenate([mode + half, mode - half])
