"""In whose name a request acts."""

from __future__ import annotations

from django.http import HttpRequest

from vitalfew.ground.errors import Refusal
from vitalfew.trust.actors import Actor, person_actor
from vitalfew.trust.models import Person
from vitalfew.trust.rights import Right
from vitalfew.trust.tokens import Credential


class NobodySignedIn(Refusal):
    """Nobody is signed in."""


def person_of(request: HttpRequest) -> Person:
    """The signed-in person, or the one whose token was sent; routes are reached by one only."""
    if not isinstance(request.user, Person):
        raise NobodySignedIn(str(NobodySignedIn.__doc__))
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person as the one who acts; one who came by a token may do what its scopes allow and no more."""
    request_id, proof = getattr(request, "request_id", ""), getattr(request, "auth", None)
    if isinstance(proof, Credential):
        return proof.actor(request_id=request_id)
    return person_actor(person_of(request), door="api", request_id=request_id)


def rights_of(request: HttpRequest) -> frozenset[Right]:
    """What a request may do and see: the person's rights, within the token's scopes where it came by one."""
    return actor_of(request).rights
