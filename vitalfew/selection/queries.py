"""Selection's reads: the portfolio a page at a time, and the history of one account's leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery

from vitalfew.ground.figure import Figure
from vitalfew.ground.money import Money
from vitalfew.ledger import runs
from vitalfew.ledger.models import Run
from vitalfew.ledger.visibility import may_see, visible_accounts
from vitalfew.selection import assuming, figures, hours, listing, rules
from vitalfew.selection.hours import AccountHours
from vitalfew.selection.listing import Wanted
from vitalfew.selection.models import KeyAccount, Lead, PlannedHours, Review, Standing
from vitalfew.selection.paging import SORTS, mark
from vitalfew.trust.access import sees_everything
from vitalfew.trust.models import Person, initials

PAGE = 50


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
    """Where one account stands and who leads it, with its history, the newest first. Only a key account has hours."""

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
    hours: AccountHours | None
    events: tuple[Event, ...] = field(default_factory=tuple)


def portfolio(*, person: Person | None, wanted: Wanted, size: int = PAGE) -> PortfolioPage:
    """One page of the customers `person` may see, in the order and with the filters asked for."""
    run = runs.current()
    if run is None:
        return PortfolioPage((), 0, "", None)
    rows = listing.rows(run, person, wanted, limit=size + 1)
    ranked = _ranked(run)
    return PortfolioPage(
        rows=tuple(_row(row, run.totals["currency"]) for row in rows[:size]),
        total=ranked - _hidden(run)
        if sees_everything(person) and not wanted.narrow
        else listing.count(run, person, wanted),
        next=_mark(rows[size - 1], wanted) if len(rows) > size else "",
        as_of=run.as_of,
        ranked=ranked,
    )


def _ranked(run: Run) -> int:
    """The last rank in a run; ranks count without gaps, so it says how many accounts have one."""
    worst = Standing.objects.filter(run=run).order_by("-rank").values_list("rank", flat=True).first()
    return worst or 0


def _hidden(run: Run) -> int:
    """How many accounts of a run were merged into others since: mostly few, and cheaper to count than all that stand."""
    return Standing.objects.filter(run=run).exclude(may_see(None)).count()


def _mark(row: listing.Row, wanted: Wanted) -> str:
    column = SORTS.get(wanted.sort, SORTS["rank"])[0]
    return mark(getattr(row, column), row.rank, row.standing)


def choices(*, person: Person | None) -> Choices:
    """The countries and managers the portfolio can be narrowed to; asked apart, since a list is read far more often."""
    names = (
        visible_accounts(person).exclude(country="").values_list("country", flat=True).distinct().order_by("country")
    )
    leads = Lead.objects.filter(may_see(person), holds_until=None).values("person")
    people = Person.objects.filter(pk__in=leads).order_by("name")
    return Choices(tuple(names[:60]), tuple(LeadShown(one.name, one.initials, one.email) for one in people))


def every_row(*, person: Person | None, wanted: Wanted) -> Iterable[AccountRow]:
    """All rows that fit, for exports and the command line, read a thousand at a time."""
    run = runs.current()
    if run is None:
        return
    while True:
        rows = listing.rows(run, person, wanted, limit=1000)
        yield from (_row(row, run.totals["currency"]) for row in rows)
        if len(rows) < 1000:
            return
        wanted = replace(wanted, after=_mark(rows[-1], wanted))


def account_selection(*, account: int, today: date) -> AccountSelection:
    """Selection's part of the account page; the caller has asked `visible_accounts` already."""
    run = runs.current()
    standing = Standing.objects.filter(run=run, account_id=account).first() if run else None
    plan = PlannedHours.objects.filter(account=OuterRef("account"))
    columns = {"noted": Subquery(plan.values("hours_a_month")), "plan": Subquery(plan.values("version"))}
    columns["assumed"] = assuming.hours_set()
    keys = list(KeyAccount.objects.filter(account_id=account).annotate(**columns))
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
        hours=_taken(key, today) if key else None,
        events=_events(keys, held, reviews),
    )


def _taken(key: Any, today: date) -> AccountHours:
    """What a key account takes by the columns that were read with it."""
    assumed = rules.HOURS_ASSUMED if key.assumed is None else key.assumed
    return hours.taken(key.noted, key.plan, assumed=assumed, today=today)


def key_account_ids() -> tuple[int, ...]:
    """Every account that is key today."""
    return tuple(KeyAccount.objects.filter(released_on=None).values_list("account_id", flat=True))


def _row(row: listing.Row, currency: str) -> AccountRow:
    return AccountRow(
        account=row.account,
        key=row.key,
        name=row.name or row.key,
        country=row.country,
        rank=row.rank,
        low=row.low,
        high=row.high,
        chance=row.chance,
        moved=row.moved,
        net_12_months=Money(row.net_12_months, currency),
        share=row.share,
        running_share=row.running_share,
        months=row.months,
        last_day=row.last_day,
        is_key=row.key_account is not None,
        manager=_named(row.manager, row.manager_email),
        deputy=_named(row.deputy, row.deputy_email),
    )


def _named(name: str | None, email: str | None) -> LeadShown | None:
    return LeadShown(name, initials(name), email) if name and email else None


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
