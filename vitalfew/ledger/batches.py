"""The accepted files as the engines need them: which parts and masks count now, and the scope of a question."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from vitalfew.ledger import rates, tree
from vitalfew.ledger.engines.folder import Folder
from vitalfew.ledger.engines.scope import Scope
from vitalfew.ledger.models import Batch


def folder() -> Folder:
    """The ledger's folder of this installation."""
    return Folder(Path(settings.VITALFEW_HOME) / "ledger")


def counted() -> list[Batch]:
    """The batches of sales lines that count, oldest first."""
    return list(Batch.objects.filter(kind=Batch.Kind.SALES, undone_at=None).order_by("number"))


def next_number() -> int:
    """The number of the next batch; call it while holding the right to write."""
    return (Batch.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def part_paths(batches: list[Batch]) -> tuple[Path, ...]:
    """The Parquet files of some batches."""
    place = folder()
    return tuple(place.part(name) for batch in batches for name in batch.parts)


def mask_paths(batches: list[Batch]) -> tuple[Path, ...]:
    """The lists of superseded invoices of some batches."""
    place = folder()
    return tuple(place.part(batch.superseded) for batch in batches if batch.superseded)


def named_files() -> set[str]:
    """Every file among the parts that a batch still needs."""
    found: set[str] = set()
    for batch in Batch.objects.exclude(parts=[], superseded="", confirmed="").only("parts", "superseded", "confirmed"):
        found.update(batch.parts, {batch.superseded, batch.confirmed} - {""})
    return found


def currencies() -> dict[str, int]:
    """Lines by currency over all that counts, the most used first."""
    found: dict[str, int] = {}
    for batch in counted():
        for currency, lines in batch.report.get("currencies", {}).items():
            found[currency] = found.get(currency, 0) + lines
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def own_currency() -> str:
    """The currency the firm reckons in: the one most of its lines are in."""
    return next(iter(currencies()), "")


def scope(*, as_of: date, level: str = "customer", currency: str = "") -> Scope:
    """All that counts, in one currency (the firm's own unless named), with each customer's account on `as_of`."""
    batches, known = counted(), currencies()
    own = currency or own_currency()
    several = len(known) > 1
    return Scope(
        folder=folder().made().root,
        parts=part_paths(batches),
        superseded=mask_paths(batches),
        moved=tree.accounts(level=level, on=as_of),
        currency=own if several else "",
        conversions=rates.conversions(own, [other for other in known if other != own], until=as_of + timedelta(days=1))
        if several
        else (),
    )


def last_day() -> date | None:
    """The last day any counted line is of."""
    return max((batch.last_day for batch in counted() if batch.last_day), default=None)


def first_day() -> date | None:
    """The first day any counted line is of."""
    return min((batch.first_day for batch in counted() if batch.first_day), default=None)
