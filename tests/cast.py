"""The named cast: three people, a handful of customers, and a portfolio written straight into the records."""

from __future__ import annotations

from datetime import UTC, date, datetime

from vitalfew.ledger.models import AccountTotals, Customer, Run
from vitalfew.selection import operations
from vitalfew.selection.models import ConcentrationFound, Standing
from vitalfew.trust import access
from vitalfew.trust.actors import Actor, person_actor
from vitalfew.trust.models import Grant, Person
from vitalfew.trust.rights import STARTS_WITH, Role

MORNING = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
AS_OF = date(2026, 6, 30)
NAMES = ("Acme Tools", "Borealis", "Cobalt & Sons", "Dunmore", "Edda Trading", "Fjord Supply")


def alice() -> Person:
    """Head of key accounts, and administrator."""
    return _person("alice@example.org", "Alice Head", Role.ADMINISTRATOR)


def ben() -> Person:
    """A key account manager."""
    return _person("ben@example.org", "Ben Manager", Role.MANAGER)


def carla() -> Person:
    """A deputy."""
    return _person("carla@example.org", "Carla Deputy", Role.MANAGER)


def person(role: Role, word: str = "") -> Person:
    """Somebody of a role, with what the role starts with; another `word` is another person."""
    return _person(f"{role}{word}@example.org", f"{role.label.capitalize()} {word or 'One'}", role)


def let_in(somebody: Person, *accounts: int | None) -> Person:
    """Let a person see these accounts (None: all) from the first day of the year on."""
    for account in accounts:
        access.grant(
            person=somebody,
            account=account,
            source=Grant.Source.HAND,
            reason="Helps",
            by="Alice Head",
            on=date(2026, 1, 1),
        )
    return somebody


def as_alice() -> Actor:
    """Alice, acting through the page."""
    return person_actor(alice(), door="web")


def customers(count: int = 6) -> list[Customer]:
    """The first six have names, the rest are called by number; countries take turns."""
    rows = [
        Customer(
            id=n,
            key=f"C{n:05}",
            name=NAMES[n - 1] if n <= len(NAMES) else f"Customer {n}",
            country=("Germany", "France", "")[n % 3],
        )
        for n in range(1, count + 1)
    ]
    return Customer.objects.bulk_create(rows)


def portfolio(
    count: int = 6,
    *,
    first_day: str = "2022-01-03",
    windows: tuple[tuple[int, str, str], ...] = ((0, "revenue", "customer"),),
) -> Run:
    """A shown run as of 30 June 2026: customer n has rank n, 12-month net sales falling with it, and a chance of 1/n.

    Odd customers sell more than a year before, even ones less; customer 2 bought last in January.
    """
    run = Run.objects.create(as_of=AS_OF, began_at=MORNING, shown_at=MORNING, totals=_totals(count, first_day))
    into(run, customers(count))
    for months, basis, level in windows:
        ConcentrationFound.objects.create(run=run, months=months, basis=basis, level=level, found=_found(count))
    return run


def into(run: Run, people: list[Customer]) -> None:
    """What the run found for these customers, by the rule that `portfolio` tells."""
    AccountTotals.objects.bulk_create(_total(run, row) for row in people)
    Standing.objects.bulk_create(_standing(run, row, len(people)) for row in people)


def key(account: int, *, manager: Person | None = None, deputy: Person | None = None) -> None:
    """Alice makes an account key."""
    operations.designate(
        account=account, reason="Carries the region", by=as_alice(), at=MORNING, manager=manager, deputy=deputy
    )


def _person(email: str, name: str, role: Role) -> Person:
    margin, opinions = STARTS_WITH[role]
    known = {"name": name, "added_at": MORNING, "role": role, "sees_margin": margin, "sees_opinions": opinions}
    return Person.objects.get_or_create(email=email, defaults=known)[0]


def _net(row: Customer) -> int:
    return 120_000_00 // row.pk


def _total(run: Run, row: Customer) -> AccountTotals:
    net = _net(row)
    before, last = (net // 24, net // 12) if row.pk % 2 else (net // 12, net // 24)
    return AccountTotals(
        run=run, account=row, net=net * 2, net_12_months=net, margin_12_months=net // 4, orders_12_months=12, lines=40, credits=-100,
        first_day=date(2024, 7, 1), last_day=_last_day(row), months=[before] * 12 + [last] * 12,
    )  # fmt: skip


def _standing(run: Run, row: Customer, count: int) -> Standing:
    n = row.pk
    share = 1 / count
    return Standing(
        run=run, account=row, rank=n, low=max(n - 1, 1), high=min(n + 2, count), chance=1 / n, moved=(None, 0, 3, -2)[n % 4],
        net_12_months=_net(row), share=share, running_share=share * n, last_day=_last_day(row),
    )  # fmt: skip


def _last_day(row: Customer) -> date:
    return date(2026, 1, 15) if row.pk == 2 else date(2026, 6, 10)


def _totals(count: int, first_day: str) -> dict[str, object]:
    return {
        "lines": count * 40,
        "net": count * 100_00,
        "currency": "GBP",
        "stand_alone": {},
        "first_day": first_day,
        "last_day": "2026-06-30",
    }


def _found(count: int) -> dict[str, object]:
    curve = [
        [n / 100, (n / 100) ** 0.3, max((n / 100) ** 0.3 - 0.02, 0), min((n / 100) ** 0.3 + 0.02, 1)]
        for n in range(101)
    ]
    return {
        "customers": count, "positive": count, "curve": curve, "top_20_share": [0.617, 0.59, 0.64], "share_for_80": [0.475, 0.45, 0.5],
        "gini": [0.54, 0.5, 0.58], "why": "Net revenue of each customer over the whole ledger.",
    }  # fmt: skip
