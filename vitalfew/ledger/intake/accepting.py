"""A file on its way in with all that goes with it, and the one way in which it becomes a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from vitalfew.ground.errors import Refusal
from vitalfew.ledger.intake.report import ImportReport, nothing_accepted, reading_of
from vitalfew.ledger.intake.understanding import Understood, shape_digest
from vitalfew.ledger.models import Batch, Shape
from vitalfew.trust import audit, files, versions
from vitalfew.trust.actors import Actor


class NothingAccepted(Refusal):
    """Not one line of the file can be imported."""


@dataclass(frozen=True, slots=True)
class Handover:
    """A file as it was handed over and understood, the number its batch would get, and who brings it when.

    The caller holds the right to write; `workspace` is a folder aside that goes when the import ends.
    """

    understood: Understood
    path: Path
    digest: str
    number: int
    workspace: Path
    by: Actor
    at: datetime
    dry_run: bool
    progress: Callable[[int], None]

    @property
    def name(self) -> str:
        """The file's name."""
        return self.understood.table.name


def settled(given: Handover, report: ImportReport, accepted: int) -> bool:
    """True when there is nothing left to do but tell: a trial. Raises NothingAccepted where no line is worth a batch."""
    if not given.dry_run and not accepted:
        raise NothingAccepted(nothing_accepted(report))
    return given.dry_run


def keep(given: Handover) -> None:
    """Put the file's bytes to their place; nobody knows of them until a batch does."""
    files.place(given.path, digest=given.digest)


def record(given: Handover, report: ImportReport, *, lines: int, **more: Any) -> None:
    """Make the batch, remember how its file is read, write the audit trail; call it inside the transaction."""
    Batch.objects.create(
        number=given.number,
        kind=report.kind,
        file=files.known(digest=given.digest, name=given.name, size=given.path.stat().st_size, at=given.at),
        file_name=given.name[:255],
        accepted_at=given.at,
        accepted_by=given.by.name,
        first_day=report.first_day,
        last_day=report.last_day,
        lines=lines,
        report=report.as_json(),
        **more,
    )
    _remember_shape(given)
    after = {"file": given.name, "kind": report.kind, "lines": report.lines}
    audit.record(by=given.by, at=given.at, verb="ledger.import", target=f"batch:{given.number}", after=after)


def _remember_shape(given: Handover) -> None:
    """Keep how files with these columns are read for the next one."""
    columns, reading = given.understood.table.columns, given.understood.reading
    kept = reading_of(reading) | dict.fromkeys(reading.unproven, "")
    shape, made = Shape.objects.get_or_create(
        digest=shape_digest(columns), defaults={"columns": list(columns), "reading": kept, "last_used": given.at}
    )
    if not made:
        versions.save(shape, expected=None, reading=kept, last_used=given.at)
