"""The ledger's reads: batches, arrivals, one customer's totals, suspected duplicates."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.cache import cache

from vitalfew.ground.errors import Missing
from vitalfew.ground.figure import Figure, not_enough
from vitalfew.ledger import batches, runs, tree
from vitalfew.ledger.engines import parts
from vitalfew.ledger.models import AccountTotals, Arrival, Batch, Customer, Run
from vitalfew.ledger.visibility import visible_accounts
from vitalfew.trust.access import sees_margin
from vitalfew.trust.models import Person, StoredFile


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One accepted file. `report` is the import report as it was told, see `ledger.report.ImportReport`."""

    number: int
    kind: str
    file: str
    accepted_at: datetime
    accepted_by: str
    undone_at: datetime | None
    first_day: date | None
    last_day: date | None
    lines: int
    report: dict[str, Any]
    has_refused: bool


@dataclass(frozen=True, slots=True)
class ArrivalRow:
    """A file handed over and not yet done with. `preview` shows columns, first lines, questions and the trial's report."""

    number: int
    file: str
    arrived_at: datetime
    state: str
    done: float
    word: str
    preview: dict[str, Any]
    choices: dict[str, Any]
    batch: int | None
    version: int


@dataclass(frozen=True, slots=True)
class LedgerState:
    """What the ledger holds, and whether the shown run still tells of all of it."""

    lines: int
    first_day: date | None
    last_day: date | None
    batches: int
    as_of: date | None
    needs_refresh: bool


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """Who a customer is, where it belongs, and what the shown run found in the ledger. `months` ends with the run's."""

    account: int
    key: str
    name: str
    kind: str
    country: str
    town: str
    industry: str
    size: str
    salesperson: str
    parent: tuple[int, str] | None
    members: tuple[tuple[int, str], ...]
    currency: str
    net_12_months: Figure
    net: Figure
    margin_12_months: Figure
    orders_12_months: Figure
    credits: Figure
    first_day: date | None
    last_day: date | None
    months: tuple[int, ...]
    as_of: date | None


def batch_rows(*, limit: int = 200) -> tuple[BatchRow, ...]:
    """The accepted files, the newest first."""
    return tuple(_batch_row(batch) for batch in Batch.objects.order_by("-number")[:limit])


def batch(number: int) -> BatchRow:
    """One accepted file."""
    found = Batch.objects.filter(number=number).first()
    if found is None:
        raise Missing(f"There is no batch {number}.")
    return _batch_row(found)


def refused_file(number: int) -> StoredFile:
    """The refused and set-aside rows of a batch."""
    found = Batch.objects.filter(number=number).select_related("refused").first()
    if found is None or found.refused is None:
        raise Missing(f"Batch {number} has no refused rows.")
    return found.refused


def arrivals(*, person: Person | None) -> tuple[ArrivalRow, ...]:
    """Files not yet done with, the newest first; a person sees their own and those from the folder."""
    rows = Arrival.objects.exclude(state__in=(Arrival.State.DROPPED, Arrival.State.ACCEPTED)).order_by("-pk")
    return tuple(_arrival_row(row) for row in rows[:50] if person is None or row.person_id in (None, person.pk))


def arrival(number: int, *, person: Person | None) -> ArrivalRow:
    """One file handed over."""
    found = Arrival.objects.filter(pk=number).first()
    if found is None or (person is not None and found.person_id not in (None, person.pk)):
        raise Missing("There is no such file.")
    return _arrival_row(found)


def state() -> LedgerState:
    """What the ledger holds now."""
    run, counted = runs.current(), batches.counted()
    newest = max((batch.accepted_at for batch in Batch.objects.order_by("-number")[:1]), default=None)
    undone = Batch.objects.exclude(undone_at=None).order_by("-undone_at").values_list("undone_at", flat=True).first()
    changed = max((moment for moment in (newest, undone) if moment), default=None)
    return LedgerState(
        lines=_lines(counted),
        first_day=batches.first_day(),
        last_day=batches.last_day(),
        batches=len(counted),
        as_of=run.as_of if run else None,
        needs_refresh=bool(counted) and (run is None or (changed is not None and run.began_at < changed)),
    )


def _lines(counted: list[Batch]) -> int:
    """How many lines count, superseded ones left out: counted by the engine once for each state of the ledger."""
    if not counted:
        return 0
    key = (
        "ledger-lines-"
        + hashlib.sha256(
            repr([(batch.number, batch.parts, batch.superseded) for batch in counted]).encode()
        ).hexdigest()
    )
    found = cache.get(key)
    if found is None:
        found = parts.count_lines(
            batches.folder().root, parts=batches.part_paths(counted), superseded=batches.mask_paths(counted)
        )
        cache.set(key, found, None)
    return int(found)


