"""Numbers as the command line takes them: one outside its bounds is a call that cannot be understood."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def within(low: int, high: int) -> Callable[[str], int]:
    """A whole number from `low` to `high`, both inside."""

    def number(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{value} is not between {low} and {high}")
        return value

    return number
