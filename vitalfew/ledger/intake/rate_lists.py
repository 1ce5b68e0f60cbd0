"""A file of currency rates into the ledger: date, from, to, rate."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import transaction

from vitalfew.ledger import batches
from vitalfew.ledger.importing import dates, numbers
from vitalfew.ledger.intake import sales
from vitalfew.ledger.intake.report import (
    ImportReport,
    nothing_accepted,
    plain_lines,
    reading_of,
    reasons_given,
    reasons_of_rows,
)
from vitalfew.ledger.intake.understanding import Understood, bad_rows, column_letter_of
from vitalfew.ledger.models import Batch, Rate
from vitalfew.trust import audit, files
from vitalfew.trust.actors import Actor


def import_rates(
    *, understood: Understood, path: Path, digest: str, workspace: Path, by: Actor, at: datetime, dry_run: bool,
    progress: Callable[[int], None],
) -> ImportReport:  # fmt: skip
    """Add rates; one for a day that has one replaces it. Lines that cannot be read are refused with row and cell."""
    del workspace
    number, rates, refused, total = batches.next_number(), {}, [], 0
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
        progress(total)
    bad = bad_rows(understood)
    total += len(bad)
    report = ImportReport(
        file=understood.table.name,
        kind="rates",
        state="dry-run" if dry_run else "accepted",
        batch=None if dry_run else number,
        lines=plain_lines(total, len(refused) + len(bad)),
        reasons=(*reasons_given("bad-rate", "A rate needs a date, two different currencies and a number above zero.", refused), *reasons_of_rows(bad)),
        reading=reading_of(reading),
        notes=understood.table.notes,
    )  # fmt: skip
    if not dry_run:
        if not rates:
            raise sales.NothingAccepted(nothing_accepted(report))
        _accept(understood, list(rates.values()), report, path=path, digest=digest, number=number, by=by, at=at)
    return report


def _rate(words: dict[str, str], understood: Understood) -> Rate | None:
    day = dates.parse(words["date"], order=understood.reading.order, from_1904=understood.table.dialect.date_1904)
    value = numbers.decimal(words["rate"], mark=understood.reading.mark)
    source, target = words["from"].upper(), words["to"].upper()
    named = re.fullmatch("[A-Z]{3}", source) and re.fullmatch("[A-Z]{3}", target) and source != target
    if day is None or value is None or value <= 0 or not named:
        return None
    return Rate(day=day, source=source, target=target, rate=value)


def _accept(
    understood: Understood,
    rates: list[Rate],
    report: ImportReport,
    *,
    path: Path,
    digest: str,
    number: int,
    by: Actor,
    at: datetime,
) -> None:
    files.place(path, digest=digest)
    with transaction.atomic():
        Rate.objects.bulk_create(
            rates,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["source", "target", "day"],
            update_fields=["rate"],
        )
        Batch.objects.create(
            number=number, kind=Batch.Kind.RATES, file=files.known(digest=digest, name=understood.table.name, size=path.stat().st_size, at=at),
            file_name=understood.table.name[:255], accepted_at=at, accepted_by=by.name, lines=len(rates), report=report.as_json(),
        )  # fmt: skip
        sales.remember_shape(understood, at)
        audit.record(
            by=by,
            at=at,
            verb="ledger.import_rates",
            target=f"batch:{number}",
            after={"file": understood.table.name, "rates": len(rates)},
        )
