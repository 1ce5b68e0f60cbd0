"""What the relationship holds on people: contacts above all, who are the customer's people."""

from __future__ import annotations

from vitalfew.trust.register import Held, Kind, Subject, held

C = Subject.CONTACT
HELD: tuple[Held, ...] = (
    held("relationship.Contact", Kind.IDENTITY, "name", "email", "phone", of="id", subject=C),
    held("relationship.Contact", Kind.WORK, "language", "source", of="id", subject=C),
    held("relationship.Contact", Kind.SIGNATURE, "added_by"),
    held("relationship.Contact", Kind.THING, "changed"),
    held("relationship.Position", Kind.WORK, "title", "function", of="contact_id", subject=C),
    held("relationship.Position", Kind.THING, "changed"),
    held("relationship.Part", Kind.OPINION, "kind", "reason", of="position__contact_id", subject=C),
    held("relationship.Part", Kind.SIGNATURE, "given_by"),
    held("relationship.Opinion", Kind.OPINION, "reason", of="position__contact_id", subject=C),
    held("relationship.Opinion", Kind.SIGNATURE, "given_by"),
    held("relationship.Acquaintance", Kind.THING, "changed"),
    held("relationship.Touch", Kind.WORK, "kind", "source", of="contact_id", subject=C),
    held("relationship.Evidence", Kind.THING, "kind", "expectation", "side", "source"),
    held("relationship.Evidence", Kind.WORDS, "value", "words", "withdrawn_because"),
    held("relationship.Evidence", Kind.SIGNATURE, "recorded_by", "withdrawn_by"),
    held("relationship.Statement", Kind.WORK, "words", "answer", "correction", of="contact_id", subject=C),
    held("relationship.Statement", Kind.THING, "kind", "expectation", "subject"),
    held("relationship.Statement", Kind.SIGNATURE, "asked_by"),
    held("relationship.Wave", Kind.THING, "name", "changed"),
    held("relationship.Wave", Kind.SIGNATURE, "made_by"),
    held("relationship.Invitation", Kind.WORK, "part", of="contact_id", subject=C),
    held("relationship.Response", Kind.WORK, "answers", "part", "way", of="contact_id", subject=C),
    held("relationship.Response", Kind.THING, "source", "changed"),
    held("relationship.LevelRun", Kind.THING, "model", "missing", "checks"),
    held("relationship.LevelFound", Kind.THING, "chance", "known"),
    held("relationship.Behaviour", Kind.THING, "price", "loyalty"),
    held("relationship.TargetLevel", Kind.WORDS, "reason"),
    held("relationship.TargetLevel", Kind.SIGNATURE, "set_by"),
    held("relationship.TargetLevel", Kind.THING, "changed"),
    held("relationship.PriceEvent", Kind.WORDS, "words", "withdrawn_because"),
    held("relationship.PriceEvent", Kind.SIGNATURE, "noted_by", "withdrawn_by"),
)
