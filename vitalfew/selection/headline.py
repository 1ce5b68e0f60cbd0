"""What the portfolio answers first: how concentrated sales are, who is key, whether they are led and rise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, Q, When

from vitalfew.ground.figure import Figure, not_enough
from vitalfew.ground.money import Money
from vitalfew.ledger import runs
from vitalfew.ledger.models import Run
from vitalfew.ledger.visibility import whole_firm
from vitalfew.selection import figures, keyed, rules
from vitalfew.selection.models import ConcentrationFound
from vitalfew.trust.access import sees_margin
from vitalfew.trust.models import Person

USUAL = (0, "revenue", "customer")  # the whole ledger, by revenue, customer by customer


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A share of customers, the largest first, and the share of sales they make, with its band."""

    customers: float
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Headline:
    """What the portfolio answers first: how concentrated sales are, who is key, whether they are led.

    `windows` are the (months, basis, level) that can be chosen; `stand_alone` the currencies left out for want of a rate.
    """

    run: int | None
    as_of: date | None
    currency: str
    net: Money | None
    customers: int
    positive: int
    curve: tuple[CurvePoint, ...]
    top_20_share: Figure
    share_for_80: Figure
    gini: Figure
    key_accounts: Figure
    coverage: Figure
    rising: Figure
    months: int
    basis: str
    level: str
    windows: tuple[tuple[int, str, str], ...]
    stand_alone: tuple[str, ...]
    loads: tuple[rules.Load, ...] = ()


def headline(*, person: Person | None, months: int = 0, basis: str = "revenue", level: str = "customer") -> Headline:
    """The figures above the portfolio, as the shown run found them, for one who sees every account.

    By margin only for those who may see margins. Raises Denied for one who sees some accounts only.
    """
    whole_firm(person)
    run = runs.current()
    found = _concentrations(run, (months, basis, level), margins=sees_margin(person))
    shown = (months, basis, level) if found.get((months, basis, level)) else USUAL
    value = found.get(shown)
    if run is None or value is None:
        return _no_headline(run)
    totals = run.totals
    keys = keyed.key_accounts(run, person)
    return Headline(
        run=run.pk,
        as_of=run.as_of,
        currency=totals["currency"],
        net=Money(totals["net"], totals["currency"]),
        customers=value["customers"],
        positive=value["positive"],
        curve=tuple(CurvePoint(*point) for point in value["curve"]),
        top_20_share=figures.of_concentration(run, value, "top_20_share", "top_20_share", "share"),
        share_for_80=figures.of_concentration(run, value, "share_for_80", "share_for_80", "share"),
        gini=figures.of_concentration(run, value, "gini", "gini", "index"),
        key_accounts=Figure(
            measure="key_accounts",
            unit="count",
            as_of=run.as_of,
            n=value["customers"],
            value=len(keys),
            why="Designations that stand today.",
        ),
        coverage=figures.coverage(run, len(keys), sum(bool(key.manager) for key in keys)),
        rising=keyed.rising(run, keys),
        months=shown[0],
        basis=shown[1],
        level=shown[2],
        windows=tuple(sorted(found)),
        stand_alone=tuple(totals.get("stand_alone", {})),
        loads=keyed.loads(keys, person),
    )


def _concentrations(
    run: Run | None, wanted: tuple[int, str, str], *, margins: bool
) -> dict[tuple[int, str, str], dict[str, Any] | None]:
    """Every window there is; what was found only for the wanted one and for the usual one, since a curve is long."""
    if run is None:
        return {}
    kinds = [Q(months=months, basis=basis, level=level) for months, basis, level in (wanted, USUAL)]
    found = Case(When(kinds[0] | kinds[1], then=F("found")), default=None)
    rows = ConcentrationFound.objects.filter(run=run).values_list("months", "basis", "level", found)
    return {(months, basis, level): value for months, basis, level, value in rows if margins or basis != "margin"}


def _no_headline(run: Run | None) -> Headline:
    missing = "Import a sales ledger, then refresh."
    as_of = run.as_of if run else None
    none = {
        name: not_enough(measure=name, unit="share", as_of=as_of, n=0, missing=missing)
        for name in ("top_20_share", "share_for_80", "gini", "key_accounts", "coverage", "rising")
    }
    return Headline(
        run=None, as_of=as_of, currency="", net=None, customers=0, positive=0, curve=(), top_20_share=none["top_20_share"], share_for_80=none["share_for_80"],
        gini=none["gini"], key_accounts=none["key_accounts"], coverage=none["coverage"], rising=none["rising"], months=0, basis="revenue", level="customer", windows=(), stand_alone=(),
    )  # fmt: skip
