"""What rounds holds on people."""

from __future__ import annotations

from vitalfew.trust.register import Held, Kind, held

HELD: tuple[Held, ...] = (
    held("rounds.Refreshing", Kind.SIGNATURE, "asked_by"),
    held("rounds.Refreshing", Kind.THING, "state", "stage", "word"),
)
