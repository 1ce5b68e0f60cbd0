"""Numbers as ledgers write them: 1,234.56 or 1.234,56, (5), 5-, £5, 1e3; read into millionths."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

Mark = Literal["point", "comma"]
MILLION = 1_000_000
_LIMIT = 9_000_000_000_000  # its millionths still fit 64 bits

_NO_CENTS = re.compile(r"[.,]-{1,2}$")  # 5.- and 5,-- are five whole units, as printed in Switzerland and the north
_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009'’`]")
_SIGNS = re.compile(r"[\u2212\u2013\u2012]")
_SIGN = r"(?:[A-Z]{3}|[A-Z]{0,2}[£$€¥₹₽₺]|kr\.?|Fr\.?|zł|Kč|Ft)"
_MONEY = re.compile(rf"^{_SIGN}|{_SIGN}$")
_PLAIN = re.compile(r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?$")
_GROUPED = {
    "point": re.compile(r"^[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?$"),
    "comma": re.compile(r"^[+-]?\d{1,3}(?:\.\d{2,3})*\.\d{3}(?:,\d*)?$"),
}
_COMMA = re.compile(r"^[+-]?(?:\d+(?:,\d*)?|,\d+)(?:[eE][+-]?\d{1,2})?$")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the values of a file say of its decimal mark; examples are kept to show when asking."""

    point: str = ""
    comma: str = ""
    either: str = ""

    def seen(self, values: Iterable[str]) -> Evidence:
        """This evidence together with what `values` say."""
        found = {"point": self.point, "comma": self.comma, "either": self.either}
        for value in values:
            says = says_mark(value)
            if says and not found[says]:
                found[says] = value
        return Evidence(**found)


def bare(text: str) -> tuple[str, bool]:
    """The number without currency, blanks and accounting signs, and whether it is negative by ( ) or a trailing −."""
    value = _BLANKS.sub("", _SIGNS.sub("-", unicodedata.normalize("NFKC", text).strip()))
    value = _MONEY.sub("", value)
    negative = False
    if value.startswith("(") and value.endswith(")"):
        value, negative = value[1:-1], True
    sign = "-" if value.startswith("-") else ""
    value = sign + _MONEY.sub("", value.removeprefix("-"))
    value = _NO_CENTS.sub("", value)
    if value.endswith("-"):
        value, negative = value[:-1], True
    return _MONEY.sub("", value), negative


def says_mark(text: str) -> Literal["point", "comma", "either"] | None:
    """Which decimal mark a single value proves; "either" for one like 1.234 or 1,234, None where it says nothing."""
    value, _ = bare(text)
    points, commas = value.count("."), value.count(",")
    if not (points or commas) or not re.fullmatch(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?", value):
        return None
    if points and commas:
        return "point" if value.rindex(".") > value.rindex(",") else "comma"
    mark, other = (".", "comma") if points else (",", "point")
    own: Literal["point", "comma"] = "point" if points else "comma"
    if value.count(mark) > 1:
        return "comma" if other == "comma" else "point"
    before, after = re.split(r"[.,]", re.split("[eE]", value.lstrip("+-"))[0])
    thousands = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
    return "either" if thousands else own


def parse(text: str, *, mark: Mark) -> int | None:
    """The number in millionths, rounded half even past six places; None where `text` is no number under `mark`."""
    number = decimal(text, mark=mark)
    return None if number is None else int((number * MILLION).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def decimal(text: str, *, mark: Mark) -> Decimal | None:
    """The exact number, or None where `text` is no number under `mark` or one beyond nine million millions."""
    value, negative = bare(text)
    if _GROUPED[mark].match(value):
        value = value.replace("," if mark == "point" else ".", "")
    if mark == "comma":
        if not _COMMA.match(value):
            return None
        value = value.replace(",", ".")
    if not _PLAIN.match(value) or (negative and value.startswith("-")):
        return None  # a number with two minus signs may mean either
    number = -Decimal(value) if negative else Decimal(value)
    return number if abs(number) < _LIMIT else None
