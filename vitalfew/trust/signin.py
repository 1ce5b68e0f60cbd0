"""Sign-in by a link that works once: opening it shows a button, pressing the button signs in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.backends import BaseBackend
from django.db import transaction
from django.http import HttpRequest

from vitalfew.ground.errors import Refusal
from vitalfew.trust import audit
from vitalfew.trust.actors import Actor, person_actor
from vitalfew.trust.models import Person, SigninLink

LIFETIME = timedelta(hours=1)


class LinkRefused(Refusal):
    """This sign-in link was used already, has expired or never existed. Ask for a new one: vitalfew signin EMAIL."""


class SigninOff(Refusal):
    """A person who is switched off gets no sign-in link."""


@transaction.atomic
def make_link(*, person: Person, by: Actor, at: datetime, lifetime: timedelta = LIFETIME) -> str:
    """A fresh token that signs `person` in once within `lifetime`; only its digest is stored. Refused for one who is switched off."""
    if not person.is_active:
        raise SigninOff(
            f"{person} is switched off and cannot sign in. No link was made: switch them on first with `vitalfew people on {person.email}`."
        )
    token = secrets.token_urlsafe(32)
    SigninLink.objects.create(digest=_digest(token), person=person, made_at=at, expires_at=at + lifetime)
    audit.record(by=by, at=at, verb="trust.make_signin_link", target=f"person:{person.pk}")
    return token


def whose_link(*, token: str, at: datetime) -> Person:
    """Whom a link would sign in; opening changes nothing, since mail scanners open links too."""
    link = SigninLink.objects.select_related("person").filter(digest=_digest(token)).first()
    if link is None or link.used_at or link.expires_at < at or not link.person.is_active:
        raise LinkRefused(str(LinkRefused.__doc__))
    return link.person


@transaction.atomic
def use_link(*, token: str, at: datetime, request_id: str = "") -> Person:
    """Use the link up and name the person to sign in; a second use is refused."""
    person = whose_link(token=token, at=at)
    if not SigninLink.objects.filter(digest=_digest(token), used_at=None).update(used_at=at):
        raise LinkRefused(str(LinkRefused.__doc__))
    actor = person_actor(person, door="web", request_id=request_id)
    audit.record(by=actor, at=at, verb="trust.sign_in", target=f"person:{person.pk}")
    return person


class LinkBackend(BaseBackend):
    """Tells Django's sessions who is signed in; signing in itself happens by `use_link`."""

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> None:
        """No password signs in here."""

    def get_user(self, user_id: int) -> Person | None:
        return Person.objects.filter(pk=user_id, is_active=True).first()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
