"""Where each survey wave stands: who was asked, who answered, who is missing, by the part they play."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from vitalfew.ground.errors import Missing
from vitalfew.ledger.visibility import may_see
from vitalfew.relationship.models import Invitation, Part, Position, Response, Wave
from vitalfew.relationship.survey import waves
from vitalfew.trust.models import Person

PARTS_ASKED = (Part.Kind.DECIDES, Part.Kind.INFLUENCES, Part.Kind.USES)


@dataclass(frozen=True, slots=True)
class ByPart:
    """Of those asked in one part, how many answered; 0 asked where the answers came by file. `part` "": nobody noted it."""

    part: str
    label: str
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class WaveShown:
    """One wave as far as the reader sees its accounts. `accounts` were asked about, `heard` of them said something.

    A wave whose answers came by file asked nobody: `asked` is 0. `due` are those whom a reminder would reach now.
    """

    number: int
    version: int
    name: str
    closes_on: date
    remind_after_days: int
    sent_at: datetime | None
    open: bool
    chosen: int
    asked: int
    answered: int
    due: int
    accounts: int
    heard: int
    by_part: tuple[ByPart, ...]

    @property
    def state(self) -> str:
        """ "draft", "open" or "closed"."""
        return "closed" if not self.open else "open" if self.sent_at else "draft"


@dataclass(frozen=True, slots=True)
class InvitationShown:
    """One contact in a wave: where they stand, and when they were written to."""

    number: int
    contact: int
    name: str
    email: str
    account: int
    account_name: str
    part: str
    part_label: str
    sent_at: datetime | None
    reminded_at: datetime | None
    answered_on: date | None
    withdrawn: bool
    objected: bool

    @property
    def state(self) -> str:
        """ "objected", "out", "answered", "reminded", "asked" or "chosen"."""
        if self.answered_on:
            return "answered"
        if self.objected or self.withdrawn:
            return "objected" if self.objected else "out"
        return "reminded" if self.reminded_at else "asked" if self.sent_at else "chosen"


@dataclass(frozen=True, slots=True)
class CouldBeAsked:
    """A contact who works at an account today and may be asked: has an address and has not objected."""

    contact: int
    name: str
    title: str
    account: int
    account_name: str
    part: str
    part_label: str


def wave_list(*, person: Person | None, at: datetime) -> tuple[WaveShown, ...]:
    """Every wave, the newest first; four queries however many."""
    found = sorted(
        Wave.objects.all(), key=lambda wave: (waves.is_open(wave, at=at), wave.closes_on, wave.pk), reverse=True
    )
    rows = list(Invitation.objects.filter(may_see(person), wave__in=found).select_related("contact"))
    said = _said(person, found)
    return tuple(_shown(wave, [row for row in rows if row.wave_id == wave.pk], said, at) for wave in found)


def wave_status(*, wave: int, person: Person | None, at: datetime) -> tuple[WaveShown, tuple[InvitationShown, ...]]:
    """One wave with everybody in it whom the reader may see: who is missing first. Raises Missing."""
    found = Wave.objects.filter(pk=wave).first()
    if found is None:
        raise Missing("There is no such survey wave.")
    rows = list(
        Invitation.objects.filter(may_see(person), wave=found)
        .select_related("contact", "account")
        .order_by("account__name", "contact__name", "pk")
    )
    said = _said(person, [found])
    shown = sorted((_invited(row, said) for row in rows), key=lambda one: (one.state == "answered", one.state == "out"))
    return _shown(found, rows, said, at), tuple(shown)


def could_be_asked(
    *, person: Person | None, today: date, accounts: set[int] | None = None, wave: int | None = None
) -> tuple[CouldBeAsked, ...]:
    """Who may be asked today at these accounts (None: all that the reader sees), without those in the wave already."""
    rows = (
        Position.objects.select_related("contact", "account")
        .filter(may_see(person), holds_from__lte=today, contact__objected_at=None)
        .exclude(holds_until__lte=today)
        .exclude(contact__email="")
    )
    if accounts is not None:
        rows = rows.filter(account__in=accounts)
    there = set(Invitation.objects.filter(wave=wave, withdrawn_at=None).values_list("contact_id", "account_id"))
    found = [row for row in rows.order_by("account__name", "contact__name", "pk") if (row.contact_id, row.account_id) not in there]  # fmt: skip
    parts = waves.parts_of(found, today)
    return tuple(
        CouldBeAsked(
            row.contact_id, row.contact.name, row.title, row.account_id, str(row.account), parts.get(row.pk, ""),
            _label(parts.get(row.pk, "")),
        )
        for row in found
    )  # fmt: skip


type _Said = dict[tuple[int, int, int], tuple[date, str]]  # wave, contact, account -> day of the answer, part


def _said(person: Person | None, found: list[Wave]) -> _Said:
    rows = Response.objects.filter(may_see(person), wave__in=found, contact__isnull=False)
    told = rows.values_list("wave_id", "contact_id", "account_id", "answered_on", "part")
    return {(wave, contact, account): (day, part) for wave, contact, account, day, part in told}


def _shown(wave: Wave, rows: list[Invitation], said: _Said, at: datetime) -> WaveShown:
    stay = [row for row in rows if row.withdrawn_at is None]
    asked = {(row.contact_id, row.account_id): row for row in stay if row.sent_at}
    answered = {
        (contact, account): part for (number, contact, account), (_day, part) in said.items() if number == wave.pk
    }
    waiting = [row for key, row in asked.items() if key not in answered and not row.contact.objected_at]
    return WaveShown(
        number=wave.pk, version=wave.version, name=wave.name, closes_on=wave.closes_on, remind_after_days=wave.remind_after_days,
        sent_at=wave.sent_at, open=waves.is_open(wave, at=at), chosen=len(stay), asked=len(asked), answered=len(answered),
        due=sum(waves.is_due(row, wave, at=at) for row in waiting), accounts=len({account for _contact, account in asked}),
        heard=len({account for _contact, account in answered}), by_part=_by_part(asked, answered),
    )  # fmt: skip


def _by_part(asked: dict[tuple[int, int], Invitation], answered: dict[tuple[int, int], str]) -> tuple[ByPart, ...]:
    whom, heard = Counter(row.part for row in asked.values()), Counter(answered.values())
    return tuple(
        ByPart(part, _label(part), whom[part], heard[part]) for part in (*PARTS_ASKED, "") if whom[part] or heard[part]
    )


def _invited(row: Invitation, said: _Said) -> InvitationShown:
    return InvitationShown(
        number=row.pk, contact=row.contact_id, name=row.contact.name, email=row.contact.email, account=row.account_id,
        account_name=str(row.account), part=row.part, part_label=_label(row.part), sent_at=row.sent_at, reminded_at=row.reminded_at,
        answered_on=said.get((row.wave_id, row.contact_id, row.account_id), (None, ""))[0], withdrawn=row.withdrawn_at is not None,
        objected=row.contact.objected_at is not None,
    )  # fmt: skip


def _label(part: str) -> str:
    return str(Part.Kind(part).label) if part else ""
