"""The records of trust, room by room."""

from __future__ import annotations

from vitalfew.trust.models.doors import ApiToken, CacheEntry, DoneOnce, SignedLink
from vitalfew.trust.models.people import Grant, Person, Team, initials
from vitalfew.trust.models.post import OutboxMail
from vitalfew.trust.models.record import AuditEntry, AuditHead, Erasure, StoredFile

__all__ = [
    "ApiToken", "AuditEntry", "AuditHead", "CacheEntry", "DoneOnce", "Erasure", "Grant", "OutboxMail", "Person", "SignedLink", "StoredFile",
    "Team", "initials",
]  # fmt: skip
