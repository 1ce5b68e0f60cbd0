"""The key accounts that stand today, each with who leads it and how its sales go: one statement for all that is said of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q

from vitalfew.ground.figure import Figure, not_enough
from vitalfew.ground.period import months_before
from vitalfew.ledger.models import Run
from vitalfew.ledger.visibility import visible_where
from vitalfew.selection.rules import Load
from vitalfew.trust.models import Person

_STANDING = """SELECT p.name, t.months
  FROM selection_keyaccount k JOIN ledger_customer ON ledger_customer.id = k.account_id
  LEFT JOIN selection_lead m ON m.account_id = k.account_id AND m.holds_until IS NULL AND m.role = 'manager'
  LEFT JOIN trust_person p ON p.id = m.person_id
  LEFT JOIN ledger_accounttotals t ON t.run_id = %s AND t.account_id = k.account_id
  WHERE k.released_on IS NULL"""


@dataclass(frozen=True, slots=True)
class Keyed:
    """One key account: its manager's name ("" without one), and net minor units of 24 months, the run's month last."""

    manager: str
    months: tuple[int, ...]


def key_accounts(run: Run, person: Person | None) -> tuple[Keyed, ...]:
    """Every key account that `person` may see."""
    gate, values = visible_where(person, Q())
    with connection.cursor() as cursor:
        cursor.execute(f"{_STANDING} AND {gate}", [run.pk, *values])
        return tuple(Keyed(name or "", tuple(json.loads(months)) if months else ()) for name, months in cursor)


def loads(keys: Iterable[Keyed]) -> tuple[Load, ...]:
    """How many of these each manager leads, the busiest first."""
    counted = Counter(key.manager for key in keys if key.manager)
    return tuple(Load(name, n) for name, n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


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
