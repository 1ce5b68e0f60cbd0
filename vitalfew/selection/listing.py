"""The portfolio's list as one statement, written by hand: it is read so often that to build it anew costs more than to run it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from vitalfew.ledger.models import Run
from vitalfew.ledger.visibility import visible_where
from vitalfew.selection.paging import behind, order
from vitalfew.trust.models import Person

_FOUND = """FROM selection_standing s JOIN ledger_customer ON ledger_customer.id = s.account_id"""
_COLUMNS = """SELECT s.id, s.account_id, ledger_customer.key, ledger_customer.name, ledger_customer.country,
  s.rank, s.low, s.high, s.chance, s.moved, s.net_12_months, s.share, s.running_share, s.last_day, t.months, k.id, mp.name, mp.email, dp.name, dp.email"""
_BESIDE = """LEFT JOIN ledger_accounttotals t ON t.run_id = s.run_id AND t.account_id = s.account_id
  LEFT JOIN selection_keyaccount k ON k.account_id = s.account_id AND k.released_on IS NULL
  LEFT JOIN selection_lead m ON m.account_id = s.account_id AND m.holds_until IS NULL AND m.role = 'manager'
  LEFT JOIN trust_person mp ON mp.id = m.person_id
  LEFT JOIN selection_lead d ON d.account_id = s.account_id AND d.holds_until IS NULL AND d.role = 'deputy'
  LEFT JOIN trust_person dp ON dp.id = d.person_id"""
_KEYS = "(SELECT account_id FROM selection_keyaccount WHERE released_on IS NULL)"
_MANAGED = "(SELECT account_id FROM selection_lead WHERE holds_until IS NULL AND role = 'manager')"
_LED_BY = """(SELECT l.account_id FROM selection_lead l JOIN trust_person p ON p.id = l.person_id
  WHERE l.holds_until IS NULL AND lower(p.email) = lower(%s))"""
_SHOWN = {
    "key": f" AND s.account_id IN {_KEYS}",
    "candidates": f" AND s.chance >= 0.5 AND s.account_id NOT IN {_KEYS}",
    "unled": f" AND s.account_id IN {_KEYS} AND s.account_id NOT IN {_MANAGED}",
    "quiet": " AND s.last_day < %s AND s.running_share <= 0.8",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the portfolio is asked for; empty words ask for all. `show` is "", "key", "candidates", "unled", "quiet"."""

    search: str = ""
    show: str = ""
    manager: str = ""
    country: str = ""
    sort: str = "rank"
    after: str = ""

    @property
    def narrow(self) -> bool:
        """True when not all accounts are asked for."""
        return bool(self.search or self.show or self.manager or self.country)


class Row(NamedTuple):
    """One row as the database tells it: money in minor units, days and months not yet read."""

    standing: int
    account: int
    key: str
    name: str
    country: str
    rank: int
    low: int | None
    high: int | None
    chance: float | None
    moved: int | None
    net_12_months: int
    share: float
    running_share: float
    day: date | str
    monthly: str | None
    key_account: int | None
    manager: str | None
    manager_email: str | None
    deputy: str | None
    deputy_email: str | None

    @property
    def last_day(self) -> date:
        """The day of the last order."""
        return self.day if isinstance(self.day, date) else date.fromisoformat(self.day)

    @property
    def months(self) -> tuple[int, ...]:
        """Net minor units of 24 months, the run's month last; nothing where the run kept none."""
        return tuple(json.loads(self.monthly)) if self.monthly else ()


def rows(run: Run, person: Person | None, wanted: Wanted, *, limit: int) -> list[Row]:
    """The first `limit` rows behind the mark, in the order asked for, of the accounts `person` may see."""
    where, params = _where(run, person, wanted)
    more, further = behind(wanted.after, sort=wanted.sort)
    sql = f"{_COLUMNS} {_FOUND} {_BESIDE} WHERE {where}{more} ORDER BY {order(wanted.sort)} LIMIT %s"
    return [Row(*found) for found in _read(sql, [*params, *further, limit])]


def count(run: Run, person: Person | None, wanted: Wanted) -> int:
    """How many accounts fit, wherever the page begins."""
    where, params = _where(run, person, wanted)
    return int(_read(f"SELECT count(*) {_FOUND} WHERE {where}", params)[0][0])


def total(run: Run, person: Person | None) -> tuple[int, int]:
    """How many accounts `person` sees in a run, and their net sales of 12 months in minor units."""
    where, params = _where(run, person, Wanted())
    found, net = _read(f"SELECT count(*), sum(s.net_12_months) {_FOUND} WHERE {where}", params)[0]
    return int(found), int(net or 0)


def _where(run: Run, person: Person | None, wanted: Wanted) -> tuple[str, list[Any]]:
    """The condition with its values; what is asked of the customer, visibility before all, stands in one clause."""
    asked = Q(name__icontains=wanted.search) | Q(key__istartswith=wanted.search) if wanted.search else Q()
    gate, values = visible_where(person, asked & Q(country=wanted.country) if wanted.country else asked)
    sql, params = f"s.run_id = %s AND {gate}{_SHOWN.get(wanted.show, '')}", [run.pk, *values]
    if wanted.show == "quiet":
        params.append(run.as_of - timedelta(days=90))
    if wanted.manager:
        sql, params = f"{sql} AND s.account_id IN {_LED_BY}", [*params, wanted.manager]
    return sql, params


def _read(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
