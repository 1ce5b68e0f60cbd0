"""Capacity's reads: what each manager has left, and what an account is planned to take. One statement each, however many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Q

from vitalfew.ground.figure import Figure, not_enough
from vitalfew.ledger.visibility import visible_where
from vitalfew.selection import assuming, rules
from vitalfew.selection.models import PlannedHours
from vitalfew.trust.access import sees_everything
from vitalfew.trust.models import Person, initials
from vitalfew.trust.rights import RIGHTS, Right, Role

# A row for each person and kind of lead they hold: the role, its planned hours, whether somebody shares it, how many such.
_HELD = """SELECT p.id, p.name, p.email, p.role, p.is_active, c.hours_a_month, c.version, x.role, x.hours, x.shared, x.n, {given}
  FROM trust_person p LEFT JOIN selection_capacity c ON c.person_id = p.id LEFT JOIN (
    SELECT l.person_id, l.role, h.hours_a_month AS hours, CASE WHEN o.id IS NULL THEN 0 ELSE 1 END AS shared, COUNT(*) AS n
    FROM selection_lead l JOIN ledger_customer ON ledger_customer.id = l.account_id
    LEFT JOIN selection_lead o ON o.account_id = l.account_id AND o.role <> l.role AND o.holds_until IS NULL
    LEFT JOIN selection_plannedhours h ON h.account_id = l.account_id
    WHERE l.holds_until IS NULL AND {gate}
    GROUP BY l.person_id, l.role, h.hours_a_month, CASE WHEN o.id IS NULL THEN 0 ELSE 1 END
  ) x ON x.person_id = p.id WHERE {whom} ORDER BY p.name, p.id"""
_LEADING = tuple(role.value for role, rights in RIGHTS.items() if Right.REVIEW in rights)
_MAY_LEAD = f"p.is_active AND p.role IN ({', '.join(['%s'] * len(_LEADING))})"


@dataclass(frozen=True, slots=True)
class ManagerHours:
    """What one person leads and has left of a month. `version` is that of their capacity, 0 while it is assumed.

    `assumed` counts the accounts that nobody planned hours for, more accounts than `most` are too many. All three
    figures are hours a month.
    """

    person: int
    name: str
    email: str
    role: Role
    active: bool
    managed: int
    deputised: int
    assumed: int
    most: int
    version: int
    capacity: Figure
    planned: Figure
    left: Figure

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def over(self) -> bool:
        """More is planned than there is."""
        return (self.left.value or 0) < 0

    @property
    def too_many(self) -> bool:
        """More accounts than one manager can lead well."""
        return self.managed > self.most

    @property
    def gone(self) -> bool:
        """Switched off, and still leading accounts."""
        return not self.active and bool(self.managed or self.deputised)

    def as_json(self) -> dict[str, Any]:
        """Stable keys for programs: hours a month; what is assumed says so."""
        return {
            "person": self.email,
            "name": self.name,
            "active": self.active,
            "accounts": self.managed,
            "as_deputy": self.deputised,
            "assumed": self.assumed,
            "planned": self.planned.value,
            "capacity": self.capacity.value,
            "capacity_assumed": not self.version,
            "left": self.left.value,
            "over": self.over,
            "too_many": self.too_many,
        }


@dataclass(frozen=True, slots=True)
class AccountHours:
    """The hours a month an account is planned to take, and how manager and deputy share them; `version` is 0 while assumed."""

    planned: Figure
    hours: int
    version: int
    manager: float
    deputy: float


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who may be given an account: what they have left of a month now, and what with it. Below zero warns."""

    name: str
    email: str
    left: float
    after: float

    @property
    def short(self) -> float:
        """The hours that would be too few."""
        return max(-self.after, 0.0)


def choices(
    rows: Iterable[ManagerHours], account: AccountHours | None, *, role: str, manager: str = "", deputy: str = ""
) -> tuple[Choice, ...]:  # fmt: skip
    """Who could take a role of an account that these people (by e-mail address) lead now; not who manages it already."""
    hours = account.hours if account else assuming.assumed().hours
    as_deputy = role == "deputy"
    found = []
    for row in rows:
        if row.email == manager or (as_deputy and row.email == deputy):
            continue
        freed, shared = 0.0, bool(manager) if as_deputy else bool(deputy)
        if row.email == deputy:  # the deputy who becomes manager is deputy no more
            freed, shared = rules.carried(hours, deputy=True, shared=bool(manager)), False
        now = row.left.value or 0.0
        takes = rules.carried(hours, deputy=as_deputy, shared=shared)
        found.append(Choice(row.name, row.email, now, round(now + freed - takes, 1)))
    return tuple(found)


def managers(*, person: Person | None, today: date) -> tuple[ManagerHours, ...]:
    """Everybody who leads or may lead, for whoever sees every account; for the others their own row, or none."""
    whom = f"(x.person_id IS NOT NULL OR c.id IS NOT NULL OR ({_MAY_LEAD}))"
    if person is None or sees_everything(person):
        return _held(whom, _LEADING, today)
    return _held(f"{whom} AND p.id = %s", (*_LEADING, person.pk), today)


