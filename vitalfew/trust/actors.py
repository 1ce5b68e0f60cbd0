"""Who acts: a person through a door, or the operator of the machine at the command line."""

from __future__ import annotations

from dataclasses import dataclass

from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class Actor:
    """The one in whose name an operation runs. `person` is None for the operator and for the clock."""

    person: Person | None
    name: str
    door: str
    request_id: str = ""


def operator() -> Actor:
    """Whoever may run commands on the machine itself."""
    return Actor(person=None, name="operator", door="cli")


def clock_actor() -> Actor:
    """What runs by itself: periodic jobs and the folder that is looked into."""
    return Actor(person=None, name="clock", door="clock")


def person_actor(person: Person, *, door: str, request_id: str = "") -> Actor:
    """A signed-in person, through the page, the API or `--as` on the command line."""
    return Actor(person=person, name=person.name, door=door, request_id=request_id)
