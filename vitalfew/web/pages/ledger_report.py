"""The account of an import as it is drawn: the four counts as one bar, the kinds noticed, the invoices, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitalfew.ground.money import NO_CURRENCY, Money, digits
from vitalfew.ledger import rates
from vitalfew.ledger.queries import BatchRow
from vitalfew.web import wording
from vitalfew.web.pages import ledger_reading

_BAR = 1000
_LEAST = 6  # a part that exists is seen, however small

COUNTS = (
    ("accepted", gettext_lazy("Accepted"), gettext_lazy("as they stood")),
    ("corrected", gettext_lazy("Corrected"), gettext_lazy("accepted, a blank or a spelling put right")),
    ("set_aside", gettext_lazy("Set aside"), gettext_lazy("no sales lines: totals, headers")),
    ("refused", gettext_lazy("Refused"), gettext_lazy("could not be read")),
)
NOTICED = {
    "sale": (gettext_lazy("Sales"), gettext_lazy("Goods at a price: they make revenue and orders.")),
    "credit": (gettext_lazy("Credits"), gettext_lazy("Below zero: they are taken off revenue and are no order.")),
    "credit-note": (gettext_lazy("On credit notes"), gettext_lazy("The invoice number names itself a credit note.")),
    "negative-quantity": (gettext_lazy("Negative quantity"), gettext_lazy("Goods that came back or were written off.")),
    "free": (
        gettext_lazy("Free of charge"),
        gettext_lazy("Given to a customer for nothing: kept, and left out of prices."),
    ),
    "zero-price": (gettext_lazy("Price of zero"), gettext_lazy("Counted as lines, never as a price paid.")),
    "charge": (
        gettext_lazy("Charges"),
        gettext_lazy("Freight, fees, discounts: part of revenue, never a product to recommend."),
    ),
    "adjustment": (
        gettext_lazy("Stock adjustments"),
        gettext_lazy("Worth nothing and for nobody: kept, and counted in no measure of customers."),
    ),
    "no-customer": (gettext_lazy("No customer named"), gettext_lazy("Part of the net total, and of no customer's.")),
}
INVOICES = (
    ("new", gettext_lazy("New"), gettext_lazy("not in the ledger before")),
    ("replaced", gettext_lazy("Replaced"), gettext_lazy("came again and differ: the new version counts")),
    ("unchanged", gettext_lazy("Unchanged"), gettext_lazy("came again just as they were: nothing changes")),
    ("vanished", gettext_lazy("Vanished"), gettext_lazy("of these days, and no longer in the file: kept")),
)


KINDS = {
    "sales": gettext_lazy("sales lines"),
    "customers": gettext_lazy("customer list"),
    "rates": gettext_lazy("currency rates"),
}


@dataclass(frozen=True, slots=True)
class Imported:
    """One imported file with its kind in words; only sales lines that still count can be undone."""

    row: BatchRow
    kind: str
    refused: int
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One of the four kinds of lines: `at` and `wide` are its place on the bar, of a thousand."""

    kind: str
    word: str
    meaning: str
    lines: int
    at: int
    wide: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why lines were refused or set aside: `first` are the first cells, each with its place and what stood there."""

    sentence: str
    refused: bool
    lines: int
    first: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Noticed:
    """One thing recognised in lines, in a sentence."""

    word: str
    sentence: str
    lines: int


@dataclass(frozen=True, slots=True)
class Reported:
    """An import report ready to be drawn."""

    parts: tuple[Part, ...]
    total: int
    sum: str
    adds_up: bool
    unchanged: int
    reasons: tuple[Reason, ...]
    noticed: tuple[Noticed, ...]
    invoices: tuple[tuple[str, str, str, int], ...]
    vanished: tuple[str, ...]
    more_vanished: int
    net: str
    no_currency: bool
    currencies: tuple[tuple[str, int], ...]
    rounding: str
    rounded: bool
    days: int
    first_day: date | None
    last_day: date | None
    new_customers: int
    new_items: int
    repeats: int
    read_as: str
    columns: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def imported(row: BatchRow) -> Imported:
    """A batch as lists and pages show it."""
    refused = row.report.get("lines", {}).get("refused", 0)
    return Imported(row, str(KINDS[row.kind]), refused, row.kind == "sales" and row.undone_at is None)


def reported(report: Mapping[str, Any]) -> Reported:
    """A stored report (`ImportReport.as_json`) as it is drawn."""
    lines, invoices, notices = report["lines"], report.get("invoices", {}), report.get("notices", {})
    parts = _parts(lines)
    first, last = (date.fromisoformat(report[name]) if report.get(name) else None for name in ("first_day", "last_day"))
    shown = tuple(invoices.get("vanished_shown", ()))
    currencies = report.get("currencies", {})
    return Reported(
        parts=parts,
        total=lines["file"],
        sum=" + ".join(wording.number(part.lines) for part in parts),
        adds_up=sum(part.lines for part in parts) == lines["file"],
        unchanged=lines.get("unchanged", 0),
        reasons=tuple(_reason(reason) for reason in report.get("reasons", ())),
        noticed=tuple(
            Noticed(str(word), str(sentence), notices[key])
            for key, (word, sentence) in NOTICED.items()
            if notices.get(key)
        ),
        invoices=tuple(
            (key, str(word), str(meaning), invoices[key]) for key, word, meaning in INVOICES if key in invoices
        ),
        vanished=shown,
        more_vanished=max(0, invoices.get("vanished", 0) - len(shown)),
        net=_money(report.get("net", 0), report.get("currency", "")),
        no_currency=report.get("currency", "") in ("", NO_CURRENCY),
        currencies=tuple(sorted(currencies.items(), key=lambda pair: -pair[1])) if len(currencies) > 1 else (),
        rounding=_rounding(report.get("rounding", "0")),
        rounded=Decimal(report.get("rounding", "0")) != 0,
        days=(last - first).days + 1 if first and last else 0,
        first_day=first,
        last_day=last,
        new_customers=report.get("customers", {}).get("new", 0),
        new_items=report.get("items", {}).get("new", 0),
        repeats=report.get("repeats", 0),
        read_as=ledger_reading.told(report["kind"], report.get("reading", {})),
        columns=ledger_reading.named(report.get("reading", {}).get("columns", {})),
        notes=tuple(report.get("notes", ())),
    )


@dataclass(frozen=True, slots=True)
class Currencies:
    """The currencies of the ledger with their lines; `spans` are (currency, from, until, worth of one unit in `own`)."""

    own: str
    used: tuple[tuple[str, int], ...]
    unnamed: int
    alone: tuple[str, ...]
    spans: tuple[tuple[str, date, date, str], ...]


def currencies(*, own: str, used: Mapping[str, int], today: date) -> Currencies:
    """Which currencies the ledger holds, and the rates into the firm's own that hold until `today`, the newest first."""
    others = [currency for currency in used if currency not in (own, NO_CURRENCY)]
    alone = rates.without_rates(own, others)
    spans = rates.conversions(own, [currency for currency in others if currency not in alone], until=today)
    worth = [
        (span.currency, span.first, span.last, f"{span.factor * 10 ** (digits(span.currency) - digits(own)):.6g}")
        for span in spans
    ]
    return Currencies(
        own="" if own == NO_CURRENCY else own,
        used=tuple((currency, lines) for currency, lines in used.items() if currency != NO_CURRENCY),
        unnamed=used.get(NO_CURRENCY, 0),
        alone=alone,
        spans=tuple(sorted(worth, key=lambda span: (span[0], span[1]), reverse=True)),
    )


