"""The audit trail: one call in every operation, inside its transaction; it also decides whether the actor may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from vitalfew.trust import access
from vitalfew.trust.actors import Actor
from vitalfew.trust.audit import chain, heads
from vitalfew.trust.models import AuditEntry, AuditHead


@transaction.atomic
def record(
    *,
    by: Actor,
    at: datetime,
    verb: str,
    target: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note that `by` did `verb` (dotted, such as "selection.designate") to `target` (such as "customer:17").

    Raises Denied where the actor lacks the right that the verb needs; the operation's transaction then leaves nothing.
    """
    access.require(by, verb)
    entry = AuditEntry(
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
    head = _locked_head()
    key = chain.key()
    entry.number = head.number + 1
    entry.digest = chain.digest(content(entry), key=key)
    entry.chain = chain.link(number=entry.number, digest=entry.digest, before=head.chain, key=key)
    entry.save(force_insert=True)
    AuditHead.objects.filter(pk=head.pk).update(number=entry.number, chain=entry.chain)
    _keep_outside(head, entry)


def content(entry: object) -> dict[str, Any]:
    """What the digest of an entry covers; of the record, or of a row with fields of these names."""
    names = ("at", "actor_id", "actor_name", "door", "verb", "target", "before", "after", "request_id")
    return {name: getattr(entry, name) for name in names}


def _keep_outside(before: AuditHead, entry: AuditEntry) -> None:
    """Keep the new head in the data folder once it is committed; a folder that fails then must not undo what was answered."""
    home, number, link = settings.VITALFEW_HOME, entry.number, entry.chain
    known = {before.number: before.chain}

    def chain_at(number: int) -> str | None:
        rows = AuditEntry.objects.filter(number=number).values_list("chain", flat=True)
        return known[number] if number in known else rows.first()

    transaction.on_commit(lambda: heads.keep(home, number=number, chain=link, chain_at=chain_at), robust=True)


def _locked_head() -> AuditHead:
    """The newest entry, locked until the transaction ends: whoever writes next waits here."""
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        AuditHead.objects.get_or_create(pk=1, defaults={"chain": chain.GENESIS})
        head = AuditHead.objects.select_for_update().get(pk=1)
    return head
