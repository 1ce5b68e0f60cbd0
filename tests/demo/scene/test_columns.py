from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vitalfew.demo.scene.columns import dates, decimals, divide_half_even, texts


@given(st.integers(-(10**12), 10**12), st.integers(1, 10_000))
def test_division_rounds_half_to_even(dividend, divisor):
    exact = (Decimal(dividend) / Decimal(divisor)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    assert divide_half_even(dividend=np.array([dividend]), divisor=divisor).tolist() == [int(exact)]


def test_decimals_keep_sign_and_places():
    made = decimals(values=np.array([12345, -1, 0, 7]), places=2, missing=np.array([False, False, False, True]))
    assert made.to_pylist() == [Decimal("123.45"), Decimal("-0.01"), Decimal("0.00"), None]


def test_dates_count_from_first_day():
    made = dates(days=np.array([0, 31, 5]), first=date(2024, 1, 1), missing=np.array([False, False, True]))
    assert made.to_pylist() == [date(2024, 1, 1), date(2024, 2, 1), None]


def test_texts_know_no_index_minus_one():
    assert texts(words=("a", "b"), index=np.array([1, -1, 0])).to_pylist() == ["b", None, "a"]