def _parts(lines: Mapping[str, int]) -> tuple[Part, ...]:
    total = max(1, sum(lines[kind] for kind, _word, _meaning in COUNTS))
    widths = [max(_LEAST, round(lines[kind] / total * _BAR)) if lines[kind] else 0 for kind, _word, _meaning in COUNTS]
    widths[widths.index(max(widths))] -= sum(widths) - _BAR if any(widths) else 0
    found, at = [], 0
    for (kind, word, meaning), wide in zip(COUNTS, widths, strict=True):
        found.append(Part(kind, str(word), str(meaning), lines[kind], at, wide))
        at += wide
    return tuple(found)


def _reason(told: Mapping[str, Any]) -> Reason:
    first = [(_place(found["cell"], found["row"]), found["text"]) for found in told["first"]]
    return Reason(told["sentence"], told["state"] == "refused", told["lines"], tuple(first))


def _place(cell: str, row: int) -> str:
    """The cell as a spreadsheet names it, or its row where the whole line is meant."""
    return cell if cell and not cell.isdigit() else _("row %(row)s") % {"row": row}


def _money(minor: int, currency: str) -> str:
    if currency in ("", NO_CURRENCY):
        return str(Money(minor, NO_CURRENCY)).replace(f"{NO_CURRENCY} ", "")
    return str(Money(minor, currency))


def _rounding(text: str) -> str:
    value = Decimal(text)
    return f"{'−' if value < 0 else ''}{abs(value):,f}"
