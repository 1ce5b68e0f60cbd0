"""The sessions of a person: seen by device and address, ended one by one or all at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session as Stored
from django.db import transaction
from django.db.models import QuerySet

from vitalfew.ground.errors import Missing
from vitalfew.trust import audit
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class Session:
    """One place where a person is signed in; `agent` is what the browser said of itself, `here`: the one that asks."""

    number: int
    agent: str
    address: str
    since: datetime
    here: bool


def sessions_of(*, person: Person, here: str | None, at: datetime) -> tuple[Session, ...]:
    """Where a person is signed in now, this place first, then the newest; `here` is the session's own key."""
    living = Stored.objects.filter(expire_date__gt=at).values("session_key")
    rows = UserSession.objects.filter(user=person, session_key__in=living).order_by("-created_at", "-pk")
    found = [Session(row.pk, row.user_agent, row.ip, row.created_at, row.session_key == here) for row in rows]
    return tuple(sorted(found, key=lambda session: not session.here))


@transaction.atomic
def end(*, person: Person, number: int, by: Actor, at: datetime) -> None:
    """End one session of a person."""
    if not _end(UserSession.objects.filter(user=person, pk=number)):
        raise Missing("There is no such session, or it has ended. Nothing was changed.")
    audit.record(by=by, at=at, verb="trust.end_session", target=f"person:{person.pk}", after={"ended": 1})


@transaction.atomic
def end_others(*, person: Person, here: str | None, by: Actor, at: datetime) -> int:
    """End every session of a person but the one with this key; None ends all of them. How many there were."""
    ended = forget(person=person, but=here)
    if ended:
        audit.record(by=by, at=at, verb="trust.end_session", target=f"person:{person.pk}", after={"ended": ended})
    return ended


def forget(*, person: Person, but: str | None = None) -> int:
    """End the sessions of a person inside an operation that notes it itself."""
    rows = UserSession.objects.filter(user=person)
    return _end(rows.exclude(session_key=but) if but else rows)


def _end(rows: QuerySet[UserSession]) -> int:
    keys = list(rows.values_list("session_key", flat=True))
    ended = Stored.objects.filter(session_key__in=keys).delete()[0]
    rows.delete()
    return ended
