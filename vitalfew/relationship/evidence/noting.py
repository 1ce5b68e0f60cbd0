"""What one of us writes down by hand: evidence that is always ours, with a source that opens, never in the survey's name."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from vitalfew.ground.errors import Missing
from vitalfew.ledger.visibility import may_see
from vitalfew.relationship.evidence import bell
from vitalfew.relationship.evidence.papers import Paper, keep
from vitalfew.relationship.evidence.recording import EvidenceRefused, record_evidence
from vitalfew.relationship.models import Evidence, Position
from vitalfew.relationship.models.evidence import Expectation, Side
from vitalfew.selection import checks
from vitalfew.trust import audit
from vitalfew.trust.actors import Actor

_RECORD = re.compile(r"[a-z_]+:\d+")
_SURVEYED = ("level_sentence", *(f"answer_{one.value}" for one in Expectation))
_WHERE = (
    "Name a source that can be opened: a web address, a file, or one of their people who said so. Nothing was recorded."
)


@transaction.atomic
def note_evidence(
    *,
    account: int,
    kind: str,
    words: str,
    by: Actor,
    at: datetime,
    source: str = "",
    contact: int | None = None,
    paper: Paper | None = None,
    expectation: str = "",
    value: Any = None,
    holds_from: date | None = None,
    holds_until: date | None = None,
) -> Evidence:
    """Record what one of us knows of an account, from today on unless said.

    Where it is known from is one of three: `source`, a web address; `contact`, one of the account's people who said so;
    `paper`, a file that is kept. Raises EvidenceRefused, Missing.
    """
    checks.seen(account, by)  # before anything is told of its people, or kept for it
    own_kind(kind)
    if holds_from and holds_from > at.date():
        raise EvidenceRefused("What is known holds from today or from a day before. Nothing was recorded.")
    words = words.strip()
    if not words:
        raise EvidenceRefused("Say in words what is known. Nothing was recorded.")
    since = holds_from or at.date()
    known = _source(account, source.strip(), contact, paper, at)
    return record_evidence(
        account=account, kind=kind, side=Side.OURS, source=_apart(account, kind, known, words, since), words=words, value=value,
        expectation=expectation, holds_from=since, holds_until=holds_until, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def end_evidence(*, number: int, on: date, by: Actor, at: datetime) -> Evidence:
    """Say from which day on what one of us noted holds no more: the tender is decided, the issue is mended.

    What a record of the house says is ended by that record. Raises EvidenceRefused, Missing.
    """
    found = Evidence.objects.select_for_update(no_key=True).filter(may_see(by.person), pk=number).first()
    if found is None:
        raise Missing("There is no such evidence, or you may not see it.")
    if found.side != Side.OURS or not by_hand(found.source):
        raise EvidenceRefused("That was not noted by hand: what it comes from ends it. Nothing was changed.")
    if found.withdrawn_at or found.holds_until:
        raise EvidenceRefused("That was withdrawn, or has an end already. Nothing was changed.")
    if not found.holds_from <= on <= at.date():
        raise EvidenceRefused(
            f"It holds since {found.holds_from}: it ends on that day or later, up to today. Nothing was changed."
        )
    found.holds_until = on
    found.save(update_fields=["holds_until"])
    bell.ring(found.account_id)
    told = {"number": number, "kind": found.kind, "on": on.isoformat()}
    audit.record(by=by, at=at, verb="relationship.close_evidence", target=f"customer:{found.account_id}", after=told)
    return found


def by_hand(source: str) -> bool:
    """Whether a source is one that a person names: an address, a file, somebody who said so."""
    return not _RECORD.fullmatch(source.split(" (", maxsplit=1)[0]) or source.startswith(("contact:", "file:"))


def own_kind(kind: str) -> None:
    """Let a kind pass that a person may name by hand. Raises EvidenceRefused for the kinds of the survey's answers."""
    if kind in _SURVEYED:
        raise EvidenceRefused(f"“{kind}” is for answers of the survey: name another kind. Nothing was recorded.")


def _source(account: int, address: str, contact: int | None, paper: Paper | None, at: datetime) -> str:
    if sum((bool(address), contact is not None, paper is not None)) != 1:
        raise EvidenceRefused(_WHERE)
    if paper is not None:
        return keep(paper, at=at)
    if contact is not None:
        if not Position.objects.filter(account=account, contact=contact).exists():
            raise EvidenceRefused("That contact never worked at this account. Nothing was recorded.")
        return f"contact:{contact}"
    if not _opens(address):
        raise EvidenceRefused(_WHERE)
    return address


def _opens(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", address)


def _apart(account: int, kind: str, source: str, words: str, since: date) -> str:
    """The source, numbered where it said other things of the kind on that day: three aims of one talk are three."""
    said = Evidence.objects.filter(
        account=account, kind=kind, source__startswith=source, holds_from=since, withdrawn_at=None
    )
    stand = dict(said.values_list("source", "words"))
    number, named = 1, source
    while stand.get(named, words) != words:
        number += 1
        named = f"{source} ({number})"
    return named
