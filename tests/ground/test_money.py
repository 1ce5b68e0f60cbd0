"""Money is whole coins of one currency."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalfew.ground.money import CurrencyMismatch, Money, digits, minor_units, short


def test_currencies_have_their_own_coins():
    assert [digits(code) for code in ("GBP", "JPY", "KWD", "EUR")] == [2, 0, 3, 2]


def test_amounts_of_two_currencies_never_meet():
    with pytest.raises(CurrencyMismatch):
        Money(100, "GBP") + Money(100, "EUR")


def test_sums_stay_exact():
    assert Money(10, "GBP") + Money(20, "GBP") == Money(30, "GBP")


@pytest.mark.parametrize(("amount", "minor"), [("0.125", 12), ("0.135", 14), ("-0.125", -12), ("2.5", 250)])
def test_half_a_coin_goes_to_the_even_one(amount, minor):
    assert minor_units(Decimal(amount), "GBP") == minor


@given(st.integers(-(10**15), 10**15), st.sampled_from(["GBP", "JPY", "KWD"]))
def test_whole_units_come_back_as_coins(minor, currency):
    assert minor_units(Money(minor, currency).major, currency) == minor


def test_money_reads_as_people_write_it():
    assert [str(Money(974774793, "GBP")), str(Money(-5, "EUR")), str(Money(1500, "JPY"))] == [
        "£9,747,747.93",
        "−€0.05",
        "¥1,500",
    ]


def test_narrow_columns_get_short_money():
    assert [short(Money(minor, "GBP")) for minor in (93_000, 41_200_000, 830_006_581, -150_000)] == [
        "£930",
        "£412 k",
        "£8.3 M",
        "−£1.5 k",
    ]
