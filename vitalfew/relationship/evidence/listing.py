"""Reading evidence and statements: an account's, a page at a time, with whose each is and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vitalfew.ground.errors import Missing
from vitalfew.ledger.visibility import let_see, may_see
from vitalfew.relationship.models import Evidence, Statement
from vitalfew.relationship.paging import Page, newest
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """One piece of evidence: what (`label` is its kind in words), whose, since when until when, from where, by whom.

    `withdrawn_because` is "" while it stands.
    """

    number: int
    kind: str
    label: str
    expectation: str
    side: str
    side_label: str
    words: str
    value: Any
    since: date
    until: date | None
    source: str
    recorded_by: str
    withdrawn_by: str
    withdrawn_because: str


@dataclass(frozen=True, slots=True)
class StatementShown:
    """A statement put to a contact, and their answer ("" while there is none)."""

    number: int
    contact: int
    name: str
    kind: str
    expectation: str
    subject: str
    words: str
    asked_at: datetime
    asked_by: str
    until: date
    withdrawn: bool
    answer: str
    correction: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which evidence: of a kind, a side, an expectation ("" for any); all of it or what holds today."""

    kind: str = ""
    side: str = ""
    expectation: str = ""
    ended: bool = False


def evidence_of(
    *, account: int, person: Person | None, wanted: Wanted, today: date, after: str = "", size: int = 25
) -> Page[EvidenceShown]:
    """The evidence on an account, the newest first. Raises Missing for one that is hidden or does not exist, MarkRefused."""
    let_see(account, person)
    asked = {name: word for name in ("kind", "side", "expectation") if (word := getattr(wanted, name))}
    rows = Evidence.objects.filter(account=account, **asked)
    if not wanted.ended:
        rows = rows.filter(Evidence.holds(today))
    page = newest(rows, by="holds_from", after=after, size=size)
    return Page(tuple(shown(row) for row in page.rows), page.next)


def statements_of(*, account: int, person: Person | None, after: str = "", size: int = 25) -> Page[StatementShown]:
    """The statements on an account that contacts were asked about, the newest first. Raises Missing, MarkRefused."""
    let_see(account, person)
    rows = Statement.objects.select_related("contact").filter(account=account)
    page = newest(rows, by="asked_at", after=after, size=size)
    return Page(tuple(asked(row) for row in page.rows), page.next)


def evidence(*, number: int, person: Person | None) -> EvidenceShown:
    """One piece of evidence, also one that ended. Raises Missing for one on a hidden account as for one that does not exist."""
    found = Evidence.objects.filter(may_see(person), pk=number).first()
    if found is None:
        raise Missing("There is no such evidence, or you may not see it.")
    return shown(found)


def statement(*, number: int, person: Person | None) -> StatementShown:
    """One statement and its answer. Raises Missing for one on a hidden account as for one that does not exist."""
    found = Statement.objects.select_related("contact").filter(may_see(person), pk=number).first()
    if found is None:
        raise Missing("There is no such statement, or you may not see it.")
    return asked(found)


def shown(row: Evidence) -> EvidenceShown:
    """A piece of evidence as doors tell it."""
    return EvidenceShown(
        number=row.pk, kind=row.kind, label=row.kind.replace("_", " "), expectation=row.expectation, side=row.side,
        side_label=str(row.get_side_display()), words=row.words, value=row.value, since=row.holds_from, until=row.holds_until,
        source=row.source, recorded_by=row.recorded_by, withdrawn_by=row.withdrawn_by, withdrawn_because=row.withdrawn_because,
    )  # fmt: skip


def asked(row: Statement) -> StatementShown:
    """A statement as doors tell it."""
    return StatementShown(
        number=row.pk, contact=row.contact_id, name=row.contact.name, kind=row.kind, expectation=row.expectation, subject=row.subject,
        words=row.words, asked_at=row.asked_at, asked_by=row.asked_by, until=row.until, withdrawn=row.withdrawn_at is not None,
        answer=row.answer, correction=row.correction, answered_at=row.answered_at,
    )  # fmt: skip
