"""A number as a person sees it: value, interval, n, date, method and why, or what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with all that is needed to trust or doubt it.

    `value`, `low` and `high` share `unit` ("share", "count", "money", "rank", "days", "hours", "number"); money is in minor units.
    `level` is the coverage the interval claims, for example 0.8. `measure` names the page in docs/measures.
    A figure without a value says in `missing` what evidence is lacking.
    """

    measure: str
    unit: str
    as_of: date | None
    n: int
    value: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    why: str = ""
    missing: str = ""
    currency: str = ""

    @property
    def known(self) -> bool:
        """False when the honest answer is "not enough evidence"."""
        return self.value is not None


def not_enough(*, measure: str, unit: str, as_of: date | None, n: int, missing: str) -> Figure:
    """The first-class answer "not enough evidence", with what is missing in words."""
    return Figure(measure=measure, unit=unit, as_of=as_of, n=n, value=None, missing=missing)
