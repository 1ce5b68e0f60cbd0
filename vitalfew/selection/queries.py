"""Selection's reads: the portfolio a page at a time, its headline figures, and the history of one account's leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from vitalfew.ground.figure import Figure, not_enough
from vitalfew.ground.money import Money
from vitalfew.ledger import runs
from vitalfew.ledger.models import AccountTotals, Run
from vitalfew.ledger.visibility import may_see, visible_accounts
from vitalfew.selection import figures, rules
from vitalfew.selection.models import ConcentrationFound, KeyAccount, Lead, Review, Standing
from vitalfew.selection.paging import mark, ordered
from vitalfew.trust.models import Person

PAGE = 50
USUAL = (0, "revenue", "customer")  # the whole ledger, by revenue, customer by customer


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the portfolio is asked for; empty words ask for all. `show` is "", "key", "candidates", "unled", "quiet"."""

    search: str = ""
    show: str = ""
    manager: str = ""
    country: str = ""
    sort: str = "rank"
    after: str = ""


@dataclass(frozen=True, slots=True)
class LeadShown:
    """Who leads, in a narrow place."""

    name: str
    initials: str
    email: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One customer in the portfolio. `months` are net minor units of the last 24 months, the run's month last."""

    account: int
    key: str
    name: str
    country: str
    rank: int
    low: int | None
    high: int | None
    chance: float | None
    moved: int | None
    net_12_months: Money
    share: float
    running_share: float
    months: tuple[int, ...]
    last_day: date
    is_key: bool
    manager: LeadShown | None
    deputy: LeadShown | None


@dataclass(frozen=True, slots=True)
class PortfolioPage:
    """One page of the portfolio: its rows, how many fit in all, and where the next page begins ("" at the end).

    `ranked` is the last rank anybody has in the shown run, whatever was asked for: the far end of a drawn rank.
    """

    rows: tuple[AccountRow, ...]
    total: int
    next: str
    as_of: date | None
    ranked: int = 0


@dataclass(frozen=True, slots=True)
class Choices:
    """What the portfolio can be narrowed to: the countries that occur, and those who lead an account."""

    countries: tuple[str, ...]
    managers: tuple[LeadShown, ...]


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
    months: int
    basis: str
    level: str
    windows: tuple[tuple[int, str, str], ...]
    stand_alone: tuple[str, ...]
    loads: tuple[rules.Load, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One step in an account's selection history."""

    on: date
    what: str
    who: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class AccountSelection:
    """Where one account stands and who leads it, with its history, the newest first."""

    is_key: bool
    key_version: int | None
    designated_on: date | None
    reason: str
    manager: LeadShown | None
    deputy: LeadShown | None
    rank: Figure
    chance: Figure
    share: Figure
    moved: int | None
    review_due: bool
    events: tuple[Event, ...] = field(default_factory=tuple)


def portfolio(*, person: Person | None, wanted: Wanted, today: date, size: int = PAGE) -> PortfolioPage:
    """One page of the customers `person` may see, in the order and with the filters asked for."""
    run = runs.current()
    if run is None:
        return PortfolioPage((), 0, "", None)
    chosen = _chosen(run, person, wanted, today)
    worst = Standing.objects.filter(run=run).order_by("-rank").values("rank")[:1]  # asked once, not for each row
    rows = list(
        ordered(chosen, sort=wanted.sort, after=wanted.after)
        .select_related("account")
        .annotate(ranked=Subquery(worst))[: size + 1]
    )
    shown = _rows(run, rows[:size])
    return PortfolioPage(
        rows=shown,
        total=chosen.count(),
        next=mark(rows[size - 1], sort=wanted.sort) if len(rows) > size else "",
        as_of=run.as_of,
        ranked=rows[0].ranked if rows else 0,
    )


def choices(*, person: Person | None) -> Choices:
    """The countries and managers the portfolio can be narrowed to; asked apart, since a list is read far more often."""
    names = (
        visible_accounts(person).exclude(country="").values_list("country", flat=True).distinct().order_by("country")
    )
    people = Person.objects.filter(pk__in=Lead.objects.filter(holds_until=None).values("person")).order_by("name")
    return Choices(tuple(names[:60]), tuple(LeadShown(one.name, one.initials, one.email) for one in people))


def every_row(*, person: Person | None, wanted: Wanted, today: date) -> Iterable[AccountRow]:
    """All rows that fit, for exports and the command line, read a thousand at a time."""
    run, after = runs.current(), ""
    if run is None:
        return
    while True:
        page = Wanted(wanted.search, wanted.show, wanted.manager, wanted.country, wanted.sort, after)
        rows = list(
            ordered(_chosen(run, person, page, today), sort=page.sort, after=page.after).select_related("account")[
                :1000
            ]
        )
        yield from _rows(run, rows)
        if len(rows) < 1000:
            return
        after = mark(rows[-1], sort=wanted.sort)


def headline(*, person: Person | None, months: int = 0, basis: str = "revenue", level: str = "customer") -> Headline:
    """The figures above the portfolio, as the shown run found them."""
    run = runs.current()
    found = _concentrations(run, (months, basis, level))
    shown = (months, basis, level) if found.get((months, basis, level)) else USUAL
    value = found.get(shown)
    if run is None or value is None:
        return _no_headline(run)
    totals = run.totals
    keys, leads = _counts(person)
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
            value=keys,
            why="Designations that stand today.",
        ),
        coverage=figures.coverage(run, keys, leads),
        months=shown[0],
        basis=shown[1],
        level=shown[2],
        windows=tuple(sorted(found)),
        stand_alone=tuple(totals.get("stand_alone", {})),
        loads=loads(),
    )


