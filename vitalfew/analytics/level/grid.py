"""The line on which accounts are seen: points of the trait, how it blurs from person to person and from quarter to quarter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import sici

Floats = NDArray[np.float64]

# Sixty-one points a sixth apart: sums over them are the integrals to nine digits, and chances of levels right to four,
# as long as nothing that is integrated is narrower than a fifth; a dozen respondents leave a third.
GRID: Floats = np.linspace(-5.0, 5.0, 61)
STEP = float(GRID[1] - GRID[0])
LEVELS = 4


def blur(*, spread: float, shift: float = 0.0) -> Floats:
    """Chances of each point given each other: row t holds N(t + shift, spread²) over the grid and adds up to one."""
    away = (GRID - GRID[:, None] - shift) / max(spread, 1e-3)
    dense = np.exp(-0.5 * (away**2 - (away**2).min(axis=1, keepdims=True)))
    return np.asarray(dense / dense.sum(axis=1, keepdims=True))


def blur_slopes(*, kernel: Floats, spread: float, shift: float) -> tuple[Floats, Floats]:
    """Derivatives of log `blur` by its shift and by the logarithm of its spread, both (points, points)."""
    away = (GRID - GRID[:, None] - shift) / max(spread, 1e-3)
    by_shift, by_spread = away / max(spread, 1e-3), away**2
    return (
        by_shift - (kernel * by_shift).sum(axis=1, keepdims=True),
        by_spread - (kernel * by_spread).sum(axis=1, keepdims=True),
    )


def level_weights(*, cutpoints: Floats) -> Floats:
    """What each point of the trait counts for each level, (points, 4): a density times this is the chances of the levels.

    The area under a smooth curve up to a cutpoint, from its values on an even grid, is their sum weighed by the sine
    integral (Whittaker 1915), exact but for what the grid cannot see, and smooth in the cutpoints.
    """
    below = 0.5 + sici(np.pi * (cutpoints - GRID[:, None]) / STEP)[0] / np.pi
    return np.asarray(np.diff(below, axis=1, prepend=0.0, append=1.0))


def level_chances(*, density: Floats, cutpoints: Floats) -> Floats:
    """Chances of the levels, (accounts, 4), from densities over the grid, (accounts, points), of any scale."""
    chance = np.maximum(density @ level_weights(cutpoints=cutpoints), 0.0)
    return np.asarray(chance / chance.sum(axis=1, keepdims=True))


def moments(*, density: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each density, both (accounts,); each row of `density` adds up to one."""
    mean = density @ GRID
    return mean, np.sqrt(np.maximum(density @ GRID**2 - mean**2, 0.0))
