"""What the portfolio answers to somebody who sees some accounts only: how many, what they are worth, whether they are led and rise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vitalfew.ground.figure import Figure
from vitalfew.ground.money import Money
from vitalfew.ledger import runs
from vitalfew.ledger.models import Run
from vitalfew.selection import figures, keyed, listing, rules
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class Own:
    """The accounts a person sees, in figures; nothing in it tells of accounts they do not see."""

    as_of: date
    accounts: int
    net_12_months: Money
    key_accounts: Figure
    coverage: Figure
    rising: Figure
    loads: tuple[rules.Load, ...]


def own(*, person: Person) -> Own | None:
    """The figures above the list of one who does not see every account; None before the first refresh."""
    run = runs.current()
    if run is None:
        return None
    accounts, net = listing.total(run, person)
    keys = keyed.key_accounts(run, person)
    return Own(
        as_of=run.as_of,
        accounts=accounts,
        net_12_months=Money(net, run.totals["currency"]),
        key_accounts=_keys(run, len(keys), accounts),
        coverage=figures.coverage(run, len(keys), sum(bool(key.manager) for key in keys)),
        rising=keyed.rising(run, keys),
        loads=keyed.loads(keys, person),
    )


def _keys(run: Run, keys: int, accounts: int) -> Figure:
    why = "Designations that stand today, of the accounts you see."
    return Figure(measure="key_accounts", unit="count", as_of=run.as_of, n=accounts, value=keys, why=why)
