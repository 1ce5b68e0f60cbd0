"""Measures run over the ledger: one SQL file each, on whichever engine holds the lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Protocol

import pyarrow as pa
from django.conf import settings

from vitalfew.ground.errors import Refusal
from vitalfew.ledger.engines import duck, postgres
from vitalfew.ledger.engines.scope import Scope

BOUNDS = {
    "account_totals": 5_000_000,
    "account_months": 60_000_000,
    "account_rhythm": 5_000_000,
    "account_breadth": 5_000_000,
    "account_item_months": 20_000_000,
    "ledger_totals": 20,
}


class BoundPassed(Refusal):
    """A measure returned more rows than it may bring here. Nothing was changed."""


class Session(Protocol):
    """An engine at work on one scope of the ledger."""

    name: str

    def run(self, measure: str, days: dict[str, date], accounts: Collection[int] = ()) -> pa.Table: ...


@contextmanager
def session(scope: Scope) -> Iterator[Session]:
    """The engine that holds the lines, at work on `scope`: the one VITALFEW_LEDGER names, else DuckDB over the parts."""
    address = settings.VITALFEW_LEDGER
    with postgres.session(scope, address=address) if address else duck.session(scope) as opened:
        yield opened


def measured(opened: Session, measure: str, *, accounts: Collection[int] = (), **days: date) -> pa.Table:
    """A measure's rows, refused when they pass the bound it states; `accounts` for one that reckons of chosen ones."""
    found = opened.run(measure, days, accounts)
    if found.num_rows > BOUNDS[measure]:
        raise BoundPassed(
            f"Measure {measure} gave {found.num_rows:,} rows, more than its bound of {BOUNDS[measure]:,}."
        )
    return found
