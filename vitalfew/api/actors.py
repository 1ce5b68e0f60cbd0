"""In whose name a request acts."""

from __future__ import annotations

from django.http import HttpRequest

from vitalfew.ground.errors import Refusal
from vitalfew.trust.actors import Actor, person_actor
from vitalfew.trust.models import Person


class NobodySignedIn(Refusal):
    """Nobody is signed in."""


def person_of(request: HttpRequest) -> Person:
    """The signed-in person; routes are reached by one only."""
    if not isinstance(request.user, Person):
        raise NobodySignedIn(str(NobodySignedIn.__doc__))
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person as the one who acts."""
    return person_actor(person_of(request), door="api", request_id=getattr(request, "request_id", ""))
