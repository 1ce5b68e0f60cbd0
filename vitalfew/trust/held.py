"""What trust holds on people."""

from __future__ import annotations

from vitalfew.trust.register import Held, Kind, held

HELD: tuple[Held, ...] = (
    held("trust.Person", Kind.IDENTITY, "email", "name", of="id"),
    held("trust.Person", Kind.WORK, "role", of="id"),
    held("trust.Person", Kind.SECRET, "password", of="id"),
    held("trust.Person", Kind.THING, "changed"),
    held("trust.Team", Kind.THING, "name", "changed"),
    held("trust.Grant", Kind.WORK, "source", "reason", of="person_id"),
    held("trust.Grant", Kind.SIGNATURE, "granted_by"),
    held("trust.SignedLink", Kind.SECRET, "digest"),
    held("trust.SignedLink", Kind.THING, "holder", "purpose", "subject"),
    held("trust.SignedLink", Kind.SIGNATURE, "made_by"),
    held("trust.ApiToken", Kind.WORK, "name", "scopes", of="person_id"),
    held("trust.ApiToken", Kind.SECRET, "digest", "hint", of="person_id"),
    held("trust.DoneOnce", Kind.SECRET, "holder", "key", "request", "answer"),
    held("trust.CacheEntry", Kind.SECRET, "cache_key", "value"),
    held("trust.OutboxMail", Kind.WORDS, "to", "subject", "complaint"),
    held("trust.OutboxMail", Kind.SECRET, "body", "html"),  # may carry a link that opens a door
    held("trust.OutboxMail", Kind.THING, "about", "message_id"),
    held("trust.AuditEntry", Kind.WORK, "verb", "target", "door", "request_id", of="actor_id"),
    held("trust.AuditEntry", Kind.WORDS, "before", "after", "actor_name"),
    held("trust.AuditEntry", Kind.SECRET, "digest", "chain"),
    held("trust.AuditHead", Kind.SECRET, "chain"),
    held("trust.Erasure", Kind.SECRET, "digest"),
    held("trust.Erasure", Kind.WORDS, "reason"),
    held("trust.Erasure", Kind.SIGNATURE, "erased_by"),
    held("trust.Erasure", Kind.THING, "subject"),
    held("trust.StoredFile", Kind.SECRET, "digest"),
    held("trust.StoredFile", Kind.WORDS, "name"),
)
