"""What selection finds in the ledger: concentration by window, basis and level, and where each account stands."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from vitalfew.analytics.concentration import Concentration, Estimate, measure_concentration
from vitalfew.ground.errors import Refusal
from vitalfew.ground.period import last_months
from vitalfew.ledger import batches, measuring, tree
from vitalfew.ledger.engines.scope import Scope
from vitalfew.ledger.measuring import Session, measured
from vitalfew.ledger.models import Run
from vitalfew.ledger.visibility import whole_firm
from vitalfew.selection.models import ConcentrationFound
from vitalfew.trust.access import Denied, sees_margin
from vitalfew.trust.models import Person

WINDOWS = (0, 36, 12)
Share = tuple[float, float | None, float | None]  # value, low, high; no interval where customers are too few


class NothingMeasured(Refusal):
    """The ledger is empty: import sales lines first, for example `vitalfew import sales.xlsx`."""


class CostsMissing(Refusal):
    """The ledger has no costs, so margin is unknown: import a file with a cost column, or ask by revenue."""


@dataclass(frozen=True, slots=True)
class LedgerConcentration:
    """Concentration with the ledger it was measured on. Shares are (value, low, high); money in minor units.

    `lines` and `net` are of everything in the window, customers named or not; the rest is of named customers.
    """

    as_of: date
    months: int
    by: str
    level: str
    currency: str
    lines: int
    net: int
    customers: int
    positive: int
    top_20_share: Share | None
    share_for_80: Share | None
    gini: Share | None
    stand_alone: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Stable keys: each share as a number, with its interval beside it."""
        found = asdict(self)
        for name in ("top_20_share", "share_for_80", "gini"):
            value = getattr(self, name)
            found[name] = value[0] if value else None
            found[f"{name}_interval"] = list(value[1:]) if value and value[1] is not None else None
        return found


def concentration_now(
    *, person: Person | None, months: int = 0, basis: str = "revenue", level: str = "customer", today: date = date.max
) -> LedgerConcentration:
    """Measure concentration on the ledger as it stands, as of its last day that is not after `today`.

    Raises NothingMeasured on an empty ledger, CostsMissing when margin is asked for and no line has a cost, and Denied
    for one who does not see every account, or asks by margin without the right to see margins.
    """
    whole_firm(person)
    if basis == "margin" and not sees_margin(person):
        raise Denied("Margins are told to those who were given the right to see them. Ask by revenue.")
    last = batches.last_day()
    if last is None:
        raise NothingMeasured(str(NothingMeasured.__doc__))
    as_of = min(last, today)
    since = last_months(as_of, months).first if months else date.min
    scope = batches.scope(as_of=as_of, level=level)
    with measuring.session(scope) as opened:
        values = _values(opened, as_of, since, basis)
        everything = measured(opened, "ledger_totals", as_of=as_of, since=since).to_pylist()
    found = measure_concentration(values=values)
    return LedgerConcentration(
        as_of=as_of,
        months=months,
        by=basis,
        level=level,
        currency=batches.own_currency(),
        lines=sum(row["lines"] for row in everything),
        net=sum(row["net"] for row in everything),
        customers=found.customers,
        positive=found.positive,
        top_20_share=_triple(found.top_20_share),
        share_for_80=_triple(found.share_for_80),
        gini=_triple(found.gini),
        stand_alone=tuple(currency for currency in batches.currencies() if not _in_scope(scope, currency)),
    )


def concentrations(opened: Session, *, as_of: date) -> dict[tuple[int, str, str], Concentration]:
    """Concentration for each window, by revenue and where costs are known by margin, by customer and by group."""
    risen = tree.accounts(level="group", on=as_of)
    found = {}
    for months in _windows(as_of):
        since = last_months(as_of, months).first if months else date.min
        rows = measured(opened, "account_totals", as_of=as_of, since=since)
        inside = _inside(rows, since)
        for basis in ("revenue", "margin"):
            if basis == "margin" and not _costed(rows):
                continue
            values = _of_basis(rows, basis)[inside]
            found[months, basis, "customer"] = measure_concentration(values=values)
            if risen:
                found[months, basis, "group"] = measure_concentration(
                    values=_grouped(rows["account"].to_numpy()[inside], values, risen)
                )
    return found


def write_concentrations(run: Run, found: dict[tuple[int, str, str], Concentration]) -> None:
    """Store what was found under the run's number."""
    rows = [
        ConcentrationFound(run=run, months=months, basis=basis, level=level, found=_stored(value, months, basis))
        for (months, basis, level), value in found.items()
    ]
    with transaction.atomic():
        ConcentrationFound.objects.bulk_create(rows)


def _windows(as_of: date) -> tuple[int, ...]:
    """The whole ledger, and each window that begins within it."""
    first = batches.first_day() or as_of
    return tuple(months for months in WINDOWS if not months or last_months(as_of, months).first >= first)


def _values(opened: Session, as_of: date, since: date, basis: str) -> NDArray[np.int64]:
    rows = measured(opened, "account_totals", as_of=as_of, since=since)
    if basis == "margin" and not _costed(rows):
        raise CostsMissing(str(CostsMissing.__doc__))
    return _of_basis(rows, basis)[_inside(rows, since)]


def _inside(rows: Any, since: date) -> NDArray[np.bool_]:
    """Which accounts have a line in the window: the others are no customers of it."""
    found: NDArray[np.bool_] = rows["last_day"].to_numpy() >= np.datetime64(since)
    return found


def _costed(rows: Any) -> bool:
    return bool(rows["costed_lines"].to_numpy().any())


def _of_basis(rows: Any, basis: str) -> NDArray[np.int64]:
    values: NDArray[np.int64] = rows["net_since" if basis == "revenue" else "margin_since"].to_numpy()
    return values


def _grouped(accounts: NDArray[np.int64], values: NDArray[np.int64], risen: dict[int, int]) -> NDArray[np.int64]:
    """Net of each group: the values of all accounts that rise to the same one."""
    tops = np.array([risen.get(account, account) for account in accounts.tolist()])
    _, place = np.unique(tops, return_inverse=True)
    total = np.zeros(place.max(initial=-1) + 1, np.int64)
    np.add.at(total, place, values)
    return total


def _stored(value: Concentration, months: int, basis: str) -> dict[str, Any]:
    curve = value.curve
    low = curve.low if curve.low is not None else [None] * len(curve.customers)
    high = curve.high if curve.high is not None else [None] * len(curve.customers)
    window = f"the last {months} months" if months else "the whole ledger"
    return {
        "customers": value.customers,
        "positive": value.positive,
        "top_20_share": _triple(value.top_20_share),
        "share_for_80": _triple(value.share_for_80),
        "gini": _triple(value.gini),
        "curve": [
            list(point)
            for point in zip(_plain(curve.customers), _plain(curve.revenue), _plain(low), _plain(high), strict=True)
        ],
        "why": f"Net {basis} of each customer over {window}; customers at or below zero are left out; the interval resamples customers.",
    }


def _triple(estimate: Estimate) -> Share | None:
    return None if estimate.value is None else (estimate.value, estimate.low, estimate.high)


def _plain(values: Any) -> list[float | None]:
    return [None if value is None else round(float(value), 6) for value in values]


def _in_scope(scope: Scope, currency: str) -> bool:
    return (
        not scope.currency or currency == scope.currency or any(row.currency == currency for row in scope.conversions)
    )
