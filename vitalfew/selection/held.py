"""What selection holds on people: who leads whom, since when, and in whose words."""

from __future__ import annotations

from vitalfew.trust.register import Held, Kind, held

HELD: tuple[Held, ...] = (
    held("selection.ConcentrationFound", Kind.THING, "basis", "level", "found"),
    held("selection.KeyAccount", Kind.WORDS, "reason", "release_reason"),
    held("selection.KeyAccount", Kind.SIGNATURE, "designated_by", "released_by"),
    held("selection.KeyAccount", Kind.THING, "changed"),
    held("selection.Lead", Kind.WORK, "role", of="person_id"),
    held("selection.Lead", Kind.WORDS, "reason"),
    held("selection.Lead", Kind.SIGNATURE, "assigned_by"),
    held("selection.Lead", Kind.THING, "changed"),
    held("selection.Review", Kind.WORDS, "reason"),
    held("selection.Review", Kind.SIGNATURE, "reviewed_by"),
    held("selection.Review", Kind.THING, "outcome"),
    held("selection.PlannedHours", Kind.THING, "changed"),
    held("selection.Capacity", Kind.THING, "changed"),
    held("selection.HandOver", Kind.WORK, "role", of="taker_id"),
    held("selection.HandOver", Kind.WORDS, "reason", "note"),
    held("selection.HandOver", Kind.SIGNATURE, "handed_by"),
)
