"""How much a day still counts by its age: one of a half-life ago a half."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.frames import Floats


def faded(age: NDArray[Any], half_life: float) -> Floats:
    """0.5^(age ÷ half-life) of whole days, shape of `age`: read from a table of all ages there are, which are few."""
    if age.size == 0:
        return np.zeros(age.shape)
    least, most = int(age.min()), int(age.max())
    found: Floats = (0.5 ** (np.arange(least, most + 1) / half_life))[age - least]
    return found
