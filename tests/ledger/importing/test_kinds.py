"""What kind of line a line is: charges by their words, products that only sound like charges, credit numbers."""

from __future__ import annotations

import numpy as np
import pytest

from vitalfew.ledger.importing.kinds import (
    ADJUSTMENT,
    CHARGE,
    CREDIT,
    FREE,
    SALE,
    codes_carry_digits,
    is_charge,
    is_credit_number,
    kinds,
)

CHARGES = [
    "POSTAGE", "DOTCOM POSTAGE", "CARRIAGE", "Freight", "Freight charge", "FREIGHT CHARGES", "Delivery", "Delivery charge", "Express delivery",
    "Next Day Carriage", "Shipping", "Shipping & handling", "Shipping costs", "P&P", "Postage and packing", "Courier", "Bank Charges",
    "Bank charge", "Handling fee", "Handling charge", "Packing charge", "Fuel surcharge", "Minimum order charge", "Small order surcharge",
    "Restocking fee", "Late payment interest", "Interest", "Discount", "Customer discount", "Rebate", "Bad debt", "Adjust bad debt",
    "Adjustment", "Adjustment by john", "Manual", "Rounding", "AMAZON FEE", "CRUK Commission", "Commission", "SAMPLES", "Gift voucher",
    "Deposit", "Insurance", "Credit card fee", "Versandkosten", "Versand", "Porto", "Frachtkosten", "Fracht", "Rabatt", "Skonto", "Pfand",
    "Verpackung", "Mindermengenzuschlag", "Rundung", "Frais de port", "Port", "Port et emballage", "Remise", "Escompte", "Transport",
    "Frais de livraison", "Gastos de envío", "Portes", "Envío", "Descuento", "Transporte", "  postage  ", "*Carriage*", "Pallet charge",
]  # fmt: skip
PRODUCTS = [
    "POSTAGE STAMP ALBUM", "DISCOUNT PARTY BAG", "SET OF 3 PORT GLASSES", "PORT WINE GLASS", "SHIPPING TAPE 50MM", "DELIVERY TROLLEY",
    "FREIGHT ELEVATOR PART", "CARRIAGE CLOCK", "CARRIAGE BOLT M8", "TRANSPORT BOX BLUE", "PACKING TAPE", "BANK OF ENGLAND MUG",
    "EXPRESSO CUPS", "FEE FI FO FUM GAME", "MANUAL CAN OPENER", "INSTRUCTION MANUAL HOLDER", "SAMPLE BOARD OAK", "TEST TUBE RACK",
    "TEST TUBES", "INTEREST TABLE LAMP", "ROUNDING PLANE", "GIFT VOUCHER HOLDER", "PALLET TRUCK 2T", "BONUS BALL GAME", "INSURANCE FOLDER A4",
    "MANUEL'S SOAP", "CHARGER USB-C", "POSTCARD RACK", "AMAZON RIVER POSTER", "PORTABLE RADIO", "PORTFOLIO A3", "RABATTE FLOWER", "Versandtasche C4",
    "Frachtpapiere Ordner", "Porte-clés", "Envase 5 L", "WHITE HANGING HEART T-LIGHT HOLDER", "",
]  # fmt: skip


@pytest.mark.parametrize("words", CHARGES)
def test_words_of_a_charge_make_a_charge(words):
    assert is_charge("10001", words, digits_expected=False)


@pytest.mark.parametrize("words", PRODUCTS)
def test_a_product_that_sounds_like_a_charge_is_a_product(words):
    assert not is_charge("85123A", words, digits_expected=True)


@pytest.mark.parametrize("code", ["POST", "DOT", "M", "D", "BANK CHARGES", "AMAZONFEE", "CRUK", "B", "S", "PADS"])
def test_a_short_code_without_digits_is_a_charge_where_codes_have_digits(code):
    assert is_charge(code, "", digits_expected=True)


@pytest.mark.parametrize(
    ("code", "words"), [("M", "Screw"), ("PADS", "PADS TO MATCH ALL CUSHIONS"), ("NUT", "Nut M8"), ("BOLT", "")]
)
def test_a_short_code_says_nothing_where_codes_are_words(code, words):
    assert not is_charge(code, words, digits_expected=False)


def test_codes_carry_digits_from_twenty_codes_of_which_nineteen_do():
    assert codes_carry_digits([*(f"A{number}" for number in range(19)), "POST"])
    assert not codes_carry_digits([*(f"A{number}" for number in range(18)), "POST", "DOT"])
    assert not codes_carry_digits([f"A{number}" for number in range(19)])


@pytest.mark.parametrize(
    "number",
    ["C536379", "c536379", "CN-1001", "CN1001", "CR 22", "CRN/7", "CM000123", "GS-2024-1", "RET/22", "NC123", "AV-9"],
)
def test_a_number_that_names_itself_a_credit_note_is_known(number):
    assert is_credit_number(number)


@pytest.mark.parametrize(
    "number", ["536379", "INV-1001", "A563185", "CUST1", "CASH", "C", "CX12", "2024-C1", "", "RECHNUNG 5", "G100"]
)
def test_other_numbers_are_no_credit_notes(number):
    assert not is_credit_number(number)


@pytest.mark.parametrize(
    ("amount", "quantity", "customer", "charge", "expected"),
    [
        (500, 2, 7, False, SALE), (500, 2, 0, False, SALE), (-500, -2, 7, False, CREDIT), (-500, 2, 7, False, CREDIT), (0, 2, 7, False, FREE),
        (0, 2, 0, False, ADJUSTMENT), (0, -2, 7, False, ADJUSTMENT), (0, 0, 7, False, ADJUSTMENT), (500, 1, 7, True, CHARGE),
        (-500, -1, 7, True, CHARGE), (0, 1, 0, True, CHARGE),
    ],
)  # fmt: skip
def test_the_kind_of_a_line_follows_from_money_quantity_and_customer(amount, quantity, customer, charge, expected):
    found = kinds(
        amount=np.array([amount]),
        quantity=np.array([quantity]),
        customer=np.array([customer]),
        charge=np.array([charge]),
    )
    assert found.tolist() == [expected]
