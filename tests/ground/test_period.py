"""Periods hold both their ends."""

from datetime import date

import pytest

from vitalfew.ground.period import Period, last_months, month_number, months_before


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2011, 12, 9), 12, date(2010, 12, 9)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2024, 1, 15), 13, date(2022, 12, 15)),
    ],
)
def test_months_back_never_leave_the_calendar(day, months, before):
    assert months_before(day, months) == before


def test_twelve_months_are_a_year_of_days():
    assert last_months(date(2023, 12, 31), 12) == Period(date(2023, 1, 1), date(2023, 12, 31))
    assert last_months(date(2023, 12, 31), 12).days == 365


def test_months_can_be_subtracted():
    assert month_number(date(2024, 2, 1)) - month_number(date(2023, 11, 30)) == 3
