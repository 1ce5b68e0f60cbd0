"""Numbers in every notation of real ledgers, against Decimal."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalfew.ledger.importing.numbers import Evidence, decimal, parse, says_mark

READ = [
    ("5", "point", "5"),
    ("+5", "point", "5"),
    ("-5", "point", "-5"),
    ("5-", "point", "-5"),
    ("(5)", "point", "-5"),
    ("(1,234.50)", "point", "-1234.50"),
    ("−5", "point", "-5"),
    ("–5", "point", "-5"),
    (" 5 ", "point", "5"),
    (".5", "point", "0.5"),
    ("5.", "point", "5"),
    ("0005", "point", "5"),
    ("1,234.56", "point", "1234.56"),
    ("1.234,56", "comma", "1234.56"),
    ("1.234.567,8", "comma", "1234567.8"),
    ("12,34,567.89", "point", "1234567.89"),
    ("1.234", "comma", "1234"),
    ("1.234", "point", "1.234"),
    ("1,234", "point", "1234"),
    ("1,234", "comma", "1.234"),
    ("1 234,56", "comma", "1234.56"),
    ("1\u00a0234,56", "comma", "1234.56"),
    ("1\u202f234,56", "comma", "1234.56"),
    ("1'234.50", "point", "1234.50"),
    ("1’234.50", "point", "1234.50"),
    ("£5.00", "point", "5"),
    ("-£5.00", "point", "-5"),
    ("£-5.00", "point", "-5"),
    ("(£5.00)", "point", "-5"),
    ("£(5.00)", "point", "-5"),
    ("£5.00-", "point", "-5"),
    ("5,00 €", "comma", "5"),
    ("-5,00 €", "comma", "-5"),
    ("EUR 5,00", "comma", "5"),
    ("CHF 1'234.50", "point", "1234.50"),
    ("5 kr", "comma", "5"),
    ("$1,000", "point", "1000"),
    ("US$5", "point", "5"),
    ("¥500", "point", "500"),
    ("5.-", "point", "5"),
    ("5,-", "comma", "5"),
    ("1.250,--", "comma", "1250"),
    ("-5,-", "comma", "-5"),
    ("１２．５０", "point", "12.50"),
    ("1e3", "point", "1000"),
    ("1E-2", "point", "0.01"),
    ("1,5e3", "comma", "1500"),
    ("0.0000001", "point", "0"),
    ("0.0000005", "point", "0"),
    ("0.0000015", "point", "0.000002"),
    ("8999999999999.999999", "point", "8999999999999.999999"),
]
REFUSED = [
    "", "-", "()", "£", "abc", "nan", "NaN", "inf", "-inf", "Infinity", "#N/A", "#DIV/0!", "#REF!", "#VALUE!", "1e99", "1e999",
    "0x1F", "1_000", "1..5", "1-5", "--5", "(-5)", "-(5)", "-5-", "5/8", "12:30", "5 CR", "50%", "1,23,4.5", "2024-03-04",
    "9000000000000", "true", "½",
]  # fmt: skip


@pytest.mark.parametrize(("text", "mark", "expected"), READ)
def test_every_notation_reads_as_its_number(text, mark, expected):
    assert parse(text, mark=mark) == int(Decimal(expected) * 1_000_000)


@pytest.mark.parametrize("mark", ["point", "comma"])
@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_number_is_refused(text, mark):
    assert parse(text, mark=mark) is None


@pytest.mark.parametrize(
    ("text", "mark"), [("1,5", "point"), ("1,2345", "point"), ("1.5", "comma"), ("1.234.5", "comma")]
)
def test_the_other_decimal_mark_is_never_guessed_in_a_single_number(text, mark):
    assert parse(text, mark=mark) is None


NUMBERS = st.decimals(-8_999_999_999_999, 8_999_999_999_999, places=6, allow_nan=False, allow_infinity=False)


def german(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


@given(value=NUMBERS, style=st.sampled_from(["{}", "({})", "{}-", "£{}", "{} €", "EUR {}", "\u00a0{}\u2009"]))
def test_a_written_number_comes_back_exactly_in_both_marks(value, style):
    size = abs(value)
    for mark, shown in (
        ("point", f"{size:,f}"),
        ("comma", german(f"{size:,f}")),
        ("point", f"{size:f}"),
        ("comma", german(f"{size:f}")),
    ):
        expected = -size if style in ("({})", "{}-") else size
        assert decimal(style.format(shown), mark=mark) == expected
        assert parse(style.format(shown), mark=mark) == int(expected * 1_000_000)


@given(value=st.decimals(-1_000_000, 1_000_000, allow_nan=False, allow_infinity=False, places=12))
def test_places_past_the_sixth_are_rounded_half_even(value):
    expected = int((value * 1_000_000).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    assert parse(f"{value:f}", mark="point") == expected


@given(text=st.text(max_size=12))
def test_any_text_is_a_number_or_none(text):
    for mark in ("point", "comma"):
        found = parse(text, mark=mark)
        assert found is None or abs(found) < 9_000_000_000_000_000_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5", "point"), ("1,5", "comma"), ("1,234.5", "point"), ("1.234,5", "comma"), ("1.234", "either"), ("1,234", "either"),
        ("-1,234", "either"), ("0.125", "point"), ("0,125", "comma"), ("1234.567", "point"), ("1,234,567", "point"),
        ("1.234.567", "comma"), ("12", None), ("£1,234", "either"), ("abc", None), ("1.234,5-", "comma"), ("", None), ("5,-", None),
    ],
)  # fmt: skip
def test_a_value_says_which_mark_it_proves(text, expected):
    assert says_mark(text) == expected


def test_evidence_keeps_the_first_example_of_each_kind():
    found = Evidence().seen(["5", "1,234", "2,345", "1.5"]).seen(["2.5", "7,25"])
    assert found == Evidence(point="1.5", comma="7,25", either="1,234")
