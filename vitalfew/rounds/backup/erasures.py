"""Erasures outlive a restore: those that a backup does not know yet are written into what was restored from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from vitalfew.trust.models import Erasure


@dataclass(frozen=True, slots=True)
class Erased:
    """One erasure as it is carried from one store into another."""

    subject: str
    digest: str
    reason: str
    erased_at: datetime
    erased_by: str


def recorded() -> tuple[Erased, ...]:
    """Every erasure that the present store knows of, oldest first."""
    rows = Erasure.objects.order_by("erased_at", "pk")
    return tuple(Erased(**row) for row in rows.values("subject", "digest", "reason", "erased_at", "erased_by"))


def carry_over(erasures: Iterable[Erased]) -> tuple[Erased, ...]:
    """Write those that this store does not know yet, and name them: whoever erases applies them again."""
    known = set(recorded())
    missing = tuple(row for row in dict.fromkeys(erasures) if row not in known)
    Erasure.objects.bulk_create(Erasure(**asdict(row)) for row in missing)
    return missing


def to_json(erasures: Iterable[Erased]) -> list[dict[str, Any]]:
    """Erasures on their way between two processes."""
    return [{**asdict(row), "erased_at": row.erased_at.isoformat()} for row in erasures]


def from_json(rows: Iterable[dict[str, Any]]) -> tuple[Erased, ...]:
    """The same on arrival."""
    return tuple(Erased(**{**row, "erased_at": datetime.fromisoformat(row["erased_at"])}) for row in rows)
