"""What a refresh finds in the ledger for each account, written under the run's number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import transaction
from numpy.typing import NDArray

from vitalfew.ground.period import last_months, month_number
from vitalfew.ledger import batches, rates
from vitalfew.ledger.measuring import Session, measured
from vitalfew.ledger.models import AccountTotals, Run

MONTHS = 24
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """One entry per account, by account code: money in minor units; `months` (n, 24) ends with the run's month."""

    account: NDArray[np.int64]
    net: NDArray[np.int64]
    net_12: NDArray[np.int64]
    margin_12: NDArray[np.int64]
    costed: NDArray[np.bool_]
    lines: NDArray[np.int64]
    credits: NDArray[np.int64]
    credit_lines: NDArray[np.int64]
    first_day: NDArray[np.datetime64]
    last_day: NDArray[np.datetime64]
    months: NDArray[np.int64]


def find(opened: Session, *, as_of: date) -> Found:
    """Ask the ledger for totals and months of each account up to `as_of`."""
    year, window = last_months(as_of, 12), last_months(as_of, MONTHS)
    totals = measured(opened, "account_totals", as_of=as_of, since=year.first).sort_by("account")
    months = measured(opened, "account_months", as_of=as_of, since=window.first.replace(day=1))
    column = {name: totals[name].to_numpy() for name in totals.column_names}
    return Found(
        account=column["account"].astype(np.int64),
        net=column["net"],
        net_12=column["net_since"],
        margin_12=column["margin_since"],
        costed=column["costed_lines"] > 0,
        lines=column["lines"],
        credits=column["credits"],
        credit_lines=column["credit_lines"],
        first_day=column["first_day"],
        last_day=column["last_day"],
        months=month_table(column["account"], months, as_of),
    )


def month_table(accounts: NDArray[np.int64], rows: pa.Table, as_of: date, *, months: int = MONTHS) -> NDArray[np.int64]:
    """Rows of (account, month, net) spread to one line an account and one column a month, the last being `as_of`'s."""
    table = np.zeros((len(accounts), months), np.int64)
    place = np.searchsorted(accounts, rows["account"].to_numpy())
    column = rows["month"].to_numpy() - month_number(as_of) + months - 1
    inside = (column >= 0) & (column < months)
    table[place[inside], column[inside]] = rows["net"].to_numpy()[inside]
    return table


def write(run: Run, found: Found, orders_12: NDArray[np.int64]) -> None:
    """Store the snapshot in short transactions; nobody sees it until the run is shown."""
    for start in range(0, len(found.account), _AT_ONCE):
        rows = [_row(run, found, orders_12, place) for place in range(start, min(start + _AT_ONCE, len(found.account)))]
        with transaction.atomic():
            AccountTotals.objects.bulk_create(rows)


def totals(opened: Session, *, as_of: date) -> dict[str, Any]:
    """The whole ledger in a few numbers: lines, net of everything, net of named customers, days, currency, what stands alone."""
    rows = measured(opened, "ledger_totals", as_of=as_of, since=date.min).to_pylist()
    own, known = batches.own_currency(), batches.currencies()
    alone = rates.without_rates(own, [currency for currency in known if currency != own])
    return {
        "lines": sum(row["lines"] for row in rows),
        "net": sum(row["net"] for row in rows),
        "named_net": sum(row["net"] for row in rows if row["named"]),
        "unnamed_lines": sum(row["lines"] for row in rows if not row["named"]),
        "kinds": {row["kind"]: 0 for row in rows} | _by_kind(rows),
        "first_day": min((row["first_day"] for row in rows), default=as_of).isoformat(),
        "last_day": max((row["last_day"] for row in rows), default=as_of).isoformat(),
        "currency": own,
        "stand_alone": {currency: known[currency] for currency in alone},
    }


def _by_kind(rows: list[dict[str, Any]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for row in rows:
        found[row["kind"]] = found.get(row["kind"], 0) + row["lines"]
    return found


def _row(run: Run, found: Found, orders_12: NDArray[np.int64], place: int) -> AccountTotals:
    return AccountTotals(
        run=run,
        account_id=int(found.account[place]),
        net=int(found.net[place]),
        net_12_months=int(found.net_12[place]),
        margin_12_months=int(found.margin_12[place]) if found.costed[place] else None,
        orders_12_months=int(orders_12[place]),
        lines=int(found.lines[place]),
        credits=int(found.credits[place]),
        first_day=found.first_day[place].astype(object),
        last_day=found.last_day[place].astype(object),
        months=found.months[place].tolist(),
    )
