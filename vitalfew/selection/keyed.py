"""The key accounts that stand today, each with who leads it and how its sales go: one statement for all that is said of them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q

from vitalfew.ground.figure import Figure, not_enough
from vitalfew.ground.period import months_before
from vitalfew.ledger.models import Run
from vitalfew.ledger.visibility import visible_where
from vitalfew.selection.assuming import assumed
from vitalfew.selection.rules import Load, carried
from vitalfew.trust.access import sees_everything
from vitalfew.trust.models import Person

_STANDING = """SELECT t.months, h.hours_a_month, p.id, p.name, c.hours_a_month, d.person_id
  FROM selection_keyaccount k JOIN ledger_customer ON ledger_customer.id = k.account_id
  LEFT JOIN selection_lead m ON m.account_id = k.account_id AND m.holds_until IS NULL AND m.role = 'manager'
  LEFT JOIN trust_person p ON p.id = m.person_id
  LEFT JOIN selection_capacity c ON c.person_id = m.person_id
  LEFT JOIN selection_lead d ON d.account_id = k.account_id AND d.holds_until IS NULL AND d.role = 'deputy'
  LEFT JOIN selection_plannedhours h ON h.account_id = k.account_id
  LEFT JOIN ledger_accounttotals t ON t.run_id = %s AND t.account_id = k.account_id
  WHERE k.released_on IS NULL"""


@dataclass(frozen=True, slots=True)
class Keyed:
    """One key account: its manager's name ("" without one), and net minor units of 24 months, the run's month last.

    `hours` are those planned a month (None: nobody planned them), `capacity` the manager's; people by their numbers.
    """

    manager: str
    months: tuple[int, ...]
    hours: int | None = None
    manager_number: int | None = None
    capacity: int | None = None
    deputy_number: int | None = None


def key_accounts(run: Run, person: Person | None) -> tuple[Keyed, ...]:
    """Every key account that `person` may see."""
    gate, values = visible_where(person, Q())
    with connection.cursor() as cursor:
        cursor.execute(f"{_STANDING} AND {gate}", [run.pk, *values])
        return tuple(
            Keyed(name or "", tuple(json.loads(months)) if months else (), hours, manager, capacity, deputy)
            for months, hours, manager, name, capacity, deputy in cursor
        )


def loads(keys: Iterable[Keyed], person: Person | None) -> tuple[Load, ...]:
    """How many of these each manager leads and what that takes, the busiest first.

    Hours need all that somebody leads: whoever does not see every account is told of their own only.
    """
    whole, given = person is None or sees_everything(person), assumed()
    led: Counter[int] = Counter()
    planned: dict[int, float] = defaultdict(float)
    known: dict[int, tuple[str, int]] = {}
    for key in keys:
        manager, deputy, shared = (
            key.manager_number,
            key.deputy_number,
            None not in (key.manager_number, key.deputy_number),
        )
        if manager is not None:
            led[manager] += 1
            known[manager] = key.manager, given.capacity if key.capacity is None else key.capacity
            planned[manager] += carried(key.hours, deputy=False, shared=shared, assumed=given.hours)
        if deputy is not None:
            planned[deputy] += carried(key.hours, deputy=True, shared=shared, assumed=given.hours)
    told = {one for one in known if whole or (person is not None and one == person.pk)}
    rows = (
        Load(name, led[one], round(planned[one], 1) if one in told else None, capacity, given.accounts)
        for one, (name, capacity) in known.items()
    )
    return tuple(sorted(rows, key=lambda load: (-load.accounts, load.person)))


def rising(run: Run, keys: Iterable[Keyed]) -> Figure:
    """Of the key accounts with sales (its n), those whose last full months exceed the same months a year before.

    Twelve months where the run ends with a month, else the last eleven full ones, so that a month half gone never
    reads as a loss. The ledger must reach back far enough.
    """
    sold = [key.months for key in keys if key.months]
    if not sold:
        return _unknown(run, 0, "No key account is designated yet.")
    first = date.fromisoformat(run.totals.get("first_day") or run.as_of.isoformat())
    if first > months_before(run.as_of, 23).replace(day=1):
        return _unknown(run, len(sold), "The ledger has to reach back two years.")
    full = (run.as_of + timedelta(days=1)).day == 1
    up = sum(_rises(months, full=full) for months in sold)
    why = f"Net sales of the last {12 if full else 11} full months against the same months a year before."
    return Figure(measure="rising", unit="count", as_of=run.as_of, n=len(sold), value=up, why=why)


def _rises(months: Sequence[int], *, full: bool) -> bool:
    """24 months, the run's month last; it is left out, and its sister a year before, unless it is full."""
    last, before = (months[12:], months[:12]) if full else (months[12:23], months[:11])
    return sum(last) > sum(before)


def _unknown(run: Run, n: int, missing: str) -> Figure:
    return not_enough(measure="rising", unit="count", as_of=run.as_of, n=n, missing=missing)
