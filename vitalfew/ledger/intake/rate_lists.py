"""A file of currency rates into the ledger: date, from, to, rate."""

from __future__ import annotations

import re

from django.db import transaction

from vitalfew.ledger.importing import dates, numbers
from vitalfew.ledger.intake.accepting import Handover, keep, record, settled
from vitalfew.ledger.intake.report import ImportReport, plain_lines, reading_of, reasons_given, reasons_of_rows
from vitalfew.ledger.intake.understanding import Understood, bad_rows, column_letter_of
from vitalfew.ledger.models import Rate


def import_rates(given: Handover) -> ImportReport:
    """Add rates; one for a day that has one replaces it. Lines that cannot be read are refused with row and cell."""
    understood, rates, refused, total = given.understood, {}, [], 0
    letter = column_letter_of(understood, "rate")
    reading = understood.reading
    for block in understood.table.blocks():
        texts = {field: block.cells[reading.columns[field]].to_pylist() for field in ("date", "from", "to", "rate")}
        for place, row in enumerate(block.rows.tolist()):
            total += 1
            words = {field: (texts[field][place] or "").strip() for field in texts}
            rate = _rate(words, understood)
            if rate is None:
                refused.append({"row": row, "cell": f"{letter}{row}", "text": " ".join(words.values())[:200]})
            else:
                rates[rate.day, rate.source, rate.target] = rate
        given.progress(total)
    bad = bad_rows(understood)
    total += len(bad)
    report = ImportReport(
        file=understood.table.name,
        kind="rates",
        state="dry-run" if given.dry_run else "accepted",
        batch=None if given.dry_run else given.number,
        lines=plain_lines(total, len(refused) + len(bad)),
        reasons=(*reasons_given("bad-rate", "A rate needs a date, two different currencies and a number above zero.", refused), *reasons_of_rows(bad)),
        reading=reading_of(reading),
        notes=understood.table.notes,
    )  # fmt: skip
    if not settled(given, report, len(rates)):
        _accept(given, list(rates.values()), report)
    return report


def _rate(words: dict[str, str], understood: Understood) -> Rate | None:
    day = dates.parse(words["date"], order=understood.reading.order, from_1904=understood.table.dialect.date_1904)
    value = numbers.decimal(words["rate"], mark=understood.reading.mark)
    source, target = words["from"].upper(), words["to"].upper()
    named = re.fullmatch("[A-Z]{3}", source) and re.fullmatch("[A-Z]{3}", target) and source != target
    if day is None or value is None or value <= 0 or not named:
        return None
    return Rate(day=day, source=source, target=target, rate=value)


def _accept(given: Handover, rates: list[Rate], report: ImportReport) -> None:
    keep(given)
    with transaction.atomic():
        Rate.objects.bulk_create(
            rates,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["source", "target", "day"],
            update_fields=["rate"],
        )
        record(given, report, lines=len(rates))
