"""What arithmetic refuses to work on: one class for each kind of unusable input, and the checks that raise them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vitalfew.ground.errors import Refusal

Array = NDArray[Any]


class UnusableInput(Refusal):
    """The numbers cannot be worked with."""


class NotFinite(UnusableInput):
    """A number is missing or infinite."""


class NothingThere(UnusableInput):
    """There is not a single row."""


class TooFew(UnusableInput):
    """There are fewer rows than the estimate needs."""


class NothingVaries(UnusableInput):
    """All rows are equal, so nothing can be learnt from their differences."""


class BelowZero(UnusableInput):
    """A number that cannot be negative is below zero."""


class OutOfOrder(UnusableInput):
    """Numbers that must follow each other do not: a last order before the first, thresholds that fall."""


class NotAlike(UnusableInput):
    """Columns that belong together differ in length or shape."""


class NotAColumn(UnusableInput):
    """A table lacks a column, or the column holds another kind of value."""


def same_length(**columns: Array) -> int:
    """The common length of one-dimensional columns. Raises NotAlike, or NothingThere when it is zero."""
    shapes = {name: column.shape for name, column in columns.items()}
    if any(len(shape) != 1 for shape in shapes.values()) or len(set(shapes.values())) > 1:
        told = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise NotAlike(f"Columns that belong together differ in shape: {told}. Give one value of each for every row.")
    length = int(next(iter(shapes.values()))[0])
    if length == 0:
        raise NothingThere(f"There is not a single row in {', '.join(columns)}: nothing can be estimated from nothing.")
    return length


def finite(**columns: Array) -> None:
    """Raises NotFinite where a number is NaN or infinite; the message names the column and the first such row."""
    for name, column in columns.items():
        bad = ~np.isfinite(column)
        if bad.any():
            raise NotFinite(
                f"{name} holds a number that is missing or infinite, first at {_first(bad)}: remove or mend the row."
            )


def not_below_zero(**columns: Array) -> None:
    """Raises BelowZero; the message names the column and the first such row."""
    for name, column in columns.items():
        bad = column < 0
        if bad.any():
            raise BelowZero(f"{name} is below zero, first at {_first(bad)}, and cannot be: mend the row.")


def above_zero(**columns: Array) -> None:
    """Raises BelowZero where a number is zero or less; the message names the column and the first such row."""
    for name, column in columns.items():
        bad = column <= 0
        if bad.any():
            raise BelowZero(f"{name} must be above zero and is not, first at {_first(bad)}: mend or leave out the row.")


def at_least(count: int, needed: int, what: str) -> None:
    """Raises TooFew when `count` is below `needed`; `what` names the rows in the plural."""
    if count < needed:
        raise TooFew(
            f"{needed} {what} are needed and there {'is' if count == 1 else 'are'} {count}: gather more first."
        )


def varies(**columns: Array) -> None:
    """Raises NothingVaries where all numbers of a column are equal."""
    for name, column in columns.items():
        if column.size and (column == column.flat[0]).all():
            raise NothingVaries(f"{name} is the same in every row: nothing can be learnt from it, so leave it out.")


def in_order(wrong: Array, sentence: str) -> None:
    """Raises OutOfOrder where `wrong` holds anywhere; `sentence` says what must follow what, the row is added."""
    if wrong.any():
        raise OutOfOrder(f"{sentence}, and this does not hold first at {_first(wrong)}: mend the row.")


def _first(bad: Array) -> str:
    place = np.argwhere(bad)[0].tolist()
    return f"row {place[0]}" if len(place) == 1 else f"place {tuple(place)}"
