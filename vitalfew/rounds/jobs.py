"""Work that pages and the API leave to the worker, so that no request waits for it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.tasks import task

from vitalfew.ground import clock
from vitalfew.ledger import arrivals
from vitalfew.rounds import refresh
from vitalfew.rounds.models import Refreshing
from vitalfew.trust.actors import Actor, person_actor
from vitalfew.trust.models import Person


def read_later(*, arrival: int) -> None:
    """Have a received file read once the present transaction is committed."""
    transaction.on_commit(lambda: read_arrival.enqueue(arrival))


def accept_later(*, arrival: int, by: Actor) -> None:
    """Have a received file imported in the name of `by`."""
    person, name, door = by.person.pk if by.person else None, by.name, by.door
    transaction.on_commit(lambda: accept_arrival.enqueue(arrival, person, name, door))


def refresh_later(*, by: Actor, at: datetime, as_of: date | None = None) -> None:
    """Have everything found anew; one of the same day that already waits serves for this wish too."""
    with transaction.atomic():
        if Refreshing.objects.filter(state=Refreshing.State.WAITING, as_of=as_of).exists():
            return
        row = Refreshing.objects.create(asked_at=at, asked_by=by.name, as_of=as_of)
        person, name, door = by.person.pk if by.person else None, by.name, by.door
        transaction.on_commit(lambda: run_refresh.enqueue(row.pk, person, name, door))


@task
def read_arrival(arrival: int) -> None:
    """Read one received file."""
    arrivals.read(number=arrival)


@task
def accept_arrival(arrival: int, person: int | None, name: str, door: str) -> None:
    """Import one received file."""
    arrivals.accept(number=arrival, by=_actor(person, name, door), at=clock.now())


@task
def run_refresh(row: int, person: int | None, name: str, door: str) -> None:
    """Run one refresh that was asked for."""
    refresh.run_asked(row, by=_actor(person, name, door), at=clock.now())


def _actor(person: int | None, name: str, door: str) -> Actor:
    """Whoever asked for the work, with what they may do now; the clock and the operator may do everything."""
    if person is None:
        return Actor(person=None, name=name, door=door)
    return person_actor(Person.objects.get(pk=person), door=door)
