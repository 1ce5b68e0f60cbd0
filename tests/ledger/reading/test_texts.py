"""Canonical texts of typed values, and records of delimited text."""

from __future__ import annotations

import csv
import io
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.reading import ugly
from vitalfew.ledger.reading.records import records
from vitalfew.ledger.reading.texts import text_of, texts_of

VALUES = [
    (17850.0, "17850"),
    (0.30000000000000004, "0.30000000000000004"),
    (1e20, "100000000000000000000"),
    (1e-7, "0.0000001"),
    (-0.0, "0"),
    (float("nan"), None),
    (float("inf"), "inf"),
    (Decimal("2.50"), "2.5"),
    (Decimal("1E+3"), "1000"),
    (True, "true"),
    (False, "false"),
    (1, "1"),
    ("", None),
    (None, None),
    (" x ", " x "),
    (date(2024, 3, 4), "2024-03-04"),
    (ugly.day(2024, 3, 4, 8, 30), "2024-03-04T08:30:00"),
    (time(8, 30), "08:30:00"),
    (timedelta(hours=36, minutes=5), "36:05:00"),
    (timedelta(minutes=-5), "-0:05:00"),
    (b"abc", "abc"),
    ({"a": [1, Decimal("2.50")]}, '{"a": [1, "2.5"]}'),
]


@pytest.mark.parametrize(("value", "text"), VALUES, ids=[repr(value) for value, _ in VALUES])
def test_value_has_one_canonical_text(value: object, text: str | None):
    assert text_of(value) == text


def test_truth_and_one_stay_apart_in_a_column():
    assert texts_of([1.0, True, "", 1, 2.5, 2.5]) == ["1", "true", None, "1", "2.5", "2.5"]
    assert texts_of(["", 1.0, 1.0]) == [None, "1", "1"]


@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_floats_come_back_exactly(number: float):
    text = text_of(number)
    assert text is not None
    assert float(text) == number
    assert "e" not in text


@given(text=st.text(alphabet='ab,"\n\r', max_size=40))
def test_records_split_as_pythons_csv_module(text: str):
    found = list(records(text, delimiter=",", quote='"'))
    if found and not found[-1].closed:
        return
    theirs = [tuple(cells) or ("",) for cells in csv.reader(io.StringIO(text, newline=""))]
    assert [record.cells for record in found] == theirs
