"""What kind of line a sales line is: sale, credit, free of charge, charge or stock adjustment (docs/measures/line_kinds.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

SALE, CREDIT, FREE, CHARGE, ADJUSTMENT = 1, 2, 3, 4, 5
WORDS = {SALE: "sale", CREDIT: "credit", FREE: "free", CHARGE: "charge", ADJUSTMENT: "adjustment"}

_CHARGES = re.compile(
    r"""^\W*(?:(?:dotcom|bank|next\ day|express|special|standard|adjust(?:ment)?\ (?:by|of)?|customer|amazon|credit\ card|handling|packing|fuel|
    minimum\ order|small\ order|restocking|late\ payment|cru?k)\W+)*
    (?:postage|carriage|freight|shipping|delivery|courier|transporte?|p\s*&\s*p|post|porto|versand(?:kosten)?|fracht(?:kosten)?|verpackung(?:skosten)?|
    \w*zuschlag|port|livraison|frais\ de\ (?:port|livraison|transport|dossier)|(?:gastos\ de\ )?env[ií]o|portes|
    bank\ ?ch(?:ar)?ge?s?|bankchg|charges?|fees?|amazonfee|commission|surcharge|interest|discount|rabatt|skonto|remise|escompte|descuento|rebate|bonus|
    manual|adjust(?:ment)?|bad\ debt|write\ ?off|rounding|rundung|deposit|pfand|pallets?|gift\ ?(?:voucher|card)s?|voucher|samples?|test|insurance|
    dot|cruk|amazon)
    (?:\W+(?:charges?|costs?|kosten|fees?|bad\ debt|by\ \w+|(?:and|&|et)\ (?:packing|handling|emballage)|commission|discount|expense))*\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT_NUMBER = re.compile(r"^(?:C|CN|CR|CRN|CM|CRED|GS|AV|RET|NC)[-_/ ]?\d", re.IGNORECASE)


def codes_carry_digits(codes: Iterable[str]) -> bool:
    """True when at least 95 % of the item codes hold a digit, so that a short code without one stands out."""
    seen = [any(sign.isdigit() for sign in code) for code in codes]
    return len(seen) >= 20 and sum(seen) >= 0.95 * len(seen)


def is_charge(code: str, description: str, *, digits_expected: bool) -> bool:
    """True for a line that is no product: freight, fees, discounts, bad debt, manual corrections.

    Known by its words, or by a code of up to four letters where item codes otherwise hold digits.
    """
    if _CHARGES.match(code) or (description and _CHARGES.match(description)):
        return True
    return digits_expected and len(code) <= 4 and code.isalpha()


def is_credit_number(invoice: str) -> bool:
    """True for an invoice number that names itself a credit note: C536379, CN-1001, RET/22."""
    return bool(_CREDIT_NUMBER.match(invoice))


def kinds(
    *, amount: NDArray[np.int64], quantity: NDArray[np.int64], customer: NDArray[np.int64], charge: NDArray[np.bool_]
) -> NDArray[np.int8]:
    """The kind of each line. All arrays have one entry per line; a missing quantity counts as one, customer 0 is nobody.

    A charge is a charge whatever its sign. Otherwise a line below zero is a credit, above zero a sale; a line of
    nothing is free of charge when somebody received it, else a stock adjustment.
    """
    received = (quantity > 0) & (customer > 0)
    found = np.where(amount > 0, SALE, np.where(amount < 0, CREDIT, np.where(received, FREE, ADJUSTMENT)))
    return np.where(charge, CHARGE, found).astype(np.int8)