def account_selection(*, account: int, today: date) -> AccountSelection:
    """Selection's part of the account page; the caller has asked `visible_accounts` already."""
    run = runs.current()
    standing = Standing.objects.filter(run=run, account_id=account).first() if run else None
    keys = list(KeyAccount.objects.filter(account_id=account))
    held = list(Lead.objects.select_related("person").filter(account_id=account))
    reviews = list(Review.objects.filter(account_id=account))
    key = next((key for key in keys if key.released_on is None), None)
    leads = {lead.role: lead for lead in held if lead.holds_until is None}
    last = max((review.reviewed_on for review in reviews), default=None)
    n = Standing.objects.filter(run=run).count() if run else 0
    return AccountSelection(
        is_key=key is not None,
        key_version=key.version if key else None,
        designated_on=key.designated_on if key else None,
        reason=key.reason if key else "",
        manager=_lead_shown(leads.get(Lead.Role.MANAGER)),
        deputy=_lead_shown(leads.get(Lead.Role.DEPUTY)),
        rank=figures.rank(run, standing, n),
        chance=figures.chance(run, standing, n),
        share=figures.share(run, standing, n),
        moved=standing.moved if standing else None,
        review_due=key is not None and rules.review_due(designated_on=key.designated_on, last_review=last, today=today),
        events=_events(keys, held, reviews),
    )


def loads() -> tuple[rules.Load, ...]:
    """How many key accounts each manager leads, the busiest first."""
    rows = (
        Lead.objects.filter(holds_until=None, role=Lead.Role.MANAGER)
        .values("person__name")
        .annotate(n=Count("pk"))
        .order_by("-n", "person__name")
    )
    return tuple(rules.Load(row["person__name"], row["n"]) for row in rows)


def key_account_ids() -> tuple[int, ...]:
    """Every account that is key today."""
    return tuple(KeyAccount.objects.filter(released_on=None).values_list("account_id", flat=True))


def _chosen(run: Run, person: Person | None, wanted: Wanted, today: date) -> QuerySet[Standing]:
    rows = Standing.objects.filter(may_see(person), run=run)
    keys = KeyAccount.objects.filter(released_on=None).values("account")
    if wanted.search:
        rows = rows.filter(Q(account__name__icontains=wanted.search) | Q(account__key__istartswith=wanted.search))
    if wanted.country:
        rows = rows.filter(account__country=wanted.country)
    if wanted.manager:
        rows = rows.filter(
            account__in=Lead.objects.filter(holds_until=None, person__email__iexact=wanted.manager).values("account")
        )
    if wanted.show == "key":
        rows = rows.filter(account__in=keys)
    elif wanted.show == "candidates":
        rows = rows.filter(chance__gte=0.5).exclude(account__in=keys)
    elif wanted.show == "unled":
        managed = Lead.objects.filter(holds_until=None, role=Lead.Role.MANAGER).values("account")
        rows = rows.filter(account__in=keys).exclude(account__in=managed)
    elif wanted.show == "quiet":
        rows = rows.filter(last_day__lt=date.fromordinal(run.as_of.toordinal() - 90), running_share__lte=0.8)
    return rows.annotate(is_key=Exists(KeyAccount.objects.filter(account=OuterRef("account"), released_on=None)))


