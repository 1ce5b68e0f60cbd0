"""The audit trail: one call in every operation, inside its transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vitalfew.trust.actors import Actor
from vitalfew.trust.models import AuditEntry


def record(
    *,
    by: Actor,
    at: datetime,
    verb: str,
    target: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note that `by` did `verb` (dotted, such as "selection.designate") to `target` (such as "customer:17")."""
    AuditEntry.objects.create(
        at=at,
        actor=by.person,
        actor_name=by.name,
        door=by.door,
        verb=verb,
        target=target,
        before=dict(before or {}),
        after=dict(after or {}),
        request_id=by.request_id,
    )