def may_lead(*, today: date) -> tuple[ManagerHours, ...]:
    """Those who can be given an account, with what they have left: for whoever may give one, and for nobody else."""
    return _held(f"({_MAY_LEAD})", _LEADING, today)


def left_of(*, person: Person, today: date) -> ManagerHours:
    """What one person has left, as an operation that has just given them an account warns."""
    return _held("p.id = %s", (person.pk,), today)[0]


def of_account(*, account: int, today: date) -> AccountHours:
    """What an account takes; the caller has asked `visible_accounts` already."""
    plan = PlannedHours.objects.filter(account=account).values_list("hours_a_month", "version").first()
    return taken(*(plan or (None, None)), assumed=assuming.assumed().hours, today=today)


def taken(noted: int | None, version: int | None, *, assumed: int, today: date) -> AccountHours:
    """What an account takes by what stands in its plan; None and None where nobody has planned it, then `assumed`."""
    hours = assumed if noted is None else noted
    why = (
        "Planned for this account: contacts times hours a month for each, all our people together."
        if version
        else f"Assumed, nobody has planned it: 7.5 contacts at 4 hours a month each make {hours}."
        if hours == rules.HOURS_ASSUMED
        else f"Assumed, nobody has planned it: your firm takes {hours} hours a month for such an account."
    )
    planned = Figure(
        measure="planned_hours", unit="hours", as_of=today, n=int(version is not None), value=hours, why=why
    )
    return AccountHours(
        planned=planned,
        hours=hours,
        version=version or 0,
        manager=rules.carried(hours, deputy=False, shared=True),
        deputy=rules.carried(hours, deputy=True, shared=True),
    )


def total(rows: Iterable[ManagerHours], *, today: date) -> tuple[Figure, Figure, Figure]:
    """Capacity, planned and left of these people together; whoever is switched off has no hours to give."""
    here = [row for row in rows if row.active]
    if not here:
        missing = "Nobody here may lead an account yet."
        none = (not_enough(measure=name, unit="hours", as_of=today, n=0, missing=missing) for name in _MEASURES)
        return next(none), next(none), next(none)
    capacity, planned = (sum(figure.value or 0 for figure in column) for column in _columns(here))
    why = "All who may lead an account, added up."
    return _figures(today, len(here), int(capacity), round(planned, 1), (why, why, why))


_MEASURES = ("capacity", "planned_hours", "hours_left")


def _columns(rows: list[ManagerHours]) -> tuple[list[Figure], list[Figure]]:
    return [row.capacity for row in rows], [row.planned for row in rows]


def _held(whom: str, values: tuple[Any, ...], today: date) -> tuple[ManagerHours, ...]:
    gate, gated = visible_where(
        None, Q()
    )  # hours are a person's whole: a merged duplicate's are left out, nothing else
    with connection.cursor() as cursor:
        cursor.execute(_HELD.format(gate=gate, whom=whom, given=assuming.COLUMNS), [*gated, *values])
        return tuple(_row(tuple(rows), today) for _person, rows in groupby(cursor.fetchall(), key=lambda row: row[0]))


def _row(rows: tuple[tuple[Any, ...], ...], today: date) -> ManagerHours:
    """One person from the rows of all they hold."""
    number, name, email, role, active, capacity, version = rows[0][:7]
    held, given = [row[7:11] for row in rows if row[7] is not None], assuming.from_columns(rows[0][11:])
    planned = round(
        sum(
            rules.carried(hours, deputy=kind == "deputy", shared=bool(shared), assumed=given.hours) * n
            for kind, hours, shared, n in held
        ),
        1,
    )
    managed, deputised = (sum(n for kind, _hours, _shared, n in held if kind == word) for word in ("manager", "deputy"))
    assumed = sum(n for _kind, hours, _shared, n in held if hours is None)
    told = given.capacity if capacity is None else capacity
    whys = _whys(capacity is None, managed, deputised, assumed, given.hours)
    figures = _figures(today, managed + deputised, told, planned, whys)
    return ManagerHours(
        number,
        name,
        email,
        Role(role),
        bool(active),
        managed,
        deputised,
        assumed,
        given.accounts,
        version or 0,
        *figures,
    )


def _whys(unasked: bool, managed: int, deputised: int, assumed: int, hours: int) -> tuple[str, str, str]:
    capacity = "Assumed: nobody has said how many hours they have." if unasked else "As somebody has set it."
    planned = f"Manager of {managed}, deputy of {deputised}; {assumed} of these at the assumed {hours} hours."
    return capacity, planned, "Capacity less what is planned."


def _figures(
    today: date, n: int, capacity: int, planned: float, whys: tuple[str, str, str]
) -> tuple[Figure, Figure, Figure]:  # fmt: skip
    values = (float(capacity), planned, rules.left(capacity, planned))
    one, two, three = (
        Figure(measure=name, unit="hours", as_of=today, n=n, value=value, why=why)
        for name, value, why in zip(_MEASURES, values, whys, strict=True)
    )
    return one, two, three
