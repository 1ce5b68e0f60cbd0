"""What a run found of each account's behaviour, written under the run's number: small, rounded, and no number that may not be told."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from vitalfew.analytics.price.enough import FEW_ACCOUNTS, NOT_LASTING, NOT_PASSED_ON, NOTHING_MOVED
from vitalfew.ledger.models import Run
from vitalfew.relationship.behaviour.loyalty import Band, Loyalty
from vitalfew.relationship.behaviour.prices import Breadth, Prices
from vitalfew.relationship.models import Behaviour

Ints = NDArray[np.int64]
Row = dict[str, Any]
Columns = dict[str, list[Any]]

# Why no account of a run has a response of its own, by number; 0 where some have.
VERDICTS = ("", NOTHING_MOVED, NOT_PASSED_ON, FEW_ACCOUNTS, NOT_LASTING)
# What stands for the prices of an account that they were not reckoned for, though they were for others.
NOT_RECKONED: Row = {"absent": True}
_AT_ONCE = 2_000


def write(run: Run, *, accounts: Ints, prices: Prices | None, loyalty: Loyalty | None, breadth: Breadth | None) -> None:
    """Store one row for each of `accounts` (codes) in short transactions; nobody sees them until the run is shown."""
    nothing: list[Row | None] = [None] * len(accounts)
    price = _spread(accounts, prices.account, _price(prices), without=NOT_RECKONED) if prices else nothing
    loyal = _spread(accounts, loyalty.account, _loyal(loyalty)) if loyalty else nothing
    broad = _spread(accounts, breadth.account, _broad(breadth)) if breadth else nothing
    for start in range(0, len(accounts), _AT_ONCE):
        rows = [
            Behaviour(run=run, account_id=account, price=price[at], loyalty=_both(loyal[at], broad[at]))
            for at, account in enumerate(accounts[start : start + _AT_ONCE].tolist(), start)
        ]
        with transaction.atomic():
            Behaviour.objects.bulk_create(rows)


def _price(found: Prices) -> Columns:
    """`paid` beside others by `items`, `lines`; `response` of its own or of such accounts, by what it `bought`."""
    size = found.account.size
    return {
        "paid": _bands(Band(found.centre, found.low, found.high), found.told, 4),
        "items": found.items.tolist(),
        "lines": found.lines.tolist(),
        "response": _bands(Band(found.response, found.response_low, found.response_high), np.ones(size, np.bool_), 3),
        "own": found.own.tolist(),
        "stronger": _numbers(np.where(found.own, found.more_sensitive, np.nan), 3),
        "verdict": [VERDICTS.index(found.verdict)] * size,
        "reason": found.reason.tolist(),
        "bought": np.stack([found.bought_items, found.bought_lines, found.moves], axis=1).tolist(),
    }


def _loyal(found: Loyalty) -> Columns:
    """`reason` says why `order`, `active`, `coming` and `regularity` are not told, 0 where they are."""
    told = found.reason == 0
    return {
        "orders": found.orders.tolist(),
        "reason": found.reason.tolist(),
        "order": _bands(found.order, told, 4),
        "active": _bands(found.active, told, 4),
        "coming": _bands(found.coming, told, 2),
        "regularity": _bands(found.regularity, told, 2),
        "gap": _numbers(found.gap, 1),
        "cycles": _numbers(found.cycles, 2),
        "known": found.known.tolist(),
        "at_least": found.at_least.tolist(),
    }


def _broad(found: Breadth) -> Columns:
    """Different items of twelve months, those bought before, lines, what they came to and what came back (minor units).

    `before`: items of the twelve months before and of both, lines then, days with a credit of now and of then.
    """
    now = (found.items, found.items_known, found.lines, found.sale, found.returned)
    before = (found.items_before, found.items_both, found.lines_before, found.credit_days, found.credit_days_before)
    return {"breadth": np.stack(now, axis=1).tolist(), "before": np.stack(before, axis=1).tolist()}


def _both(loyal: Row | None, broad: Row | None) -> Row | None:
    return (loyal or {}) | (broad or {}) or None


def _spread(accounts: Ints, codes: Ints, columns: Columns, *, without: Row | None = None) -> list[Row | None]:
    """The columns of `codes` (rising) as a row for each of `accounts`; `without` for those it does not hold."""
    place = np.searchsorted(codes, accounts)
    known = np.append(codes, -1)[place] == accounts
    return [
        {name: column[row] for name, column in columns.items()} if there else without
        for row, there in zip(place.tolist(), known.tolist(), strict=True)
    ]


def _bands(band: Band, told: NDArray[np.bool_], digits: int) -> list[list[float] | None]:
    """Value, low and high of each account, None where they are not told."""
    rounded = np.round(np.stack([band.value, band.low, band.high], axis=1), digits).tolist()
    return [row if there else None for row, there in zip(rounded, told.tolist(), strict=True)]


def _numbers(values: NDArray[np.float64], digits: int) -> list[float | None]:
    return [None if np.isnan(one) else one for one in np.round(values, digits).tolist()]
