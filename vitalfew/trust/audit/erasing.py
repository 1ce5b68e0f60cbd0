"""Erasing personal content from the audit trail: what was done stays, who and what is taken out, the chain still verifies."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from vitalfew.trust import audit
from vitalfew.trust.audit import chain
from vitalfew.trust.models import AuditEntry

_AT_ONCE = 500


@transaction.atomic
def blank_entries(*, subject: str, actor: int | None, at: datetime, mentioning: Collection[str] = ()) -> int:
    """Blank the entries about `subject` ("person:3") or by the person `actor`; how many there were.

    `mentioning`: also those that hold one of these words, such as an e-mail address, as a value. Call it inside an
    operation, which notes the erasure in the trail. Blanking again changes nothing.
    """
    words = frozenset(word for word in mentioning if word)
    found = Q(target=subject) | (Q(actor=actor) if actor is not None else Q())
    for word in words:
        found |= _written(word)
    done = 0
    for entry in _entries(found):
        if entry.target == subject or (actor is not None and entry.actor_id == actor) or _holds(entry, words):
            _blank(entry, at)
            done += 1
    return done


def _blank(entry: AuditEntry, at: datetime) -> None:
    entry.before, entry.after, entry.actor_name, entry.erased_at = {}, {}, "", at
    entry.seal = chain.seal(audit.content(entry), digest=entry.digest, erased_at=at, key=chain.key())
    entry.save(update_fields=["before", "after", "actor_name", "erased_at", "seal"])


def _entries(found: Q) -> Iterator[AuditEntry]:
    """Those that are not erased yet, in parts; the trail may be long."""
    rows = AuditEntry.objects.annotate(old=Cast("before", TextField()), new=Cast("after", TextField()))
    rows, last = rows.filter(found, erased_at=None).order_by("number"), 0
    while part := list(rows.filter(number__gt=last)[:_AT_ONCE]):
        yield from part
        last = part[-1].number


def _written(word: str) -> Q:
    """Entries in whose stored text a word may stand: databases write other letters than plain ones in two ways."""
    found = Q()
    for form in {word, json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1]}:
        found |= Q(old__icontains=form) | Q(new__icontains=form)
    return found


def _holds(entry: AuditEntry, words: Collection[str]) -> bool:
    low = {word.casefold() for word in words}
    return any(text.casefold() in low for text in (*_texts(entry.before), *_texts(entry.after)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