def customer_facts(*, account: int, person: Person | None, today: date) -> CustomerFacts:
    """One customer, if `person` may see it; a hidden one answers like one that does not exist."""
    customer = visible_accounts(person).filter(pk=account).first()
    if customer is None:
        raise Missing("There is no such account, or you may not see it.")
    run = runs.current()
    found = AccountTotals.objects.filter(run=run, account=customer).first() if run else None
    currency = run.totals["currency"] if run else ""
    parent = tree.parent_of(account, on=today)
    parent_row = visible_accounts(person).filter(pk=parent).first() if parent else None
    members = visible_accounts(person).filter(pk__in=tree.members_of(account, on=today)).order_by("name", "key")
    return CustomerFacts(
        account=customer.pk,
        key=customer.key,
        name=str(customer),
        kind=customer.get_kind_display(),
        country=customer.country,
        town=customer.town,
        industry=customer.industry,
        size=customer.size,
        salesperson=customer.salesperson,
        parent=(parent_row.pk, str(parent_row)) if parent_row else None,
        members=tuple((row.pk, str(row)) for row in members[:100]),
        currency=currency,
        first_day=found.first_day if found else None,
        last_day=found.last_day if found else None,
        months=tuple(found.months) if found else (),
        as_of=run.as_of if run else None,
        **_money_figures(found, run.as_of if run else None, currency) | _hidden(run, person),
    )


_NO_SALES = "No sales of this account in the shown run."
_FIGURES = {
    "net_12_months": ("net_sales", "money", "All lines of the last 12 months, credit notes taken off.", _NO_SALES),
    "net": ("net_sales", "money", "All lines since the ledger begins, credit notes taken off.", _NO_SALES),
    "margin_12_months": ("margin", "money", "Amount less cost, over lines whose cost is known, last 12 months.", "The ledger has no costs for this account."),
    "orders_12_months": ("orders", "count", "Days on which something was sold to it, last 12 months.", _NO_SALES),
    "credits": ("credits", "money", "All lines below zero since the ledger begins.", _NO_SALES),
}  # fmt: skip


def _hidden(run: Run | None, person: Person | None) -> dict[str, Figure]:
    """What stands in place of a figure that `person` has no right to see."""
    if sees_margin(person):
        return {}
    missing = "Margins are told to those who were given the right to see them."
    told = not_enough(measure="margin", unit="money", as_of=run.as_of if run else None, n=0, missing=missing)
    return {"margin_12_months": told}


def _money_figures(found: AccountTotals | None, as_of: date | None, currency: str) -> dict[str, Figure]:
    return {name: _figure(found, as_of, currency, name) for name in _FIGURES}


def _figure(found: AccountTotals | None, as_of: date | None, currency: str, name: str) -> Figure:
    measure, unit, why, missing = _FIGURES[name]
    value = getattr(found, name) if found else None
    if found is None or value is None:
        return not_enough(
            measure=measure,
            unit=unit,
            as_of=as_of,
            n=found.lines if found else 0,
            missing=missing if found else _NO_SALES,
        )
    return Figure(measure=measure, unit=unit, as_of=as_of, n=found.lines, value=value, why=why, currency=currency)


def _batch_row(row: Batch) -> BatchRow:
    return BatchRow(
        number=row.number, kind=row.kind, file=row.file_name, accepted_at=row.accepted_at, accepted_by=row.accepted_by, undone_at=row.undone_at,
        first_day=row.first_day, last_day=row.last_day, lines=row.lines, report=row.report, has_refused=row.refused_id is not None,
    )  # fmt: skip


def _arrival_row(row: Arrival) -> ArrivalRow:
    return ArrivalRow(
        number=row.pk, file=row.file_name, arrived_at=row.arrived_at, state=row.state, done=row.done, word=row.word, preview=row.preview,
        choices=row.choices, batch=row.batch_id, version=row.version,
    )  # fmt: skip


def suspected_duplicates(*, limit: int = 50) -> tuple[tuple[Customer, Customer], ...]:
    """Pairs of customers whose names differ only in case, accents, punctuation or legal form, in the same country."""
    seen: dict[tuple[str, str], Customer] = {}
    pairs = []
    for customer in visible_accounts(None).exclude(name="").order_by("pk").iterator():
        name = (_bare(customer.name), customer.country)
        if len(name[0]) > 3 and name in seen:
            pairs.append((seen[name], customer))
        elif name[0]:
            seen[name] = customer
    return tuple(pairs[:limit])


def _bare(name: str) -> str:
    """A name without case, accents, punctuation and legal form."""
    ascii_ = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "".join(word for word in re.findall(r"[a-z0-9]+", ascii_.replace(".", "")) if word not in _LEGAL_FORMS)


_LEGAL_FORMS = frozenset(
    [
        "ltd",
        "limited",
        "inc",
        "llc",
        "plc",
        "gmbh",
        "co",
        "kg",
        "ag",
        "sa",
        "sas",
        "sarl",
        "srl",
        "sl",
        "bv",
        "nv",
        "oy",
        "ab",
        "as",
        "aps",
        "spa",
        "and",
        "und",
        "et",
        "y",
        "the",
    ]
)
