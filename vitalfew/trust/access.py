"""What a person may do, and which accounts they were given to see, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Protocol

from django.apps import apps
from django.db.models import Q

from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.trust.models import Grant, Person
from vitalfew.trust.rights import RIGHTS, SEES_ALL, VERBS, Right, Role

OPEN = "open"  # needs no sign-in
type Need = Right | str  # a right, a verb whose right is looked up, or OPEN


class Denied(Refusal):
    """A person may do only what their role and their own rights allow."""


class Acting(Protocol):
    """Whoever acts, with a name and rights."""

    @property
    def name(self) -> str: ...

    @property
    def rights(self) -> frozenset[Right]: ...


@cache
def verbs() -> Mapping[str, Right]:
    """The right that each verb needs: trust's own, and those that each step names in its AppConfig."""
    found = dict(VERBS)
    for config in apps.get_app_configs():
        found |= getattr(config, "verbs", {})
    return found


def rights_of(person: Person) -> frozenset[Right]:
    """What a person may do: by role, and by the two rights of their own; nothing while they are switched off."""
    if not person.is_active:
        return frozenset()
    own = {Right.MARGIN: person.sees_margin, Right.OPINIONS: person.sees_opinions}
    return RIGHTS[Role(person.role)] | {right for right, given in own.items() if given}


def right_for(need: Need) -> Right:
    """The right behind a need: itself, or that of the verb. A verb that no table names is a fault of ours."""
    return need if isinstance(need, Right) else verbs()[need]


def require(by: Acting, verb: str) -> None:
    """Let an actor pass who may do `verb`. Raises Denied else."""
    allow(by, right_for(verb))


def allow(by: Acting, right: Right) -> None:
    """Let an actor pass who has the right. Raises Denied else."""
    if right not in by.rights:
        raise Denied(denial(by.name, right))


def denial(name: str, right: Right) -> str:
    """The sentence for one who lacks a right."""
    return f"{name} may not do this: it needs the right “{right}”. Nothing was changed. An administrator can give it on the People page."


def sees_margin(person: Person | None) -> bool:
    """True for the operator and for whoever was given the right to see margins and costs."""
    return person is None or Right.MARGIN in rights_of(person)


def sees_everything(person: Person | None) -> bool:
    """True for the operator of the machine (None), for heads and administrators, and for whoever was given every account."""
    if person is None:
        return True
    if not person.is_active:
        return False
    return Role(person.role) in SEES_ALL or Grant.objects.filter(_today(), person=person, account=None).exists()


def granted(person: Person) -> frozenset[int]:
    """The customers a person was given to see today, themselves or as one of a team whose members lead them."""
    if not person.is_active:
        return frozenset()
    mine = Q(person=person)
    if person.team_id:
        mine |= Q(person__team=person.team_id, source=Grant.Source.LEAD)
    rows = Grant.objects.filter(mine, _today()).values_list("account", flat=True)
    return frozenset(account for account in rows if account is not None)


def grant(
    *, person: Person, account: int | None, source: Grant.Source, reason: str, by: str, on: date, until: date | None = None
) -> Grant:  # fmt: skip
    """Let a person see an account from a day on; call it inside an operation, which notes it in the audit trail."""
    return Grant.objects.create(
        person=person, account=account, source=source, holds_from=on, holds_until=until, reason=reason, granted_by=by
    )


def end_lead(*, person: Person, account: int, on: date) -> None:
    """Whoever leads an account no more sees it no more, unless they were let in apart."""
    rows = Grant.objects.filter(person=person, account=account, source=Grant.Source.LEAD, holds_until=None)
    rows.update(holds_until=on)


def _today() -> Q:
    today = clock.now().date()
    return Q(holds_from__lte=today) & (Q(holds_until=None) | Q(holds_until__gt=today))
