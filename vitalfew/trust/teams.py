"""Teams, whose people stand in for each other, and accounts that a person is let in to see for a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import IntegrityError, transaction

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.trust import access, audit, versions
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Grant, Person, Team


class TeamRefused(Refusal):
    """A team needs a name that no other has; letting somebody in needs a reason and an end after its beginning."""


@transaction.atomic
def add_team(*, name: str, by: Actor, at: datetime) -> Team:
    """Make a team; people join it on their own record."""
    name = _free(name)
    with _alone(name):
        team = Team.objects.create(name=name)
    audit.record(by=by, at=at, verb="trust.add_team", target=f"team:{team.pk}", after={"name": name})
    return team


@transaction.atomic
def rename_team(*, team: int, name: str, by: Actor, at: datetime, version: int | None = None) -> Team:
    """Give a team another name."""
    found = Team.objects.filter(pk=team).first()
    if found is None:
        raise Missing("There is no such team. Nothing was changed.")
    name = _free(name, but=team)
    with _alone(name):
        before = versions.save(found, expected=version, name=name)
    audit.record(by=by, at=at, verb="trust.rename_team", target=f"team:{team}", before=before, after={"name": name})
    return found


@transaction.atomic
def let_in(
    *, person: Person, accounts: Collection[int] | None, reason: str, by: Actor, at: datetime, until: date | None = None
) -> tuple[Grant, ...]:
    """Let a person see these accounts (None: every one) from today on, until a day or until it is ended.

    The caller has made sure that `by` may see the accounts.
    """
    reason = " ".join(reason.split())[:400]
    if not reason:
        raise TeamRefused("Say why they are let in. Nothing was changed.")
    if until is not None and until <= at.date():
        raise TeamRefused(f"It would end on {until} before it has begun. Name a later day. Nothing was changed.")
    made = tuple(
        access.grant(
            person=person,
            account=account,
            source=Grant.Source.HAND,
            reason=reason,
            by=by.name,
            on=at.date(),
            until=until,
        )
        for account in ([None] if accounts is None else accounts)
    )
    told = "all" if accounts is None else sorted(accounts)
    after = {"accounts": told, "until": until.isoformat() if until else None, "reason": reason}
    audit.record(by=by, at=at, verb="trust.grant", target=f"person:{person.pk}", after=after)
    return made


@transaction.atomic
def end_grant(*, grant: int, by: Actor, at: datetime) -> Grant:
    """End what a person was let in to see; what they see as a lead ends with the lead only."""
    found = Grant.objects.select_related("person").filter(pk=grant, source=Grant.Source.HAND).first()
    today = at.date()
    if found is None or (found.holds_until is not None and found.holds_until <= today):
        raise Missing("There is no such permission, or it has ended. Nothing was changed.")
    Grant.objects.filter(pk=found.pk).update(holds_until=today)
    found.holds_until = today
    target = f"person:{found.person_id}"
    audit.record(by=by, at=at, verb="trust.end_grant", target=target, before={"account": found.account})
    return found


def all_teams() -> tuple[Team, ...]:
    """Every team by name."""
    return tuple(Team.objects.order_by("name"))


def grants_of(person: Person) -> tuple[Grant, ...]:
    """What a person was given to see, the newest first, what has ended too."""
    return tuple(Grant.objects.filter(person=person).order_by("-holds_from", "-pk"))


def _free(name: str, *, but: int | None = None) -> str:
    name = " ".join(name.split())[:80]
    if not name:
        raise TeamRefused("A team needs a name. Nothing was changed.")
    if Team.objects.filter(name__iexact=name).exclude(pk=but or 0).exists():
        raise _taken(name)
    return name


def _taken(name: str) -> TeamRefused:
    return TeamRefused(f"There is a team “{name}” already. Nothing was changed.")


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Refuse the second of two who give a name in the same moment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise _taken(name) from None
