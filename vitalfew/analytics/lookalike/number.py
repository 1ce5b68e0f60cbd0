"""A quantity that tells what a firm is: employees, sites, revenue, age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.lookalike.reading import Bools, quantities

# A quantity more skewed than this is told apart by ratios, not by differences.
SKEWED = 1.0
SMALL = 0.05


@dataclass(frozen=True, slots=True)
class Number:
    """How the accounts' quantity is read.

    `unit` is 0, or for a skewed quantity a small one above zero of theirs: then log(1 + x / unit) takes the place of x.
    `centre` and `scale` are the mean and standard deviation of the accounts after that; `low` and `high` their range in
    such standard units, beyond which nothing is extrapolated; `span` the width of their middle nine tenths. The
    `quartiles` are quantities as they came.
    """

    name: str
    unit: float
    centre: float
    scale: float
    low: float
    high: float
    span: float
    quartiles: tuple[float, ...]

    @property
    def features(self) -> Ints:
        """A slope and a bend, each with a spread of its own; none where the accounts do not differ."""
        return np.arange(2 if self.scale else 0)

    def read(self, source: pa.Table) -> Floats:
        """Shape (firms, 1), NaN where it is not known. Raises NotAColumn, or NotFinite for an infinite number."""
        return quantities(source, self.name)[:, np.newaxis]

    def known(self, values: Floats) -> Bools:
        return ~np.isnan(values[:, 0])

    def matrix(self, values: Floats) -> Floats:
        if not self.scale:
            return np.empty((len(values), 0))
        steps = np.clip(self._steps(values[:, 0]), self.low, self.high)
        return np.column_stack((steps, steps**2 / 2))

    def scaled(self, values: Floats) -> Floats:
        return self._steps(values) / self.span if self.scale else values

    def apart(self, these: Floats, those: Floats) -> Floats:
        """0 to 1 for each pair: the difference as a share of the middle nine tenths of the accounts."""
        if not self.scale:
            return np.where(these == those.T, 0.0, 1.0)
        far = these - those.T
        return np.minimum(np.abs(far, out=far), 1.0, out=far)

    def likeness(self, this: Floats, that: Floats) -> str:
        return f"same {self.name} ({this[0]:g})" if this[0] == that[0] else f"{self.name} {this[0]:g} and {that[0]:g}"

    def examples(self) -> tuple[Floats, list[str]]:
        return np.array(self.quartiles).reshape(-1, 1), [f"{one:g}" for one in self.quartiles]

    def _steps(self, values: Floats) -> Floats:
        plain = np.log1p(np.maximum(values, 0.0) / self.unit) if self.unit else values
        return (plain - self.centre) / self.scale


def learn_number(source: pa.Table, name: str) -> Number:
    """A quantity of the accounts. Raises NotAColumn, or NotFinite for an infinite number."""
    values = quantities(source, name)
    values = values[~np.isnan(values)]
    centre, scale = _moments(values)
    if not scale:
        return Number(name, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, ())
    skewed = values.min() >= 0 and (((values - centre) / scale) ** 3).mean() > SKEWED
    unit = float(np.quantile(values[values > 0], SMALL, method="lower")) if skewed else 0.0
    plain = np.log1p(values / unit) if unit else values
    centre, scale = _moments(plain)
    steps = (plain - centre) / scale
    inner = float(np.subtract(*np.quantile(steps, (0.95, 0.05))))
    quartiles = tuple(np.unique(np.quantile(values, (0.25, 0.5, 0.75), method="nearest")).tolist())
    low, high = float(steps.min()), float(steps.max())
    return Number(name, unit, centre, scale, low, high, inner or high - low, quartiles)


def _moments(values: Floats) -> tuple[float, float]:
    """Mean and standard deviation, taken as shares of the largest so that no square overflows; 0 and 0 for none."""
    largest = float(np.abs(values).max(initial=0.0))
    if not largest:
        return 0.0, 0.0
    return largest * float((values / largest).mean()), largest * float((values / largest).std())
