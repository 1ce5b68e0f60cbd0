"""Dates as ledgers write them: 2026-03-04, 04/03/2026, 4.3.26, 4 March 2026, 20260304, spreadsheet serials."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Order = Literal["ymd", "dmy", "mdy"]
ORDERS: tuple[Order, ...] = ("ymd", "dmy", "mdy")
FIRST, LAST = date(1970, 1, 1), date(2199, 12, 31)
_SERIAL_START = {False: date(1899, 12, 30), True: date(1904, 1, 1)}

_TIME = (
    r"(?:[T\s,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?\s?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_PARTS = re.compile(rf"^(\d{{1,4}})([-/. ])(\d{{1,2}})\2(\d{{1,4}}){_TIME}$")
_COMPACT = re.compile(rf"^((?:19|20|21)\d{{2}})(\d{{2}})(\d{{2}})(?:[T ]?\d{{4,6}})?{_TIME}$")
_SERIAL = re.compile(r"^(\d{5})(?:\.\d+)?$")
_NAMED = re.compile(
    rf"^(?:[A-Za-zÀ-ÿ]{{2,10}}\.?,?\s+)?(\d{{1,2}})(?:st|nd|rd|th|er|\.)?[-/ .]*(?:de\s+)?([A-Za-zÀ-ÿ]{{3,12}})\.?,?[-/ .]*(?:de\s+)?(\d{{2,4}}){_TIME}$"
)
_MONTH_FIRST = re.compile(
    rf"^(?:[A-Za-z]{{2,9}}\.?,?\s+)?([A-Za-zÀ-ÿ]{{3,12}})\.?[-/ .]+(\d{{1,2}})(?:st|nd|rd|th)?,?[-/ .]+(\d{{4}}){_TIME}$"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene", "february feb februar février fevrier fév fev févr febrero",
            "march mar märz maerz mär mrz mars marzo", "april apr avril avr abril abr", "may mai mayo",
            "june jun juni juin junio", "july jul juli juillet juil julio", "august aug août aout agosto ago",
            "september sep sept septembre septiembre setiembre", "october oct oktober okt octobre octubre",
            "november nov novembre noviembre", "december dec dezember dez décembre decembre déc diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which orders fit the dates of a file: an example that only this order can read, and one that several can."""

    only: tuple[tuple[Order, str], ...] = ()
    either: tuple[tuple[tuple[Order, ...], str], ...] = ()

    def seen(self, values: Iterable[str]) -> Evidence:
        """This evidence together with what `values` say."""
        only, either = dict(self.only), dict(self.either)
        for value in values:
            fits = fitting_orders(value)
            if len(fits) == 1:
                only.setdefault(fits[0], value)
            elif fits:
                either.setdefault(fits, value)
        return Evidence(tuple(only.items()), tuple(either.items()))


def fitting_orders(text: str) -> tuple[Order, ...]:
    """The orders of day, month and year under which a numeric date is a day of the calendar; () where any order does.

    A date with points is read day first, as everybody who writes points does; a four-digit year settles its own place.
    Names of months, serials and compact dates need no order.
    """
    found = _PARTS.match(_plain(text))
    if not found:
        return ()
    first, sign, _, last = found.groups()
    if len(first) == 4:
        return ("ymd",)
    orders: tuple[Order, ...] = ("dmy",) if sign == "." else ("dmy", "mdy")
    if len(last) < 3 and len(first) == 2 and sign == "-":
        orders = (*orders, "ymd")
    fits = tuple(order for order in orders if _from_parts(found, order))
    days = {_from_parts(found, order) for order in fits}
    return () if len(days) == 1 and len(fits) > 1 else fits


def parse(text: str, *, order: Order, from_1904: bool = False) -> date | None:
    """The day `text` names under this order of parts, its time left out; None where it names none."""
    value = _plain(text)
    found = _PARTS.match(value)
    if found:
        return _from_parts(found, _order_of(found, order))
    compact = _COMPACT.match(value)
    if compact:
        return _day(*(int(part) for part in compact.groups()))
    serial = _SERIAL.match(value)
    if serial:
        return _within(_SERIAL_START[from_1904] + timedelta(days=int(serial.group(1))))
    return _named(value)


def is_serial(text: str) -> bool:
    """True for a bare spreadsheet serial such as 45292."""
    return bool(_SERIAL.match(_plain(text)))


def _plain(text: str) -> str:
    """Without blanks around it, full-width digits and separate accents brought to their usual form."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def _order_of(found: re.Match[str], order: Order) -> Order:
    """The order of this one date: a four-digit year settles its own place, behind points the day stands first."""
    first, sign, _, last = found.groups()
    if len(first) == 4:
        return "ymd"
    return "dmy" if order == "ymd" and sign == "." and len(last) == 4 else order


def _named(value: str) -> date | None:
    found = _NAMED.match(value)
    if found:
        day, month, year = found.groups()
    else:
        found = _MONTH_FIRST.match(value)
        if not found:
            return None
        month, day, year = found.groups()
    number = _MONTHS.get(month.lower())
    return _day(_full_year(year), number, int(day)) if number else None


def _from_parts(found: re.Match[str], order: Order) -> date | None:
    first, _, second, third = found.groups()
    parts = dict(zip(order, (first, second, third), strict=True))
    if len(parts["y"]) not in (2, 4) or len(parts["d"]) > 2:
        return None
    return _day(_full_year(parts["y"]), int(parts["m"]), int(parts["d"]))


def _full_year(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 70 else 1900)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return _within(date(year, month, day))
    except ValueError:
        return None


def _within(day: date) -> date | None:
    return day if FIRST <= day <= LAST else None
