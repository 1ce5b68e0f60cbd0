"""API tokens: a program acts for a person, within scopes, until a moment; each is shown once and kept as a digest."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.trust import access, audit
from vitalfew.trust.actors import Actor, person_actor
from vitalfew.trust.models import ApiToken, Person
from vitalfew.trust.rights import Right

LIFETIME = timedelta(days=90)
LONGEST = timedelta(days=366)
MOST = 20  # living tokens of one person: more are forgotten ones
PREFIX = "vf_"  # by which a scanner of published code knows what it found
_SHOWN = 200


class TokenRefused(Refusal):
    """A token needs a name of its own, scopes that its person has, an end within 366 days, and is one of at most 20."""


@dataclass(frozen=True, slots=True)
class Token:
    """What may be known of a token: everything but the token itself."""

    number: int
    owner: str
    email: str
    name: str
    hint: str
    scopes: tuple[Right, ...]
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None

    def state(self, at: datetime) -> str:
        """One of: living, revoked, expired."""
        if self.revoked_at:
            return "revoked"
        return "living" if at < self.expires_at else "expired"


@dataclass(frozen=True, slots=True)
class Credential:
    """Whom a token acts for and within which scopes; what it may do is decided at each use, by what its person may do then."""

    person: Person
    scopes: frozenset[Right]
    number: int
    name: str

    def actor(self, *, request_id: str = "") -> Actor:
        """The person, narrowed to the scopes; the audit trail names the token as the door they came through."""
        return person_actor(self.person, door=f"token:{self.number}", request_id=request_id, scopes=self.scopes)


@transaction.atomic
def make_token(
    *, person: Person, name: str, scopes: Iterable[str], by: Actor, at: datetime, lifetime: timedelta = LIFETIME
) -> tuple[Token, str]:
    """A fresh token and its secret, which is told here and never again; `scopes` are names of rights the person has now.

    People make tokens for themselves only, the operator of the machine for anybody. Raises TokenRefused or Denied.
    """
    if by.person is not None and by.person.pk != person.pk:
        raise access.Denied(
            f"{by.name} cannot make a token for {person}: each makes their own. Nothing was changed. "
            "On the machine itself: vitalfew tokens make EMAIL NAME --scope read"
        )
    # Locked, so that two at once cannot both be the twentieth; without the key, which other rows may go on naming.
    owner = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not owner.is_active:
        raise TokenRefused(f"{owner} is switched off, a token would not work. No token was made.")
    _may_live(lifetime)
    name, wanted = _free(owner, name, at), _asked(scopes)
    _may_all(owner, wanted, by)
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        person=owner, name=name, digest=_digest(secret), hint=secret[:8], scopes=[str(right) for right in wanted],
        made_at=at, expires_at=at + lifetime,
    )  # fmt: skip
    audit.record(by=by, at=at, verb="trust.make_token", target=f"person:{owner.pk}", after=_told(row))
    return _shown(row), secret


@transaction.atomic
def revoke_token(*, token: int, by: Actor, at: datetime) -> Token:
    """End a token at once: one's own, or with the right “people” anybody's. Raises Missing for others and for what has ended."""
    rows = ApiToken.objects.filter(_living(at), pk=token)
    if Right.PEOPLE not in by.rights:
        rows = rows.filter(person=by.person)
    row = rows.select_related("person").first()
    if row is None or not ApiToken.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=at):
        raise Missing("There is no such token, or it has ended already. Nothing was changed.")
    row.revoked_at = at
    audit.record(by=by, at=at, verb="trust.revoke_token", target=f"person:{row.person_id}", before=_told(row))
    return _shown(row)


def whose_token(*, secret: str, at: datetime) -> Credential | None:
    """Whom a secret lets act; None, whatever the reason: unknown, expired, revoked, or its person is switched off.

    The same work for every secret: one digest and one look-up by it. The day of use is noted at most once a day.
    """
    found = ApiToken.objects.select_related("person")
    row = found.filter(_living(at), digest=_digest(secret), person__is_active=True).first()
    if row is None:
        return None
    if row.last_used_on is None or row.last_used_on < at.date():
        # A trace and no decision: nobody reads an audit entry for each day of each token.
        ApiToken.objects.filter(pk=row.pk).update(last_used_on=at.date())
    scopes = frozenset(_known(row.scopes))
    return Credential(_narrowed(row.person, scopes), scopes, row.pk, row.name)


def tokens_of(*, person: Person, by: Actor, at: datetime) -> tuple[Token, ...]:
    """A person's tokens, the living ones first, each kind from the newest on. Raises Denied for others' without the right."""
    if by.person is None or by.person.pk != person.pk:
        access.allow(by, Right.PEOPLE)
    rows = ApiToken.objects.filter(person=person).select_related("person").order_by("-made_at", "-pk")[:_SHOWN]
    return tuple(sorted(map(_shown, rows), key=lambda token: token.state(at) != "living"))


def living_tokens(*, by: Actor, at: datetime) -> tuple[Token, ...]:
    """Every token that works, by owner and age, for those who may revoke them. Raises Denied for others."""
    access.allow(by, Right.PEOPLE)
    rows = ApiToken.objects.filter(_living(at), person__is_active=True).select_related("person")
    return tuple(map(_shown, rows.order_by("person__name", "person_id", "-made_at", "-pk")))


def _narrowed(person: Person, scopes: frozenset[Right]) -> Person:
    """The person as this request holds them, never saved: a read that asks them, and no actor, sees no more than the token."""
    person.sees_margin = person.sees_margin and Right.MARGIN in scopes
    person.sees_opinions = person.sees_opinions and Right.OPINIONS in scopes
    return person


def _living(at: datetime) -> Q:
    return Q(revoked_at=None, expires_at__gt=at)


def _may_live(lifetime: timedelta) -> None:
    if not timedelta() < lifetime <= LONGEST:
        raise TokenRefused(f"A token lives from 1 to {LONGEST.days} days. No token was made.")


def _free(owner: Person, name: str, at: datetime) -> str:
    """The name in one line. Refused where it is empty or taken, or where the person has tokens enough."""
    name = " ".join(name.split())
    if not name or len(name) > 80 or not name.isprintable():
        raise TokenRefused("Name the token by what uses it, in at most 80 letters. No token was made.")
    names = list(ApiToken.objects.filter(_living(at), person=owner).values_list("name", flat=True))
    if name.casefold() in map(str.casefold, names):
        raise TokenRefused(f"{owner} has a token “{name}” that works: revoke it or choose another name. None was made.")
    if len(names) >= MOST:
        raise TokenRefused(f"{owner} has {MOST} tokens that work: revoke one first. No token was made.")
    return name


def _asked(scopes: Iterable[str]) -> tuple[Right, ...]:
    said = set(scopes)
    unknown = sorted(said - set(Right))
    if unknown:
        raise TokenRefused(f"“{unknown[0][:40]}” is no scope: say some of {', '.join(Right)}. No token was made.")
    if not said:
        raise TokenRefused(f"Say what the token may do: some of {', '.join(Right)}. No token was made.")
    return _known(said)


def _may_all(owner: Person, wanted: tuple[Right, ...], by: Actor) -> None:
    lacking = [right for right in wanted if right not in access.rights_of(owner) & by.rights]
    if lacking:
        raise TokenRefused(
            f"{owner} has no right “{'”, “'.join(lacking)}”, so no token of theirs can have it. No token was made."
        )


def _known(scopes: Iterable[str]) -> tuple[Right, ...]:
    """Those that are rights, in one order: a right that a later version dropped is passed over."""
    said = set(scopes)
    return tuple(right for right in Right if right in said)


def _told(row: ApiToken) -> dict[str, object]:
    """What the audit trail keeps of a token."""
    until = row.expires_at.isoformat()
    return {"token": row.pk, "name": row.name, "hint": row.hint, "scopes": row.scopes, "until": until}


def _shown(row: ApiToken) -> Token:
    return Token(
        row.pk, row.person.name, row.person.email, row.name, row.hint, _known(row.scopes),
        row.made_at, row.expires_at, row.last_used_on, row.revoked_at,
    )  # fmt: skip


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
