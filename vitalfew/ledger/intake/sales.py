"""Sales lines into the ledger: staged aside, compared with what is there, accepted in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max

from vitalfew.ground.errors import Ambiguity, Refusal
from vitalfew.ground.money import NO_CURRENCY
from vitalfew.ledger import batches
from vitalfew.ledger.engines import parts, postgres
from vitalfew.ledger.engines.parts import NOTHING_THERE, Overlap
from vitalfew.ledger.importing import cells, kinds
from vitalfew.ledger.importing.checking import Checker
from vitalfew.ledger.importing.codebook import Codebook, clean_key
from vitalfew.ledger.importing.staging import Draft, stage
from vitalfew.ledger.intake import naming
from vitalfew.ledger.intake.accepting import Handover, keep, record, settled
from vitalfew.ledger.intake.report import (
    ImportReport,
    invoices_of,
    lines_of,
    reading_of,
    reasons_of,
    rounding_of,
)
from vitalfew.ledger.intake.understanding import Understood
from vitalfew.ledger.models import Alias, Batch, Customer, Product
from vitalfew.trust import files


class LinesKeptElsewhere(Refusal):
    """Sales lines are kept in the database that VITALFEW_LEDGER names and only read here. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A draft that may be accepted: its files aside and what they mean for the invoices already there."""

    draft: Draft
    overlap: Overlap
    lines: Path | None
    superseded: Path | None
    confirmed: Path | None


def import_sales(given: Handover) -> ImportReport:
    """Import one file of sales lines."""
    understood = given.understood
    _refuse_where_lines_are_only_read(understood)
    checker = _checker(understood, given.number)
    draft = stage(table=understood.table, checker=checker, workspace=given.workspace, progress=given.progress)
    ready = _compared(draft, given.workspace, understood)
    report = _report(understood, checker, ready, None if given.dry_run else given.number)
    if not settled(given, report, draft.tally.stored):
        _accept(given, checker, ready, report)
    return report


def _refuse_where_lines_are_only_read(understood: Understood) -> None:
    if settings.VITALFEW_LEDGER:
        raise LinesKeptElsewhere(
            f"{understood.table.name} was not imported: sales lines are kept in {postgres.place(settings.VITALFEW_LEDGER).called} and only read here."
            " Add them there, or take VITALFEW_LEDGER out of the environment to keep a ledger of our own. Nothing was changed."
        )


def _checker(understood: Understood, number: int) -> Checker:
    reading, table = understood.reading, understood.table
    customers = Codebook(lookup=_known_customers, next_code=_next(Customer))
    items = Codebook(lookup=lambda keys: _known(Product, keys), next_code=_next(Product))
    return Checker(
        reading=reading,
        letters=dict(zip(table.columns, table.letters, strict=True)),
        from_1904=table.dialect.date_1904,
        batch=number,
        currency=reading.currency or batches.own_currency() or NO_CURRENCY,
        customers=customers,
        items=items,
        charges=set(Product.objects.filter(is_charge=True).values_list("pk", flat=True)),
        digits_expected=_digits_expected(understood),
    )


def _digits_expected(understood: Understood) -> bool:
    column = understood.reading.columns.get("item")
    if not column:
        return False
    found = understood.sample.cells[column]
    used = set(cells.places_of(found).tolist())
    return kinds.codes_carry_digits(
        clean_key(text)[0] for place, text in enumerate(found.dictionary.to_pylist()) if place in used and text
    )


def _next(model: type[models.Model]) -> int:
    return (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


def _known(model: type[models.Model], keys: Iterable[str]) -> Mapping[str, int]:
    wanted = list(keys)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        found.update(model._default_manager.filter(key__in=wanted[start : start + 500]).values_list("key", "pk"))
    return found


def _known_customers(keys: Iterable[str]) -> Mapping[str, int]:
    wanted = list(keys)
    found = dict(_known(Customer, wanted))
    rest = [key for key in wanted if key not in found]
    for start in range(0, len(rest), 500):
        found.update(Alias.objects.filter(key__in=rest[start : start + 500]).values_list("key", "customer_id"))
    return found


def _compared(draft: Draft, workspace: Path, understood: Understood) -> _Ready:
    """Hold the draft against what is stored; leave out what it repeats, and put it in order of days."""
    counted, period = batches.counted(), draft.tally.period
    if period is None:
        return _Ready(draft, NOTHING_THERE, None, None, None)
    root = batches.folder().root
    if not counted:
        overlap = Overlap(parts.count_invoices(root, draft.lines), 0, 0, 0, 0, (), 0, "")
        superseded = confirmed = None
    else:
        overlap, superseded, confirmed = parts.compare(
            root,
            draft=draft.lines,
            parts=batches.part_paths(counted),
            superseded=batches.mask_paths(counted),
            first=period[0],
            last=period[1],
        )
    _ask_about_reuse(overlap, understood)
    lines: Path | None = draft.lines
    if confirmed or not draft.tally.in_order:
        out = workspace / "ordered.parquet"
        left = parts.without(root, draft=draft.lines, confirmed=confirmed, by_day=not draft.tally.in_order, out=out)
        draft.lines.unlink()
        lines = out if left else None
    return _Ready(draft, overlap, lines, superseded, confirmed)


def _ask_about_reuse(overlap: Overlap, understood: Understood) -> None:
    if overlap.reused and understood.reading.invoices == "number":
        raise Ambiguity(
            f"{overlap.reused:,} invoice numbers of {understood.table.name} were used before, more than half a year away and for another customer"
            f" (for example {overlap.reused_example}): numbering seems to restart each year. Say `--invoices yearly` to keep them apart,"
            " and import the earlier files with it too. Nothing was imported.",
            option="--invoices",
        )


def _report(understood: Understood, checker: Checker, ready: _Ready, number: int | None) -> ImportReport:
    tally, table = ready.draft.tally, understood.table
    period = tally.period or (None, None)
    return ImportReport(
        file=table.name,
        kind="sales",
        state="accepted" if number else "dry-run",
        batch=number if tally.stored else None,
        lines=lines_of(tally, unchanged=ready.overlap.unchanged_lines),
        reasons=reasons_of(tally),
        notices=dict(sorted(tally.notices.items())),
        repeats=tally.repeats,
        invoices=invoices_of(ready.overlap),
        net=tally.net,
        currency=tally.currency or checker.currency,
        currencies=dict(tally.currencies),
        nets=dict(tally.nets),
        rounding=rounding_of(tally),
        customers={"new": len(checker.new_customers)},
        items={"new": len(checker.new_items), "charges": len(checker.charges)},
        first_day=period[0],
        last_day=period[1],
        reading=reading_of(understood.reading),
        notes=(*table.notes, *_title_notes(table.above)),
    )


def _title_notes(above: int) -> tuple[str, ...]:
    if not above:
        return ()
    return (
        ("1 row above the header was set aside as a title.",)
        if above == 1
        else (f"{above} rows above the header were set aside as titles.",)
    )


def _accept(given: Handover, checker: Checker, ready: _Ready, report: ImportReport) -> None:
    """Move the files to their place, then make everything true in one transaction."""
    keep(given)
    troubles = ready.draft.troubles
    digest = files.digest_of(troubles) if troubles else ""
    if troubles:
        files.place(troubles, digest=digest)
    words, moved = checker.customer_words, _Moved(given.number)
    with moved, transaction.atomic():
        naming.add_customers(checker.new_customers, words)
        naming.add_products(checker.new_items, checker.item_words, checker.charges)
        naming.add_parents(words["parent"], since=ready.draft.tally.period)
        size = troubles.stat().st_size if troubles else 0
        record(
            given,
            report,
            lines=ready.draft.tally.stored,
            refused=files.known(digest=digest, name="refused.csv", size=size, at=given.at) if troubles else None,
            parts=[name for name in [moved.accept(ready.lines)] if name],
            superseded=moved.accept(ready.superseded),
            confirmed=moved.accept(ready.confirmed),
        )


class _Moved:
    """Files moved among the parts for a batch: taken away again where it does not come to be."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._names: list[str] = []

    def accept(self, draft: Path | None) -> str:
        """The name under which a draft now lies among the parts; "" where there is none."""
        if draft is None:
            return ""
        self._names.append(batches.folder().accept(draft))
        return self._names[-1]

    def __enter__(self) -> _Moved:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # A commit that failed may have been written all the same: only the database can say.
        if kind is None or Batch.objects.filter(number=self._number).exists():
            return
        for name in self._names:
            batches.folder().part(name).unlink(missing_ok=True)
