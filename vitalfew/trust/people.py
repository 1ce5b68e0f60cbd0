"""Our own people: add, find, change what they may do, switch off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.trust import audit, versions
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person, Team
from vitalfew.trust.rights import STARTS_WITH, Role
from vitalfew.trust.signing import sessions


class PersonRefused(Refusal):
    """A person needs a name and an e-mail address that nobody else has."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a person is to be changed; None leaves it. `team` is a team's name, "" for none."""

    name: str | None = None
    role: str | None = None
    team: str | None = None
    sees_margin: bool | None = None
    sees_opinions: bool | None = None


@transaction.atomic
def add_person(*, email: str, name: str, by: Actor, at: datetime, role: str = Role.VIEWER) -> Person:
    """Add one of our people; refused for a bad or taken address, an empty name or an unknown role."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise PersonRefused(f"“{email}” is not an e-mail address. Nobody was added.") from None
    if len(email) > 254:  # the longest that mail can carry, and the longest the record holds
        raise PersonRefused(f"“{email[:40]}…” is longer than an e-mail address can be. Nobody was added.")
    name, role = _named(name, "Nobody was added."), _role(role, "Nobody was added.")
    taken = Person.objects.filter(email__iexact=email).first()
    if taken:
        raise PersonRefused(f"{email} is already the address of {taken.name}. Nobody was added.")
    margin, opinions = STARTS_WITH[role]
    try:
        with transaction.atomic():
            person = Person.objects.create(
                email=email, name=name, added_at=at, role=role, sees_margin=margin, sees_opinions=opinions
            )
    except IntegrityError:  # somebody adds them in this very moment
        raise PersonRefused(f"{email} is the address of somebody else already. Nobody was added.") from None
    after = {"email": email, "name": name, "role": role}
    audit.record(by=by, at=at, verb="trust.add_person", target=f"person:{person.pk}", after=after)
    return person


@transaction.atomic
def change_person(*, email: str, wanted: Wanted, by: Actor, at: datetime, version: int | None = None) -> Person:
    """Change a person's name, role, team or own rights; the last administrator stays one."""
    person = find_person(email)
    values = _values(person, wanted)
    if not values:
        return person
    if values.get("role") not in (None, Role.ADMINISTRATOR):
        not_the_last(person)
    before = {name: _told(value) for name, value in versions.save(person, expected=version, **values).items()}
    after = {name: _told(value) for name, value in values.items()}
    audit.record(by=by, at=at, verb="trust.change_person", target=f"person:{person.pk}", before=before, after=after)
    return person


@transaction.atomic
def set_active(*, email: str, active: bool, by: Actor, at: datetime, version: int | None = None) -> Person:
    """Switch a person's sign-in off or on again; what they did stays in the record. The last administrator stays on."""
    person = find_person(email)
    if not active:
        not_the_last(person)
    before = versions.save(person, expected=version, is_active=active)["is_active"]
    if not active:
        sessions.forget(person=person)  # they would live again when the person is switched on again
    audit.record(
        by=by,
        at=at,
        verb="trust.set_active",
        target=f"person:{person.pk}",
        before={"active": before},
        after={"active": active},
    )
    return person


def find_person(word: str) -> Person:
    """The person with this e-mail address, or with this name where only one has it."""
    found = list(Person.objects.filter(email__iexact=word.strip())[:1]) or list(
        Person.objects.filter(name__iexact=word.strip())[:2]
    )
    if len(found) == 1:
        return found[0]
    if found:
        raise Missing(f"Several people are called “{word}”: name one by e-mail address.")
    raise Missing(f"Nobody here is “{word}”. See `vitalfew people`, or add them: vitalfew people add EMAIL NAME.")


def numbered(number: int) -> Person:
    """The person with this number."""
    person = Person.objects.select_related("team").filter(pk=number).first()
    if person is None:
        raise Missing("There is no such person.")
    return person


def everyone() -> tuple[Person, ...]:
    """All our people by name, the inactive ones too."""
    return tuple(Person.objects.select_related("team").order_by("name", "pk"))


def first_administrator() -> Person | None:
    """The active administrator who was added first; None before there is one."""
    return Person.objects.filter(is_active=True, role=Role.ADMINISTRATOR).order_by("pk").first()


def active_people() -> tuple[Person, ...]:
    """Those who can be given an account, by name."""
    return tuple(Person.objects.filter(is_active=True).order_by("name", "pk"))


def _values(person: Person, wanted: Wanted) -> dict[str, object]:
    """The fields that truly change."""
    nothing = "Nothing was changed."
    asked: dict[str, object] = {}
    if wanted.name is not None:
        asked["name"] = _named(wanted.name, nothing)
    if wanted.role is not None:
        asked["role"] = role = _role(wanted.role, nothing)
        if role != person.role:  # a new role starts with its own view of margins and opinions, unless told otherwise
            asked["sees_margin"], asked["sees_opinions"] = STARTS_WITH[role]
    if wanted.team is not None:
        asked["team_id"] = _team(wanted.team)
    for name in ("sees_margin", "sees_opinions"):
        if getattr(wanted, name) is not None:
            asked[name] = getattr(wanted, name)
    return {name: value for name, value in asked.items() if getattr(person, name) != value}


def not_the_last(person: Person) -> None:
    if versions.hold(Person.objects.filter(is_active=True, role=Role.ADMINISTRATOR)) == [person.pk]:
        raise PersonRefused(
            f"{person} is the last administrator: name another one first, or nobody can let people in. Nothing was changed."
        )


def _named(name: str, otherwise: str) -> str:
    name = " ".join(name.split())[:120]
    if not name:
        raise PersonRefused(f"A person needs a name. {otherwise}")
    return name


def _role(word: str, otherwise: str) -> Role:
    try:
        return Role(word.strip().lower())
    except ValueError:
        raise PersonRefused(f"“{word}” is no role: say one of {', '.join(Role)}. {otherwise}") from None


def _team(name: str) -> int | None:
    if not name.strip():
        return None
    team = Team.objects.filter(name__iexact=name.strip()).first()
    if team is None:
        raise Missing(f"There is no team “{name}”. Make it first: vitalfew teams add NAME. Nothing was changed.")
    return team.pk


def _told(value: object) -> object:
    return str(value) if isinstance(value, Role) else value
