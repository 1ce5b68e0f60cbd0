"""Arrow columns with exact values: decimals from whole numbers, dates from day counts, text by index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from vitalfew.demo.scene.streams import Bools, Floats, Ints

_EPOCH = date(1970, 1, 1)


def divide_half_even(*, dividend: Ints, divisor: int) -> Ints:
    """Whole quotients rounded half to even, also for negative dividends; no float takes part."""
    quotient, rest = np.divmod(dividend, divisor)
    twice = 2 * rest
    up = (twice > divisor) | ((twice == divisor) & (quotient % 2 == 1))
    return np.asarray(quotient + up, dtype=np.int64)


def decimals(*, values: Ints, places: int, missing: Bools | None = None) -> pa.Array:
    """Decimal(18, places) from whole numbers in units of 10^-places; null where `missing`."""
    wide = np.empty((len(values), 2), dtype="<i8")
    wide[:, 0] = values
    wide[:, 1] = values >> 63  # the sign fills the upper half of the 128 bits
    valid = None if missing is None else pa.array(~missing).buffers()[1]
    return pa.Array.from_buffers(pa.decimal128(18, places), len(values), [valid, pa.py_buffer(wide.tobytes())])


def dates(*, days: Ints, first: date, missing: Bools | None = None) -> pa.Array:
    """date32 from days counted from `first`; null where `missing`."""
    counted = (np.asarray(days) + (first - _EPOCH).days).astype(np.int32)
    return pa.array(counted, mask=missing).cast(pa.date32())


def texts(*, words: Sequence[str | None], index: Ints) -> pa.Array:
    """`words[index]` as plain strings; an index of -1 is null."""
    return pa.array(list(words), pa.string()).take(pa.array(index, mask=index < 0))


def rounded(*, values: Floats, places: int = 6) -> pa.Array:
    """Floats cut to `places`, so that the last bits of another machine's exp() do not show."""
    return pa.array(np.round(values, places) + 0.0)
