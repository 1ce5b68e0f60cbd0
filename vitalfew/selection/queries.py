"""Selection's reads: the portfolio a page at a time, and the history of one account's leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from vitalfew.ground.figure import Figure
from vitalfew.ground.money import Money
from vitalfew.ledger import runs
from vitalfew.ledger.models import AccountTotals, Run
from vitalfew.ledger.visibility import may_see, visible_accounts
from vitalfew.selection import figures, rules
from vitalfew.selection.models import KeyAccount, Lead, Review, Standing
from vitalfew.selection.paging import mark, ordered
from vitalfew.trust.models import Person

PAGE = 50


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
        total=chosen.count() if wanted.narrow or not rows else rows[0].ranked - _hidden(run, person),
        next=mark(rows[size - 1], sort=wanted.sort) if len(rows) > size else "",
        as_of=run.as_of,
        ranked=rows[0].ranked if rows else 0,
    )


def _hidden(run: Run, person: Person | None) -> int:
    """How many accounts of a run `person` may not see: mostly few, and cheaper to count than all the others."""
    return Standing.objects.filter(run=run).exclude(may_see(person)).count()


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
