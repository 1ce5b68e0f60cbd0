"""What stands above the portfolio: its headline, and whether the key accounts rise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vitalfew.ground.figure import Figure, not_enough
from vitalfew.ground.period import months_before
from vitalfew.ledger.models import AccountTotals
from vitalfew.ledger.visibility import may_see
from vitalfew.selection.headline import Headline, headline
from vitalfew.selection.models import KeyAccount
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class Above:
    """The headline figures with `rising`: of the key accounts (its n), how many sell more than a year before."""

    headline: Headline
    rising: Figure


def above(*, person: Person | None, months: int = 0, basis: str = "revenue", level: str = "customer") -> Above:
    """The figures above the portfolio for a window, a basis and a level."""
    shown = headline(person=person, months=months, basis=basis, level=level)
    return Above(shown, rising(person=person, run=shown.run, as_of=shown.as_of))


def rising(*, person: Person | None, run: int | None, as_of: date | None) -> Figure:
    """Key accounts whose net sales of the last full months exceed those of the same months a year before.

    Twelve months where the run ends with a month, else the last eleven full ones, so that a month half gone never
    reads as a loss. The ledger must reach back far enough.
    """
    keys = KeyAccount.objects.filter(released_on=None).values("account")
    rows = AccountTotals.objects.filter(may_see(person), run=run, account__in=keys)
    found = list(rows.values_list("months", "run__totals__first_day")) if run else []
    if as_of is None or not found:
        return _unknown(as_of, 0, "No key account is designated yet.")
    first = date.fromisoformat(found[0][1] or as_of.isoformat())
    if first > months_before(as_of, 23).replace(day=1):
        return _unknown(as_of, len(found), "The ledger has to reach back two years.")
    full = (as_of + timedelta(days=1)).day == 1
    up = sum(_rises(months, full=full) for months, _ in found)
    why = f"Net sales of the last {12 if full else 11} full months against the same months a year before."
    return Figure(measure="rising", unit="count", as_of=as_of, n=len(found), value=up, why=why)


def _rises(months: Sequence[int], *, full: bool) -> bool:
    """24 months, the run's month last; it is left out, and its sister a year before, unless it is full."""
    last, before = (months[12:], months[:12]) if full else (months[12:23], months[:11])
    return sum(last) > sum(before)


def _unknown(as_of: date | None, n: int, missing: str) -> Figure:
    return not_enough(measure="rising", unit="count", as_of=as_of, n=n, missing=missing)
