"""What an import tells: every line accounted for, by reason with row and cell, in words a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from vitalfew.ledger.engines.parts import Overlap
from vitalfew.ledger.importing.checking import REASONS
from vitalfew.ledger.importing.recognising import Reading
from vitalfew.ledger.importing.staging import Tally
from vitalfew.ledger.reading.table import BadRow


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The account of one file. `lines` has file = accepted + corrected + set_aside + refused.

    `state` is accepted, already-there, dry-run; `net` is of the lines in `currency`, the one most
    lines are in, and `nets` of each currency, all in minor units; `rounding` is for `currency` what the file's
    own exact total differs by from the sum of its rounded lines.
    """

    file: str
    kind: str
    state: str
    batch: int | None
    lines: dict[str, int]
    reasons: tuple[dict[str, Any], ...] = ()
    notices: dict[str, int] = field(default_factory=dict)
    repeats: int = 0
    invoices: dict[str, Any] = field(default_factory=dict)
    net: int = 0
    currency: str = ""
    currencies: dict[str, int] = field(default_factory=dict)
    nets: dict[str, int] = field(default_factory=dict)
    rounding: str = "0"
    customers: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    reading: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The report with stable keys, dates as ISO texts."""
        found = asdict(self)
        for name in ("first_day", "last_day"):
            found[name] = found[name].isoformat() if found[name] else None
        return found


def lines_of(tally: Tally, *, unchanged: int = 0) -> dict[str, int]:
    """The four kinds of lines and their sum; `unchanged` is how many of the accepted were there already."""
    return {
        "file": tally.file,
        "accepted": tally.stored - tally.corrected,
        "corrected": tally.corrected,
        "set_aside": tally.set_aside,
        "refused": tally.refused,
        "unchanged": unchanged,
    }


def reasons_of(tally: Tally) -> tuple[dict[str, Any], ...]:
    """Each reason with its sentence, its number of lines and its first cells."""
    return tuple(
        {
            "reason": reason,
            "state": state,
            "sentence": REASONS.get(reason, reason),
            "lines": count,
            "first": [
                {"row": found.row, "cell": f"{found.cell}{found.row}", "text": found.text}
                for found in tally.examples[state, reason]
            ],
        }
        for (state, reason), count in sorted(tally.reasons.items(), key=lambda pair: -pair[1])
    )


def reasons_given(reason: str, sentence: str, found: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """One reason for refusing rows of a list, where there are any; `found` has their row, cell and text."""
    told = {"reason": reason, "state": "refused", "sentence": sentence, "lines": len(found), "first": list(found[:5])}
    return (told,) if found else ()


def reasons_of_rows(bad: Sequence[BadRow]) -> tuple[dict[str, Any], ...]:
    """The reasons for refusing rows that do not fit the header of their list."""
    return tuple(
        told
        for reason in dict.fromkeys(row.reason for row in bad)
        for told in reasons_given(
            reason,
            REASONS.get(reason, reason),
            [{"row": row.row, "cell": f"{row.cell}{row.row}", "text": row.text} for row in bad if row.reason == reason],
        )
    )


def plain_lines(total: int, refused: int) -> dict[str, int]:
    """The account of a list, whose rows are either accepted or refused."""
    return {
        "file": total,
        "accepted": total - refused,
        "corrected": 0,
        "set_aside": 0,
        "refused": refused,
        "unchanged": 0,
    }


def rounding_of(tally: Tally) -> str:
    """Exact total − sum of rounded lines, in whole units of the currency, as a decimal text."""
    return f"{Decimal(tally.cut).scaleb(-12).normalize():f}" if tally.cut else "0"


def reading_of(reading: Reading) -> dict[str, Any]:
    """How the file was read, as it is shown and remembered."""
    return {
        "columns": dict(reading.columns),
        "dates": reading.order,
        "decimal": reading.mark,
        "currency": reading.currency,
        "invoices": reading.invoices,
    }


def invoices_of(overlap: Overlap) -> dict[str, Any]:
    """New, replaced, unchanged and vanished invoices; of the vanished the first are named."""
    return {
        "new": overlap.new,
        "replaced": overlap.replaced,
        "unchanged": overlap.unchanged,
        "vanished": overlap.vanished,
        "vanished_shown": list(overlap.vanished_shown),
    }


def sentence(report: ImportReport) -> str:
    """The report in one line."""
    lines = report.lines
    if report.state == "already-there":
        return f"{report.file} is already there (batch {report.batch}). Nothing was changed."
    told = f"{report.file}: {lines['file']:,} lines: {lines['accepted']:,} accepted"
    for word in ("corrected", "set_aside", "refused"):
        if lines[word]:
            told += f", {lines[word]:,} {word.replace('_', ' ')}"
    return (
        f"{told}. Nothing was stored: this was a trial."
        if report.state == "dry-run"
        else f"{told} (batch {report.batch})."
    )


def nothing_accepted(report: ImportReport) -> str:
    """Why a file of which no line can be taken was refused, with the first row of its most frequent reason."""
    told = f"None of the {report.lines['file']:,} lines of {report.file} can be imported."
    if report.reasons:
        worst = report.reasons[0]
        first = worst["first"][0]
        told += f" {worst['lines']:,} of them: {worst['sentence']} First in {first['cell'] or first['row']}: “{first['text']}”."
    return f"{told} Nothing was imported: look whether the right columns were read (--map, --dates, --decimal)."
