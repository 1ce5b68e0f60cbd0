"""Sign-in by a link that works once: opening it shows a button, pressing the button signs in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.backends import BaseBackend
from django.db import transaction
from django.http import HttpRequest

from vitalfew.ground.errors import Refusal
from vitalfew.trust import audit, links
from vitalfew.trust.actors import Actor
from vitalfew.trust.links import LinkRefused
from vitalfew.trust.models import Person

LIFETIME = timedelta(hours=1)
PURPOSE = "signin"
_GONE = "This sign-in link was used already, has expired or never existed. Ask for a new one: vitalfew signin EMAIL."


class SigninOff(Refusal):
    """A person who is switched off gets no sign-in link."""


@transaction.atomic
def make_link(*, person: Person, by: Actor, at: datetime, lifetime: timedelta = LIFETIME) -> str:
    """A fresh token that signs `person` in once within `lifetime`; only its digest is stored. Refused for one who is switched off."""
    if not person.is_active:
        raise SigninOff(
            f"{person} is switched off and cannot sign in. No link was made: switch them on first with `vitalfew people on {person.email}`."
        )
    audit.record(by=by, at=at, verb="trust.make_signin_link", target=_holder(person))
    return links.make(holder=_holder(person), purpose=PURPOSE, by=by.name, at=at, lifetime=lifetime, once=True)


def whose_link(*, token: str, at: datetime) -> Person:
    """Whom a link would sign in; opening changes nothing, since mail scanners open links too."""
    try:
        link = links.read(token=token, purpose=PURPOSE, at=at)
    except LinkRefused:
        raise LinkRefused(_GONE) from None
    person = Person.objects.filter(pk=link.holder.removeprefix("person:"), is_active=True).first()
    if person is None:
        raise LinkRefused(_GONE)
    return person


@transaction.atomic
def use_link(*, token: str, at: datetime) -> Person:
    """Use the link up and name the person to sign in; a second use is refused. The trail is told when they are in."""
    person = whose_link(token=token, at=at)
    try:
        links.use(token=token, purpose=PURPOSE, at=at)
    except LinkRefused:
        raise LinkRefused(_GONE) from None
    return person


class LinkBackend(BaseBackend):
    """Tells Django's sessions who is signed in; no password signs in here."""

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> None:
        """No password signs in here."""

    def get_user(self, user_id: int) -> Person | None:
        return Person.objects.filter(pk=user_id, is_active=True).first()


def _holder(person: Person) -> str:
    return f"person:{person.pk}"
