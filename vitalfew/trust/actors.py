"""Who acts: a person through a door, or the operator of the machine at the command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vitalfew.trust.access import rights_of
from vitalfew.trust.models import Person
from vitalfew.trust.rights import ALL, Right


@dataclass(frozen=True, slots=True)
class Actor:
    """The one in whose name an operation runs, with what it may do. `person` is None for the operator and for the clock."""

    person: Person | None
    name: str
    door: str
    request_id: str = ""
    rights: frozenset[Right] = ALL


def operator() -> Actor:
    """Whoever may run commands on the machine itself."""
    return Actor(person=None, name="operator", door="cli")


def clock_actor() -> Actor:
    """What runs by itself: periodic jobs and the folder that is looked into."""
    return Actor(person=None, name="clock", door="clock")


def stranger(*, door: str, request_id: str = "") -> Actor:
    """Whoever knocks and is not known: may fail to sign in and ask for a new password, nothing else."""
    return Actor(person=None, name="stranger", door=door, request_id=request_id, rights=frozenset({Right.SELF}))


def person_actor(person: Person, *, door: str, request_id: str = "", scopes: Iterable[Right] | None = None) -> Actor:
    """A signed-in person, through the page, the API or `--as` on the command line; `scopes` narrow what a token may do."""
    rights = rights_of(person)
    rights = rights if scopes is None else rights & frozenset(scopes)
    return Actor(person=person, name=person.name, door=door, request_id=request_id, rights=rights)
