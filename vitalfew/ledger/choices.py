"""Choices of the firm that numbers depend on: each with its author and the day it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from vitalfew.ground.errors import Refusal
from vitalfew.ledger.models import Setting
from vitalfew.ledger.tree import LEVELS
from vitalfew.trust import audit, versions
from vitalfew.trust.actors import Actor

ACCOUNT_LEVEL = "account_level"
FIRM_NAME = "firm_name"
_LONGEST = 80
# Each: what holds until somebody chooses, what else could (nothing: any words), what it decides.
_KNOWN: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    ACCOUNT_LEVEL: ("customer", LEVELS, "at which level of the customer tree an account is managed"),
    FIRM_NAME: ("", (), "what your firm is called in mail and surveys that customers read"),
}


class ChoiceRefused(Refusal):
    """There is no such choice, or it does not know this value."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: what holds now, what it decides, what else could hold; `since` is None while nobody has chosen."""

    name: str
    value: str
    decides: str
    could_be: tuple[str, ...]
    since: datetime | None
    chosen_by: str


def account_level() -> str:
    """The level of an account: each customer by itself, its firm, or its group."""
    return _chosen(ACCOUNT_LEVEL)


def firm_name() -> str:
    """What our firm is called before customers; "" while nobody has said."""
    return _chosen(FIRM_NAME)


def _chosen(name: str) -> str:
    row = Setting.objects.filter(name=name).first()
    return str(row.value) if row else _KNOWN[name][0]


def choices() -> tuple[Choice, ...]:
    """Every choice there is."""
    rows = {row.name: row for row in Setting.objects.all()}
    return tuple(
        Choice(
            name=name,
            value=str(rows[name].value) if name in rows else usual,
            decides=decides,
            could_be=could_be,
            since=rows[name].since if name in rows else None,
            chosen_by=rows[name].chosen_by if name in rows else "",
        )
        for name, (usual, could_be, decides) in _KNOWN.items()
    )


@transaction.atomic
def choose(*, name: str, value: str, by: Actor, at: datetime, version: int | None = None) -> None:
    """Make a choice; the next refresh follows it. What was found before keeps the choice of its time."""
    if name not in _KNOWN:
        raise ChoiceRefused(f"There is no setting “{name}”. Settings: {', '.join(_KNOWN)}. Nothing was changed.")
    usual, could_be, _ = _KNOWN[name]
    value = " ".join(value.split())
    if not could_be and not 0 < len(value) <= _LONGEST:
        raise ChoiceRefused(f"{name} needs 1 to {_LONGEST} letters. Nothing was changed.")
    if could_be and value not in could_be:
        raise ChoiceRefused(f"{name} cannot be “{value}”: say {', '.join(could_be)}. Nothing was changed.")
    row, _made = Setting.objects.get_or_create(name=name, defaults={"value": usual, "since": at, "chosen_by": by.name})
    stood = versions.save(row, expected=version, value=value, since=at, chosen_by=by.name)
    before = {"value": stood["value"]}
    audit.record(by=by, at=at, verb="ledger.choose", target=f"setting:{name}", before=before, after={"value": value})
