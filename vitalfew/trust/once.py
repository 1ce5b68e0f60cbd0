"""A request that comes twice is done once: the first answer is kept beside what it changed, and given again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from vitalfew.ground.errors import Refusal
from vitalfew.trust.models import DoneOnce, Person

KEPT = timedelta(hours=24)
ABANDONED = timedelta(minutes=15)  # work that was begun and never ended: its process died, and it may be tried again


class KeyReused(Refusal):
    """This key came before with another request. Nothing was changed: make a new key for each request."""


class BeingDone(Refusal):
    """The same request is being done at this moment. Ask again in a few seconds for its answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: the status, the headers that matter, the body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One person's key for one request, told from others by its digest."""

    holder: str
    key: str
    request: str


def claim_of(person: Person, *, key: str, parts: tuple[str, ...]) -> Claim:
    """The claim of a person's request; `parts` is all that makes it this request: method, address, body."""
    return Claim(f"person:{person.pk}", key, hashlib.sha256(json.dumps(parts).encode()).hexdigest())


def begin(claim: Claim, *, at: datetime) -> Answer | None:
    """None for the first to come, who must end with `finish` or `forget`; whoever comes later gets the first answer.

    Call it inside the transaction that does the work, and a crash leaves neither the work nor the key. Whoever comes
    while that transaction runs waits for it. Raises KeyReused for another request under the same key, and BeingDone
    while work goes on that has no transaction of its own.
    """
    rows = _rows(claim)
    rows.filter(Q(made_at__lte=at - KEPT) | Q(status=None, made_at__lte=at - ABANDONED)).delete()
    try:
        with transaction.atomic():
            DoneOnce.objects.create(holder=claim.holder, key=claim.key, request=claim.request, made_at=at)
    except IntegrityError:
        return _first(rows.first(), claim)
    return None


def finish(claim: Claim, answer: Answer) -> None:
    """Keep the answer for whoever sends the same request again."""
    told = json.dumps({"headers": dict(answer.headers), "body": answer.body})
    _rows(claim).update(status=answer.status, answer=told)


def forget(claim: Claim) -> None:
    """Give the key back: the request was refused or broke off, and may be sent again."""
    _rows(claim).delete()


def prune(at: datetime) -> int:
    """Drop the answers that are older than a day; how many there were."""
    return DoneOnce.objects.filter(made_at__lte=at - KEPT).delete()[0]


def _first(row: DoneOnce | None, claim: Claim) -> Answer:
    if row is not None and row.request != claim.request:
        raise KeyReused(str(KeyReused.__doc__))
    if row is None or row.status is None:
        raise BeingDone(str(BeingDone.__doc__))
    told = json.loads(row.answer)
    return Answer(row.status, told["headers"], told["body"])


def _rows(claim: Claim) -> QuerySet[DoneOnce]:
    return DoneOnce.objects.filter(holder=claim.holder, key=claim.key)
