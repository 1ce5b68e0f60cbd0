"""How many accounts are too many, and when a review is due."""

from __future__ import annotations

from datetime import date

import pytest

from vitalfew.selection.rules import WARN_ABOVE, Load, review_due


@pytest.mark.parametrize(("accounts", "too_many"), [(0, False), (WARN_ABOVE, False), (WARN_ABOVE + 1, True)])
def test_a_load_warns_above_its_bound_only(accounts, too_many):
    assert Load("Ben", accounts).too_many is too_many


@pytest.mark.parametrize(
    ("last", "today", "due"),
    [
        (None, date(2026, 1, 1), False),
        (None, date(2026, 1, 2), True),
        (date(2025, 6, 1), date(2026, 1, 2), False),
        (date(2025, 6, 1), date(2026, 6, 1), False),
        (date(2025, 6, 1), date(2026, 6, 2), True),
    ],
)
def test_a_review_is_due_after_a_year(last, today, due):
    assert review_due(designated_on=date(2025, 1, 1), last_review=last, today=today) is due
