"""What one of us writes down by hand: evidence that is always ours, and never in the name of a record or of the survey."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from vitalfew.relationship.evidence.recording import EvidenceRefused, record_evidence
from vitalfew.relationship.models import Evidence
from vitalfew.relationship.models.evidence import Expectation, Side
from vitalfew.trust.actors import Actor

# Evidence of the same kind, source and day replaces what stood: a hand must not speak where a record did.
_RECORD = re.compile(r"[a-z_]+:\s*\d+", re.IGNORECASE)
_SURVEYED = ("level_sentence", *(f"answer_{one.value}" for one in Expectation))


def note_evidence(
    *,
    account: int,
    kind: str,
    words: str,
    source: str,
    by: Actor,
    at: datetime,
    expectation: str = "",
    value: Any = None,
    holds_from: date | None = None,
    holds_until: date | None = None,
) -> Evidence:
    """Record what one of us knows of an account, from today on unless said. Raises EvidenceRefused, Missing."""
    own_kind(kind)
    if _RECORD.fullmatch(source.strip()):
        raise EvidenceRefused(
            f"“{source.strip()}” is a record, which speaks for itself: name a file, an address or who said so. Nothing was recorded."
        )
    if holds_from and holds_from > at.date():
        raise EvidenceRefused("What is known holds from today or from a day before. Nothing was recorded.")
    if not words.strip():
        raise EvidenceRefused("Say in words what is known. Nothing was recorded.")
    return record_evidence(
        account=account, kind=kind, side=Side.OURS, source=source.strip(), words=words.strip(), value=value, expectation=expectation,
        holds_from=holds_from or at.date(), holds_until=holds_until, by=by, at=at,
    )  # fmt: skip


def own_kind(kind: str) -> None:
    """Let a kind pass that a person may name by hand. Raises EvidenceRefused for the kinds of the survey's answers."""
    if kind in _SURVEYED:
        raise EvidenceRefused(f"“{kind}” is for answers of the survey: name another kind. Nothing was recorded.")
