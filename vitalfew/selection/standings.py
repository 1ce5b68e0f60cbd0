"""Where each account stands in a run: from the ledger's rhythm to stored ranks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from vitalfew.analytics.standing.outlook import Features, Standing, estimate_standing
from vitalfew.ground.period import last_months
from vitalfew.ledger import batches, runs
from vitalfew.ledger.measuring import Session, measured
from vitalfew.ledger.models import Run
from vitalfew.ledger.snapshot import Found
from vitalfew.selection.models import Standing as StandingRow

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Orders of each account that has any, by account code; ages are days before the run's day."""

    account: NDArray[np.int64]
    orders: NDArray[np.int64]
    orders_12: NDArray[np.int64]
    first_age: NDArray[np.int64]
    last_age: NDArray[np.int64]
    log_gaps: NDArray[np.float64]
    sum_log: NDArray[np.float64]
    sum_log_squared: NDArray[np.float64]
    sale: NDArray[np.int64]
    history_days: int


def rhythm(opened: Session, *, as_of: date) -> Rhythm:
    """Ask the ledger how regularly and how much each account orders."""
    rows = measured(opened, "account_rhythm", as_of=as_of, since=last_months(as_of, 12).first).sort_by("account")
    column = {name: rows[name].to_numpy() for name in rows.column_names}
    first = batches.first_day() or as_of
    return Rhythm(
        account=column["account"].astype(np.int64),
        orders=column["orders"],
        orders_12=column["orders_since"],
        first_age=_age(column["first_order"], as_of),
        last_age=_age(column["last_order"], as_of),
        log_gaps=column["sum_log_gap"],
        sum_log=column["sum_log"],
        sum_log_squared=column["sum_log_squared"],
        sale=column["sale"],
        history_days=(as_of - first).days + 1,
    )


def aligned[T: (np.int64, np.float64)](
    values: NDArray[T], found: Found, rhythm_: Rhythm, *, without: int = 0
) -> NDArray[T]:
    """A column of the rhythm spread to all accounts of the totals; `without` for those that never ordered."""
    spread = np.full(len(found.account), without, values.dtype)
    spread[np.searchsorted(found.account, rhythm_.account)] = values
    return spread


def stand(found: Found, rhythm_: Rhythm) -> Standing:
    """Rank, interval and chance of every account."""
    features = Features(
        orders=aligned(rhythm_.orders, found, rhythm_),
        first_age=aligned(rhythm_.first_age, found, rhythm_, without=-1),
        last_age=aligned(rhythm_.last_age, found, rhythm_, without=-1),
        log_gaps=aligned(rhythm_.log_gaps, found, rhythm_),
        sum_log=aligned(rhythm_.sum_log, found, rhythm_),
        sum_log_squared=aligned(rhythm_.sum_log_squared, found, rhythm_),
        sale=aligned(rhythm_.sale, found, rhythm_),
        net=found.net,
        net_recent=found.net_12,
        history_days=rhythm_.history_days,
    )
    return estimate_standing(features=features)


def write(run: Run, found: Found, stood: Standing) -> None:
    """Store the ranks in short transactions; ties are set in order of 12 months' net, then of age in the ledger."""
    order = np.lexsort((found.account, -found.net_12, stood.rank))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(1, len(order) + 1)
    sold = np.maximum(found.net_12, 0)
    share = sold / max(1, int(sold.sum()))
    running = np.empty(len(order))
    running[order] = np.cumsum(share[order])
    before = _former_places(run)
    for start in range(0, len(order), _AT_ONCE):
        rows = [
            _row(run, found, stood, at=at, place=place, share=share, running=running, before=before)
            for at in range(start, min(start + _AT_ONCE, len(order)))
        ]
        with transaction.atomic():
            StandingRow.objects.bulk_create(rows)


def _row(
    run: Run,
    found: Found,
    stood: Standing,
    *,
    at: int,
    place: NDArray[np.int64],
    share: NDArray[np.float64],
    running: NDArray[np.float64],
    before: dict[int, int],
) -> StandingRow:
    outlook, account, rank = stood.outlook, int(found.account[at]), int(place[at])
    return StandingRow(
        run=run,
        account_id=account,
        rank=rank,
        low=int(outlook.low[at]) if outlook else None,
        high=int(outlook.high[at]) if outlook else None,
        chance=float(outlook.chance_top[at]) if outlook else None,
        moved=before[account] - rank if account in before else None,
        net_12_months=int(found.net_12[at]),
        share=float(share[at]),
        running_share=float(running[at]),
        last_day=found.last_day[at].astype(object),
    )


def _former_places(run: Run) -> dict[int, int]:
    """Ranks of the run before with an earlier day; a repeated refresh of one day moves nobody."""
    former = runs.earlier(run)
    return dict(StandingRow.objects.filter(run=former).values_list("account_id", "rank")) if former else {}


def _age(days: NDArray[np.datetime64], as_of: date) -> NDArray[np.int64]:
    return (np.datetime64(as_of) - days.astype("datetime64[D]")).astype(np.int64)
