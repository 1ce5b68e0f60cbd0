"""The audit trail: recorded in every operation, sealed entry by entry, verified, told in sentences, erased without a gap."""

from __future__ import annotations

from vitalfew.trust.audit.recording import content, record

__all__ = ["content", "record"]
