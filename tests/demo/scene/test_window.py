from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from vitalfew.demo.scene.window import Window, easter_sunday, holidays, window_before


@pytest.mark.parametrize(
    "sunday",
    [
        date(1954, 4, 18),
        date(1981, 4, 19),
        date(2000, 4, 23),
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2038, 4, 25),
    ],
)
def test_easter_sunday_falls_on_known_dates(sunday):
    assert easter_sunday(sunday.year) == sunday


def test_window_ends_with_month_before():
    assert window_before(until=date(2026, 11, 23), years=3) == Window(date(2023, 11, 1), date(2026, 10, 31))
    assert window_before(until=date(2026, 1, 1), years=2) == Window(date(2024, 1, 1), date(2025, 12, 31))
    assert window_before(until=date(2024, 3, 31), years=2) == Window(date(2022, 3, 1), date(2024, 2, 29))


def test_months_are_counted_from_first():
    window = Window(date(2023, 11, 1), date(2026, 10, 31))
    days = np.array([0, 29, 30, 61, window.days - 1])
    assert window.month(days).tolist() == [0, 0, 1, 2, 35]
    assert window.calendar_month(days).tolist() == [10, 10, 11, 0, 9]
    assert window.month_start(35) == date(2026, 10, 1)


def test_weekends_and_holidays_roll_forward():
    window = Window(date(2021, 12, 1), date(2022, 11, 30))
    saturday_christmas = window.day(date(2021, 12, 25))
    # Christmas 2021 fell on a Saturday: its two days are taken on Monday and Tuesday.
    assert window.date(window.next_working_day(np.array([saturday_christmas]))[0]) == date(2021, 12, 29)


def test_every_year_has_eight_holidays():
    found = holidays(window=Window(date(2023, 11, 1), date(2026, 10, 31)))
    years = found.astype("datetime64[Y]").astype(int) + 1970
    assert np.bincount(years)[2023:].tolist() == [8, 8, 8, 8, 8]
    assert np.is_busday(found).all()
