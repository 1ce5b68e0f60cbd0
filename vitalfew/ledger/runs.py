"""Runs: everything one refresh found carries its number and is seen only once the run is shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from vitalfew.ledger.models import Run


def current() -> Run | None:
    """The run whose numbers are shown."""
    return _shown().first()


def shown_now() -> QuerySet[Run, int]:
    """Its number, for a query that names the run in itself."""
    return _shown().values_list("pk", flat=True)[:1]


def _shown() -> QuerySet[Run]:
    return Run.objects.exclude(shown_at=None).order_by("-shown_at", "-number")


def earlier(run: Run) -> Run | None:
    """The newest shown run of an earlier day than `run`'s."""
    return Run.objects.exclude(shown_at=None).filter(as_of__lt=run.as_of).order_by("-as_of", "-number").first()


def shown_between(first: date, last: date) -> Run | None:
    """The newest shown run of a day from `first` to `last`."""
    found = Run.objects.exclude(shown_at=None).filter(as_of__gte=first, as_of__lte=last)
    return found.order_by("-as_of", "-number").first()


def begin(*, as_of: date, at: datetime) -> Run:
    """A new run, unseen until shown."""
    return Run.objects.create(as_of=as_of, began_at=at)


def show(run: Run, *, totals: dict[str, Any], at: datetime) -> None:
    """Make all that a run found visible, in one change."""
    Run.objects.filter(pk=run.pk).update(shown_at=at, totals=totals)


@transaction.atomic
def sweep(*, keep_from: int) -> int:
    """Remove what dead runs left: runs never shown, older than the one at hand; the caller holds the refresh lock."""
    removed, _ = Run.objects.filter(shown_at=None, number__lt=keep_from).delete()
    return removed


def superfluous() -> list[int]:
    """Shown runs that are neither in use nor the last of their month: kept for key accounts only.

    In use are the run that is shown and the one of an earlier day that movement is measured against.
    """
    shown = list(Run.objects.exclude(shown_at=None).order_by("as_of", "number").values_list("number", "as_of"))
    kept = set({(as_of.year, as_of.month): number for number, as_of in shown}.values())
    if now := current():
        former = earlier(now)
        kept |= {now.number} | ({former.number} if former else set())
    return [number for number, _ in shown if number not in kept]


def last_number() -> int:
    """The number of the newest run, shown or not."""
    return int(Run.objects.aggregate(last=Max("number"))["last"] or 0)