def _rows(run: Run, standings: Sequence[Standing]) -> tuple[AccountRow, ...]:
    ids = [row.account_id for row in standings]
    leads: dict[tuple[int, str], Lead] = {
        (lead.account_id, lead.role): lead
        for lead in Lead.objects.select_related("person").filter(account__in=ids, holds_until=None)
    }
    months = dict(AccountTotals.objects.filter(run=run, account__in=ids).values_list("account_id", "months"))
    currency = run.totals["currency"]
    return tuple(_row(row, currency, leads, months.get(row.account_id, [])) for row in standings)


def _row(row: Standing, currency: str, leads: Mapping[tuple[int, str], Lead], months: list[int]) -> AccountRow:
    account = row.account
    return AccountRow(
        account=account.pk,
        key=account.key,
        name=account.name or account.key,
        country=account.country,
        rank=row.rank,
        low=row.low,
        high=row.high,
        chance=row.chance,
        moved=row.moved,
        net_12_months=Money(row.net_12_months, currency),
        share=row.share,
        running_share=row.running_share,
        months=tuple(months),
        last_day=row.last_day,
        is_key=row.is_key,  # type: ignore[attr-defined]  # annotated by _chosen
        manager=_lead_shown(leads.get((account.pk, Lead.Role.MANAGER))),
        deputy=_lead_shown(leads.get((account.pk, Lead.Role.DEPUTY))),
    )


def _lead_shown(lead: Lead | None) -> LeadShown | None:
    return LeadShown(lead.person.name, lead.person.initials, lead.person.email) if lead else None


def _concentrations(run: Run | None, wanted: tuple[int, str, str]) -> dict[tuple[int, str, str], dict[str, Any] | None]:
    """Every window there is; what was found only for the wanted one and for the usual one, since a curve is long."""
    if run is None:
        return {}
    kinds = [Q(months=months, basis=basis, level=level) for months, basis, level in (wanted, USUAL)]
    found = Case(When(kinds[0] | kinds[1], then=F("found")), default=None)
    rows = ConcentrationFound.objects.filter(run=run).values_list("months", "basis", "level", found)
    return {(months, basis, level): value for months, basis, level, value in rows}


def _counts(person: Person | None) -> tuple[int, int]:
    """How many visible accounts are key, and how many of these have a manager."""
    led = Exists(Lead.objects.filter(account=OuterRef("account"), holds_until=None, role=Lead.Role.MANAGER))
    rows = KeyAccount.objects.filter(may_see(person), released_on=None).annotate(led=led).values_list("led", flat=True)
    found = list(rows)
    return len(found), sum(found)


def _no_headline(run: Run | None) -> Headline:
    missing = "Import a sales ledger, then refresh."
    as_of = run.as_of if run else None
    none = {
        name: not_enough(measure=name, unit="share", as_of=as_of, n=0, missing=missing)
        for name in ("top_20_share", "share_for_80", "gini", "key_accounts", "coverage")
    }
    return Headline(
        run=None, as_of=as_of, currency="", net=None, customers=0, positive=0, curve=(), top_20_share=none["top_20_share"], share_for_80=none["share_for_80"],
        gini=none["gini"], key_accounts=none["key_accounts"], coverage=none["coverage"], months=0, basis="revenue", level="customer", windows=(), stand_alone=(),
    )  # fmt: skip


def _events(keys: Iterable[KeyAccount], leads: Iterable[Lead], reviews: Iterable[Review]) -> tuple[Event, ...]:
    found: list[Event] = []
    for key in keys:
        found.append(Event(key.designated_on, "designated", "", key.designated_by, key.reason))
        if key.released_on:
            found.append(Event(key.released_on, "released", "", key.released_by, key.release_reason))
    for lead in leads:
        found.append(
            Event(lead.holds_from, Lead.Role(lead.role).label, lead.person.name, lead.assigned_by, lead.reason)
        )
    for review in reviews:
        found.append(Event(review.reviewed_on, f"reviewed: {review.outcome}", "", review.reviewed_by, review.reason))
    return tuple(sorted(found, key=lambda event: event.on, reverse=True))
