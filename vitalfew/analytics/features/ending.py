"""The last day on which a ledger is complete: its newest days may not have been invoiced yet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WEEKS = 13
FEWEST_WEEKS = 4
# A day is thin when it has less than a quarter of its weekday's usual lines, and those are enough to judge by.
THIN = 0.25
ENOUGH = 8
LONGEST = 31


def last_complete_day(*, first: int, lines: NDArray[np.int64]) -> int:
    """The newest day up to which no day is thin; `lines` of each day from the day `first` on, shape (days,).

    Days are compared with the median of the same weekday in the 13 weeks before; a weekday without usual lines, such
    as a Sunday, follows the day before it. A ledger that is too sparse or too short to judge ends with its last line,
    and so does one whose last month is all thin.
    """
    last, newest = lines.size - 1, None
    for place in range(last, max(last - LONGEST, -1), -1):
        earlier = lines[place - 7 :: -7][:WEEKS] if place >= 7 else lines[:0]
        usual = float(np.median(earlier)) if earlier.size >= FEWEST_WEEKS else 0.0
        if usual >= ENOUGH and lines[place] < THIN * usual:
            newest = None
            continue
        newest = place if newest is None else newest
        if usual >= ENOUGH:
            return first + newest
    return first + last
