"""Line amounts against Decimal: quantity × price, rounded once, half even, in any currency's smallest coin."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalfew.ground.money import digits, minor_units
from vitalfew.ledger.importing.amounts import LARGEST, MILLION, product, to_minor

PLACES = st.sampled_from([0, 2, 3, 4])
SMALL = st.integers(-(10**12), 10**12)
WIDE = st.integers(-(9 * 10**18) + 1, 9 * 10**18 - 1)
HALVES = st.sampled_from([500_000, 5_000, 500, 2_500_000, -5_000, 15_000, 25_000, -2_500_000])


def exact(quantity: int, price: int) -> Decimal:
    return Decimal(quantity) / MILLION * (Decimal(price) / MILLION)


@given(
    pairs=st.lists(st.tuples(st.one_of(SMALL, HALVES), st.one_of(SMALL, HALVES)), min_size=1, max_size=20),
    places=PLACES,
)
def test_product_is_the_decimal_product_rounded_half_even(pairs, places):
    quantity, price = (np.array(column, np.int64) for column in zip(*pairs, strict=True))
    found, too_large, cut = product(quantity, price, places)
    whole = [exact(*pair) for pair in pairs]
    assert not too_large.any()
    rounded = [int(value.scaleb(places).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)) for value in whole]
    assert found.tolist() == rounded
    assert Decimal(cut).scaleb(-12) == sum(whole) - sum(Decimal(value).scaleb(-places) for value in rounded)


@given(values=st.lists(st.one_of(SMALL, HALVES, WIDE), min_size=1, max_size=20), places=PLACES)
def test_a_given_amount_is_rounded_half_even(values, places):
    found, cut = to_minor(np.array(values, np.int64), places)
    whole = [Decimal(value) / MILLION for value in values]
    rounded = [int(value.scaleb(places).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)) for value in whole]
    assert found.tolist() == rounded
    assert Decimal(cut).scaleb(-12) == sum(whole) - sum(Decimal(value).scaleb(-places) for value in rounded)


@given(quantity=WIDE, price=WIDE, places=PLACES)
def test_a_product_beyond_the_limit_is_flagged_and_nothing_wraps(quantity, price, places):
    found, too_large, cut = product(np.array([quantity]), np.array([price]), places)
    value = exact(quantity, price)
    if abs(value) < Decimal(LARGEST) * Decimal("0.999999"):
        assert not too_large[0]
        assert found[0] == int(value.scaleb(places).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    elif abs(value) > Decimal(LARGEST) * Decimal("1.000001"):
        assert too_large.tolist() == [True]
        assert (found.tolist(), cut) == ([0], 0)


@pytest.mark.parametrize(
    ("quantity", "price", "currency", "expected"),
    [
        ("3", "333.5", "JPY", 1000),  # 1000.5 to the even yen
        ("1", "1001.5", "JPY", 1002),
        ("3", "0.3335", "KWD", 1000),  # 1.0005 dinars to the even fils
        ("-3", "0.3335", "KWD", -1000),
        ("1", "0.005", "GBP", 0),
        ("3", "0.005", "GBP", 2),
        ("-3", "0.005", "GBP", -2),
        ("0.333333", "3", "GBP", 100),
        ("1.5", "0.335", "EUR", 50),
        ("0.5", "0.00001", "CLF", 0),
    ],
)
def test_each_currency_has_its_own_coin(quantity, price, currency, expected):
    millionths = [np.array([int(Decimal(text) * MILLION)]) for text in (quantity, price)]
    assert product(*millionths, digits(currency))[0].tolist() == [expected]
    assert minor_units(Decimal(quantity) * Decimal(price), currency) == expected
