"""The ledger's verbs: import a file, undo a batch, merge and part customers."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import OperationalError, transaction

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.ledger import batches
from vitalfew.ledger.engines.folder import disk_refusal
from vitalfew.ledger.importing.recognising import Wishes, ask
from vitalfew.ledger.intake import customer_lists, rate_lists, sales, understanding, undoing
from vitalfew.ledger.intake.accepting import Handover
from vitalfew.ledger.intake.report import ImportReport
from vitalfew.ledger.models import Alias, Batch, Customer, Merge
from vitalfew.trust import audit, files
from vitalfew.trust.actors import Actor

Progress = Callable[[int], None]


class OtherKind(Refusal):
    """The file is of another kind than the one expected."""


class MergeRefused(Refusal):
    """Only two different customers that both stand alone can be merged."""


def import_file(
    *,
    path: Path,
    name: str,
    wishes: Wishes,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
    only: str = "",
    wait: bool = False,
    progress: Progress = lambda lines: None,
) -> ImportReport:
    """Import one file: sales lines, a customer list or currency rates, whichever it is. All of it or nothing.

    `only` names the one kind that is expected; with `wait` another import is waited for. Raises Ambiguity where two readings fit, LedgerBusy while another import runs, another Refusal for a bad file.
    """
    place, name = batches.folder(), files.shown_name(name)
    with (
        _told_of_disk(name),
        place.writing(wait=wait),
        place.swept(named=batches.named_files()).workspace() as workspace,
    ):
        digest = files.digest_of(path) if path.is_file() else ""
        there = Batch.objects.filter(file__digest=digest, undone_at=None).first() if digest else None
        if there:
            return _already_there(there, name)
        understood = understanding.understand(path=path, name=name, workspace=workspace, wishes=wishes)
        _expected(understood, only)
        ask(understood.questions)
        kinds = {
            "sales": sales.import_sales,
            "customers": customer_lists.import_customers,
            "rates": rate_lists.import_rates,
        }
        number = batches.next_number()
        return kinds[understood.reading.kind](
            Handover(understood, path, digest, number, workspace, by=by, at=at, dry_run=dry_run, progress=progress)
        )


def _expected(understood: understanding.Understood, only: str) -> None:
    kind = understood.reading.kind
    if only and kind != only:
        raise OtherKind(
            f"{understood.table.name} reads as {Batch.Kind(kind).label}, not as {Batch.Kind(only).label}. Nothing was imported."
        )


def undo_batch(*, number: int, by: Actor, at: datetime) -> Batch:
    """Take a batch back: its lines go, the earlier versions of its invoices come back. Undoing twice is refused."""
    place = batches.folder()
    with _told_of_disk(f"The undoing of batch {number}"), place.writing(wait=True), place.workspace() as workspace:
        return undoing.undo(number=number, workspace=workspace, by=by, at=at)


@transaction.atomic
def merge_customers(*, duplicate: str, into: str, reason: str, by: Actor, at: datetime) -> Merge:
    """Say that two customers are one: from now on the duplicate's lines count for `into`. Can be taken back."""
    first, second = find_customer(duplicate), find_customer(into)
    if first == second or Merge.objects.filter(undone_at=None, duplicate__in=(first, second)).exists():
        raise MergeRefused(
            f"{first} and {second} cannot be merged: both must be different and stand alone. Nothing was changed."
        )
    merge = Merge.objects.create(duplicate=first, into=second, reason=reason[:400], merged_at=at, merged_by=by.name)
    audit.record(
        by=by, at=at, verb="ledger.merge", target=f"customer:{first.pk}", after={"into": second.key, "reason": reason}
    )
    return merge


@transaction.atomic
def unmerge_customer(*, duplicate: str, by: Actor, at: datetime) -> Merge:
    """Take a merge back: the customer stands for itself again, with all it ever had."""
    customer = find_customer(duplicate)
    merge = Merge.objects.filter(duplicate=customer, undone_at=None).select_related("into").first()
    if merge is None:
        raise MergeRefused(f"{customer} is not merged into another customer. Nothing was changed.")
    merge.undone_at = at
    merge.save(update_fields=["undone_at"])
    audit.record(by=by, at=at, verb="ledger.unmerge", target=f"customer:{customer.pk}", before={"into": merge.into.key})
    return merge


def find_customer(word: str) -> Customer:
    """The customer with this number, alias or name; refused when there is none or a name fits several."""
    word = word.strip()
    found = list(Customer.objects.filter(key=word)[:1]) or list(Customer.objects.filter(pk__in=_aliased(word))[:1])
    found = found or list(Customer.objects.filter(name__iexact=word)[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise Missing(f"Several customers are called “{word}”: name one by its number.")
    raise Missing(f"There is no customer “{word}” in the ledger, or you may not see it.")


@contextmanager
def _told_of_disk(name: str) -> Iterator[None]:
    """What the disk refuses, below us or below the database, as a sentence."""
    try:
        yield
    except OSError as error:
        raise disk_refusal(error, name) from error
    except OperationalError as error:
        if not any(word in str(error) for word in ("disk is full", "disk I/O", "No space left")):
            raise
        raise disk_refusal(OSError(errno.ENOSPC, str(error)), name) from error


def _aliased(word: str) -> list[int]:
    return list(Alias.objects.filter(key=word).values_list("customer_id", flat=True))


def _already_there(there: Batch, name: str) -> ImportReport:
    told = there.report
    return ImportReport(
        file=name, kind=there.kind, state="already-there", batch=there.number, lines=told["lines"], net=told["net"], currency=told["currency"]
    )  # fmt: skip
