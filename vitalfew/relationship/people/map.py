"""Whom we know at an account: each contact with work, part, who knows them and when we last spoke; and what is thin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from vitalfew.relationship.models import Acquaintance, Opinion, Part, Position
from vitalfew.relationship.people.touches import last_touches
from vitalfew.selection import checks
from vitalfew.trust.actors import Actor
from vitalfew.trust.rights import Right

SILENCE = timedelta(days=90)
FUNCTIONS_WANTED = 3


@dataclass(frozen=True, slots=True)
class Knows:
    """One of us who knows a contact, and how well (1 to 3)."""

    name: str
    initials: str
    strength: int


@dataclass(frozen=True, slots=True)
class PartShown:
    """A part somebody plays: its word, why we think so, until when."""

    number: int
    kind: str
    label: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class OpinionShown:
    """How much somebody counts and how they stand to us, as one of us sees it, until a day."""

    influence: int
    attitude: int
    label: str
    reason: str
    given_by: str
    until: date


@dataclass(frozen=True, slots=True)
class ContactShown:
    """One contact at one account. `opinion` is None where nobody has one, or the reader may not read opinions."""

    contact: int
    position: int
    version: int
    contact_version: int
    name: str
    email: str
    phone: str
    language: str
    title: str
    function: str
    function_label: str
    reports_to: int | None
    since: date
    parts: tuple[PartShown, ...]
    opinion: OpinionShown | None
    known_by: tuple[Knows, ...]
    last_touch: date | None
    objected: bool

    @property
    def decides(self) -> bool:
        """True for a decision maker."""
        return any(part.kind == Part.Kind.DECIDES for part in self.parts)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something thin: its word ("one_person", "no_decider", …) and the numbers that its sentence names."""

    kind: str
    names: tuple[str, ...] = ()
    days: int = 0
    functions: int = 0


@dataclass(frozen=True, slots=True)
class PeopleMap:
    """Everybody at an account, who left lately, what is thin, and the last day anybody of us was in touch."""

    contacts: tuple[ContactShown, ...]
    left: tuple[tuple[str, date], ...]
    alarms: tuple[Alarm, ...]
    last_touch: date | None


def people_map(*, account: int, by: Actor, today: date) -> PeopleMap:
    """Whom we know at an account. Raises Missing for one that is hidden or does not exist."""
    checks.seen(account, by)
    rows = list(Position.objects.select_related("contact").filter(account=account).order_by("contact__name", "pk"))
    here = [row for row in rows if row.holds_from <= today and (row.holds_until is None or row.holds_until > today)]
    touches = last_touches(account=account)
    shown = _shown(here, touches, opinions=Right.OPINIONS in by.rights, today=today)
    left = [(row.contact.name, row.holds_until) for row in rows if row.holds_until and row.holds_until <= today]
    last = touches.get(None)
    return PeopleMap(shown, tuple(left), alarms(shown, last, today), last)


def alarms(contacts: tuple[ContactShown, ...], last: date | None, today: date) -> tuple[Alarm, ...]:
    """What is thin about these people: nobody, one person only, no decision maker, few functions, silence."""
    if not contacts:
        return (Alarm("nobody"),)
    found = []
    known = [one for one in contacts if one.known_by]
    if len(contacts) == 1 or len(known) == 1:
        found.append(Alarm("one_person", names=((known or list(contacts))[0].name,)))
    if not any(one.decides for one in contacts):
        found.append(Alarm("no_decider"))
    functions = len({one.function for one in contacts if one.function != Position.Function.OTHER})
    if functions < FUNCTIONS_WANTED:
        found.append(Alarm("few_functions", functions=functions))
    quiet = [one for one in contacts if one.decides and (one.last_touch is None or today - one.last_touch > SILENCE)]
    if quiet:
        found.append(Alarm("silent_decider", names=tuple(one.name for one in quiet), days=SILENCE.days))
    if last is not None and today - last > SILENCE:
        found.append(Alarm("silence", days=(today - last).days))
    return tuple(found)


def _shown(
    rows: list[Position], touches: dict[int | None, date], *, opinions: bool, today: date
) -> tuple[ContactShown, ...]:  # fmt: skip
    parts, judged = _parts(rows, opinions, today), _opinions(rows, today) if opinions else {}
    known = _known(row.contact_id for row in rows)
    shown = (
        ContactShown(
            contact=row.contact_id, position=row.pk, version=row.version, contact_version=row.contact.version, name=row.contact.name,
            email=row.contact.email, phone=row.contact.phone, language=row.contact.language, title=row.title, function=row.function,
            function_label=str(row.get_function_display()), reports_to=row.reports_to_id, since=row.holds_from,
            parts=tuple(parts[row.pk]), opinion=judged.get(row.pk), known_by=tuple(known[row.contact_id]),
            last_touch=touches.get(row.contact_id), objected=row.contact.objected_at is not None,
        )
        for row in rows
    )  # fmt: skip
    return tuple(sorted(shown, key=lambda one: not one.decides))  # whoever decides first, else by name


def _parts(rows: list[Position], opinions: bool, today: date) -> dict[int, list[PartShown]]:
    """The parts each plays today; that somebody blocks is an opinion, told only to those who may read opinions."""
    found: dict[int, list[PartShown]] = defaultdict(list)
    held = Part.objects.filter(position__in=[row.pk for row in rows], holds_from__lte=today, holds_until__gte=today)
    for part in held.order_by("pk"):
        if opinions or part.kind != Part.Kind.BLOCKS:
            label = str(part.get_kind_display())
            found[part.position_id].append(PartShown(part.pk, part.kind, label, part.reason, part.holds_until))
    return found


def _opinions(rows: list[Position], today: date) -> dict[int, OpinionShown]:
    held = Opinion.objects.filter(position__in=[row.pk for row in rows], holds_from__lte=today, holds_until__gte=today)
    return {
        one.position_id: OpinionShown(
            one.influence, one.attitude, str(one.get_attitude_display()), one.reason, one.given_by, one.holds_until
        )
        for one in held.order_by("pk")
    }


def _known(contacts: Iterable[int]) -> dict[int, list[Knows]]:
    found: dict[int, list[Knows]] = defaultdict(list)
    rows = Acquaintance.objects.select_related("person").filter(contact__in=set(contacts), person__is_active=True)
    for row in rows.order_by("-strength", "pk"):
        found[row.contact_id].append(Knows(row.person.name, row.person.initials, row.strength))
    return found
