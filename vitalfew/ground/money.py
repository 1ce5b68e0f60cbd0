"""Money as integer minor units with its currency; amounts of different currencies never meet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from vitalfew.ground.errors import Refusal

# ISO 4217 currencies whose minor unit is not a hundredth.
_DIGITS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
NO_CURRENCY = "XXX"  # ISO 4217's own code for "no currency named"
SYMBOLS = {NO_CURRENCY: "", "GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥"}


class CurrencyMismatch(Refusal):
    """Amounts of two currencies cannot be added without a dated rate."""


def digits(currency: str) -> int:
    """How many decimals the currency's minor unit has: 2 for most, 0 for JPY, 3 for KWD."""
    return _DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (pence, cents) of one currency."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self} and {other} cannot be added: import a rate with `vitalfew rates FILE`.")
        return Money(self.minor + other.minor, self.currency)

    @property
    def major(self) -> Decimal:
        """The amount in whole units, exact."""
        return Decimal(self.minor).scaleb(-digits(self.currency))

    def __str__(self) -> str:
        places = digits(self.currency)
        sign = "−" if self.minor < 0 else ""
        return f"{sign}{SYMBOLS.get(self.currency, self.currency + ' ')}{abs(self.major):,.{places}f}"


def minor_units(amount: Decimal, currency: str) -> int:
    """An exact decimal amount rounded once, half even, to the currency's minor unit."""
    return int(amount.scaleb(digits(currency)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def short(money: Money) -> str:
    """An amount for a narrow column: £8.3 M, £412 k, £930."""
    major = float(money.major)
    sign, size = ("−" if major < 0 else ""), abs(major)
    symbol = SYMBOLS.get(money.currency, money.currency + " ")
    for limit, letter in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if size >= limit:
            shown = size / limit
            return f"{sign}{symbol}{shown:.{1 if shown < 100 else 0}f}{letter}"
    return f"{sign}{symbol}{size:.0f}"
