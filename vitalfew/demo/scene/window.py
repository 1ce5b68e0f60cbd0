"""The years the demo ledger covers: whole months, the firm's working days and its holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from vitalfew.demo.scene.streams import Floats, Ints
from vitalfew.ground.period import month_number

YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Window:
    """Whole months from `first` to `last`, both inside. Days are counted from `first` as day 0."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        return month_number(self.last) - month_number(self.first) + 1

    def month(self, days: Ints) -> Ints:
        """For each day the number of its month, the window's first month being 0."""
        return self._stamps(days).astype("datetime64[M]").astype(np.int64) - (month_number(self.first) - 1970 * 12)

    def calendar_month(self, days: Ints) -> Ints:
        """For each day its month of the year, January being 0."""
        return (self.month(days) + self.first.month - 1) % 12

    def month_start(self, month: int) -> date:
        """The first day of the window's month `month`."""
        year, index = divmod(month_number(self.first) + month, 12)
        return date(year, index + 1, 1)

    def day(self, when: date) -> int:
        return (when - self.first).days

    def date(self, day: int) -> date:
        return self.first + timedelta(days=int(day))

    def next_working_day(self, days: Ints) -> Ints:
        """Each day itself if the firm works on it, else the next day on which it does."""
        offset = np.datetime64(self.first, "D")
        rolled = np.busday_offset(self._stamps(days), 0, roll="forward", holidays=holidays(window=self))
        return (rolled - offset).astype(np.int64)

    def working_days(self) -> Ints:
        every = np.arange(self.days)
        return every[np.is_busday(self._stamps(every), holidays=holidays(window=self))]

    def years_from_middle(self, days: Ints) -> Floats:
        return np.asarray((days - self.days / 2) / YEAR, dtype=np.float64)

    def _stamps(self, days: Ints) -> np.ndarray:
        return np.datetime64(self.first, "D") + np.asarray(days, dtype=np.int64).astype("timedelta64[D]")


def window_before(*, until: date, years: int) -> Window:
    """The `years` years of whole months that end on the last day of the month before `until`."""
    last = until.replace(day=1) - timedelta(days=1)
    after = last + timedelta(days=1)
    return Window(first=after.replace(year=after.year - years), last=last)


def holidays(*, window: Window) -> np.ndarray:
    """The firm's holidays of all years that touch the window and of the year after, as days."""
    years = range(window.first.year, window.last.year + 2)
    return np.array([day for year in years for day in _holidays_of(year)], dtype="datetime64[D]")


def _holidays_of(year: int) -> list[date]:
    easter = easter_sunday(year)
    fixed = [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)]
    moving = [
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        _monday_from(date(year, 5, 1)),
        _monday_from(date(year, 5, 25)),
        _monday_from(date(year, 8, 25)),
    ]
    # A holiday on a weekend is taken on the next day that is neither: Monday, or Tuesday for the second of two.
    taken: list[date] = []
    for day in fixed:
        rest = day
        while rest.weekday() > 4 or rest in taken:
            rest += timedelta(days=1)
        taken.append(rest)
    return taken + moving


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by Gauss's rule with its two exceptions."""
    century = year // 100
    shift = (15 - (13 + 8 * century) // 25 + century - century // 4) % 30
    week = (4 + century - century // 4) % 7
    golden = year % 19
    moon = (19 * golden + shift) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + week) % 7
    if (moon, sunday) == (29, 6) or ((moon, sunday) == (28, 6) and golden > 10):
        moon -= 7
    return date(year, 3, 22) + timedelta(days=moon + sunday)
