"""Undoing a batch: its lines go, the versions before it come back, and what later files repeated of it stays theirs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.ledger import batches
from vitalfew.ledger.engines import parts
from vitalfew.ledger.models import Batch
from vitalfew.trust import audit
from vitalfew.trust.actors import Actor


class UndoRefused(Refusal):
    """Only an accepted batch of sales lines that still counts can be undone."""


def undo(*, number: int, workspace: Path, by: Actor, at: datetime) -> Batch:
    """Undo one batch; the caller holds the right to write. What was changed in other batches is written aside first."""
    batch = Batch.objects.filter(number=number).first()
    if batch is None:
        raise Missing(f"There is no batch {number}. See `vitalfew batches`.")
    if batch.undone_at:
        raise UndoRefused(f"Batch {number} was undone on {batch.undone_at:%-d %B %Y}. Nothing was changed.")
    if batch.kind != Batch.Kind.SALES:
        raise UndoRefused(
            f"Batch {number} is a {batch.get_kind_display()}: import a corrected one instead. Nothing was changed."
        )
    later = [other for other in batches.counted() if other.number > number]
    heirs = _heirs(batch, later, workspace)
    with transaction.atomic():
        batch.undone_at = at
        batch.save(update_fields=["undone_at"])
        for heir in heirs:
            heir.save(update_fields=["parts", "superseded", "confirmed"])
        audit.record(
            by=by,
            at=at,
            verb="ledger.undo_batch",
            target=f"batch:{number}",
            before={"file": batch.file_name, "lines": batch.lines},
        )
    return batch


def _heirs(batch: Batch, later: list[Batch], workspace: Path) -> list[Batch]:
    """Give each invoice of `batch` that a later file repeated unchanged to the first such file.

    Lists of later batches that speak of the undone batch then speak of the heir as well, and the heir takes over what
    the undone batch superseded for these invoices, so that any order of undoing ends in the same ledger.
    """
    place = batches.folder()
    given: list[Path] = []
    changed: dict[int, Batch] = {}
    for heir in later:
        confirmed = place.part(heir.confirmed) if heir.confirmed else None
        if confirmed is None or not parts.speaks_of(place.root, confirmed, batch.number):
            continue
        gift = parts.Gift(old=batch.number, new=heir.number, confirmed=confirmed, but=tuple(given))
        _give(batch, heir, gift, workspace)
        changed[heir.number] = heir
        for other in (other for other in later if other.number > heir.number):
            if _readdress(other, gift, workspace):
                changed[other.number] = other
        given.append(confirmed)
    return list(changed.values())


def _give(batch: Batch, heir: Batch, gift: parts.Gift, workspace: Path) -> None:
    place = batches.folder()
    out = workspace / f"rescued-{heir.number}.parquet"
    if parts.rescue(place.root, parts=batches.part_paths([batch]), gift=gift, out=out):
        heir.parts = [*heir.parts, place.accept(out)]
    if batch.superseded:
        lists = [place.part(batch.superseded), *([place.part(heir.superseded)] if heir.superseded else [])]
        out = workspace / f"masks-{heir.number}.parquet"
        parts.inherit(place.root, lists=lists, gift=gift, out=out)
        heir.superseded = place.accept(out)


def _readdress(other: Batch, gift: parts.Gift, workspace: Path) -> bool:
    place, changed = batches.folder(), False
    for field in ("superseded", "confirmed"):
        name = getattr(other, field)
        if name and parts.speaks_of(place.root, place.part(name), gift.old):
            out = workspace / f"{other.number}-{field}-{gift.new}.parquet"
            parts.readdress(place.root, listed=place.part(name), gift=gift, out=out)
            setattr(other, field, place.accept(out))
            changed = True
    return changed
