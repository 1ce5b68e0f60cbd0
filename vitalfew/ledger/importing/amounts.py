"""Line amounts: quantity × unit price, exact, rounded once, half even, to minor units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MILLION = 1_000_000
LARGEST = 9e12  # whole units of currency; a line beyond this would leave 64 bits and is refused


def to_minor(values: NDArray[np.int64], digits: int) -> tuple[NDArray[np.int64], int]:
    """Amounts in millionths rounded half even to minor units of `digits` places, and the sum of what was cut off.

    The remainder is in 10⁻¹² units, exact − rounded, so that a file's own total can be told.
    """
    step = 10 ** (6 - digits)
    whole, rest = np.divmod(values, step)
    up = (2 * rest > step) | ((2 * rest == step) & (whole & 1 == 1))
    remainder = int(rest.sum()) - int(up.sum()) * step
    return whole + up, remainder * MILLION


def product(
    quantity: NDArray[np.int64], price: NDArray[np.int64], digits: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_], int]:
    """quantity × price, both in millionths, in minor units; which lines are too large; the sum cut off in 10⁻¹².

    The product has twelve places and would leave 64 bits, so it is held in two parts: millionths and what is below.
    """
    units, fraction = np.divmod(quantity, MILLION)
    too_large = np.abs(quantity / MILLION) * np.abs(price / MILLION) >= LARGEST
    safe_units = np.where(too_large, 0, units)
    safe_price = np.where(too_large, 0, price)
    whole_price, part_price = np.divmod(safe_price, MILLION)
    # fraction < 10⁶ and part_price < 10⁶, so that no product below leaves 64 bits
    carry, below = np.divmod(fraction * part_price, MILLION)
    millionths = safe_units * safe_price + fraction * whole_price + carry
    step = 10 ** (6 - digits)
    whole, rest = np.divmod(millionths, step)
    twice = 2 * rest
    up = (twice > step) | ((twice == step) & ((below > 0) | (whole & 1 == 1)))
    cut = (int(rest.sum()) - int(up.sum()) * step) * MILLION + int(below.sum())
    return np.where(too_large, 0, whole + up), too_large, cut
