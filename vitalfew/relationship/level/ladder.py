"""The ladder: where customers stand, where each is meant to go, where it stood a year ago, and of whom too little is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, When, Window
from django.db.models.functions import RowNumber

from vitalfew.analytics.level import VERDICTS
from vitalfew.ledger import runs
from vitalfew.ledger.models import Customer, Run
from vitalfew.ledger.visibility import may_see
from vitalfew.relationship.level import targets
from vitalfew.relationship.level.judgement import USUAL
from vitalfew.relationship.level.targets import TargetShown
from vitalfew.relationship.level.told import NEVER, LevelShown, shown, why_none
from vitalfew.relationship.models import LevelFound, TargetLevel
from vitalfew.selection.models import KeyAccount, Lead, Standing
from vitalfew.selection.queries import LeadShown
from vitalfew.trust.models import Person

# Half steps of the ladder from the top: even ones are the levels, odd ones lie between two of them.
PLACES = (8, 7, 6, 5, 4, 3, 2)
APART = 0
KEYS, LARGEST = 40, 8  # accounts that one place names, of key accounts and of all
# A run of a year ago lies about as many days back.
YEAR_AGO = (timedelta(days=300), timedelta(days=430))

_KEY = Exists(KeyAccount.objects.filter(account=OuterRef("account"), released_on=None))
_LOW_AND_HIGH = F("low") + F("high")
# Named: on its level. Too little known: apart. Else between the ends of its range, of two gaps in the lower one.
_PLACE = Case(
    When(told__isnull=False, then=F("announced") * 2),
    When(verdict=VERDICTS.index("not enough evidence"), then=APART),
    When(low=F("high"), then=F("low") * 2),
    default=_LOW_AND_HIGH - 1 + _LOW_AND_HIGH % 2,
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class Stands:
    """An account on the ladder, or apart from it. `place` is in half steps (PLACES), APART where too little is known.

    `found` is None where the last refresh knows no sales line of it. `before` is the level that was announced of it a
    year ago. `manager` leads it.
    """

    account: int
    key: str
    name: str
    is_key: bool
    place: int
    manager: LeadShown | None
    found: LevelShown | None
    target: TargetShown | None
    before: int | None

    @property
    def level(self) -> int | None:
        """The level it stands on; None where none is named."""
        return self.found.announced if self.found and self.found.level else None

    @property
    def moved(self) -> int:
        """By how many levels it went up (down: below zero) in a year, where both are named."""
        return self.level - self.before if self.level and self.before else 0


@dataclass(frozen=True, slots=True)
class Place:
    """Who stands at one place: the largest of them, by rank; how many there are in all, and of how many a level is named."""

    half_steps: int
    accounts: tuple[Stands, ...]
    total: int
    named: int

    @property
    def level(self) -> int | None:
        """The level of a rung; None between two of them, and apart."""
        return self.half_steps // 2 if self.half_steps and self.half_steps % 2 == 0 else None

    @property
    def more(self) -> int:
        """How many stand here that are not named."""
        return self.total - len(self.accounts)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The ladder as of a day, its places from the top, and apart those of whom too little is known.

    `year_ago` is the day its ghosts are of, None where no run is about as old. Without levels `missing` says what to do.
    """

    as_of: date | None
    year_ago: date | None
    places: tuple[Place, ...]
    apart: Place
    missing: str

    @property
    def accounts(self) -> tuple[Stands, ...]:
        """Everybody who is named on it, from the top."""
        return tuple(account for place in self.places for account in place.accounts)

    @property
    def held(self) -> float:
        """The chance with which the ranges drawn on it hold the true level."""
        found = (one.found for one in (*self.accounts, *self.apart.accounts) if one.found)
        return next((one.held for one in found), USUAL.held)

    @property
    def total(self) -> int:
        """How many stand on it or apart."""
        return sum(place.total for place in self.places) + self.apart.total

    @property
    def named(self) -> int:
        """Of how many a level is named; some stand on a rung without, where their range is that one level."""
        return sum(place.named for place in self.places)

    @property
    def heard(self) -> bool:
        """True where anybody of those named here has ever answered."""
        return any(one.found and one.found.newest_answer for one in (*self.accounts, *self.apart.accounts))


def ladder(*, person: Person | None, keys_only: bool = True, manager: str = "", mine: bool = False) -> Ladder:
    """The ladder of the accounts that `person` may see; eight statements however many.

    Key accounts, or all (`keys_only` false): then each place names its largest. `manager` (an e-mail address) and
    `mine` (led by `person`, as manager or deputy) narrow it.
    """
    run = runs.current()
    if run is None:
        return _empty(NEVER)
    asked = _asked(person, manager=manager, mine=mine) & (Q(_KEY) if keys_only else Q())
    rows = _rows(run, asked & may_see(person), limit=KEYS if keys_only else LARGEST)
    missing = "" if rows else why_none(run)
    if missing:
        return _empty(missing, run.as_of)
    silent = list(_silent(run, person, asked)) if keys_only else []
    year_ago = runs.shown_between(run.as_of - YEAR_AGO[1], run.as_of - YEAR_AGO[0])
    known = LevelFound.objects.select_related("account").in_bulk([row.found for row in rows])
    beside = _Beside.of([*(row.account_id for row in known.values()), *(account.pk for account in silent)], year_ago)
    stand = [
        beside.stands(known[row.found].account, row.is_key, row.place, shown(known[row.found], run)) for row in rows
    ]
    unheard = [beside.stands(account, True, APART, None) for account in silent]
    totals = {row.place: (row.together, row.named) for row in rows}
    places = {half: tuple(one for one in stand if one.place == half) for half in (*PLACES, APART)}
    return Ladder(
        as_of=run.as_of,
        year_ago=year_ago.as_of if year_ago else None,
        places=tuple(Place(half, places[half], *totals.get(half, (0, 0))) for half in PLACES),
        apart=Place(APART, (*places[APART], *unheard), totals.get(APART, (0, 0))[0] + len(unheard), 0),
        missing="",
    )


def managers(*, person: Person | None) -> tuple[LeadShown, ...]:
    """Who leads a key account that `person` may see: whom the ladder can be narrowed to."""
    leads = Lead.objects.filter(may_see(person), holds_until=None, role=Lead.Role.MANAGER)
    found = Person.objects.filter(pk__in=leads.values("person")).order_by("name", "pk")
    return tuple(LeadShown(one.name, one.initials, one.email) for one in found)


def _empty(missing: str, as_of: date | None = None) -> Ladder:
    return Ladder(as_of, None, tuple(Place(half, (), 0, 0) for half in PLACES), Place(APART, (), 0, 0), missing)


def _asked(person: Person | None, *, manager: str, mine: bool) -> Q:
    leads = Lead.objects.filter(holds_until=None)
    asked = Q()
    if manager:
        led = leads.filter(role=Lead.Role.MANAGER, person__email__iexact=manager)
        asked &= Q(account__in=led.values("account"))
    if mine and person is not None:
        asked &= Q(account__in=leads.filter(person=person).values("account"))
    return asked


class _Row(NamedTuple):
    """Where a found level stands, by its key; how many stand there together, and of how many a level is named."""

    found: int
    place: int
    together: int
    named: int
    is_key: bool


def _rows(run: Run, asked: Q, *, limit: int) -> list[_Row]:
    """The largest accounts of each place. Keys alone: to sort the whole records would take four times as long."""
    rank = Standing.objects.filter(run=run, account=OuterRef("account")).values("rank")[:1]
    first = F("rank").asc(nulls_last=True)
    found = LevelFound.objects.filter(asked, run=run, superseded_at=None).values("pk")
    found = found.annotate(place=_PLACE, rank=Subquery(rank), is_key=_KEY)
    found = found.annotate(
        together=Window(Count("pk"), partition_by=[F("place")]),
        named=Window(Count("told"), partition_by=[F("place")]),
        nth=Window(RowNumber(), partition_by=[F("place")], order_by=[first, F("account_id").asc()]),
    )
    largest = found.filter(nth__lte=limit).order_by(first, "account_id")
    return [_Row(*row) for row in largest.values_list("pk", "place", "together", "named", "is_key")]


def _silent(run: Run, person: Person | None, asked: Q) -> list[Customer]:
    """Key accounts of which the run knows no line."""
    found = LevelFound.objects.filter(run=run, account=OuterRef("account"))
    keys = KeyAccount.objects.select_related("account").filter(
        asked & may_see(person), ~Exists(found), released_on=None
    )
    return [key.account for key in keys.order_by("account__name", "account_id")[:KEYS]]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is known of the accounts besides their level, by account."""

    targets: Mapping[int, TargetShown]
    managers: Mapping[int, LeadShown]
    before: Mapping[int, int | None]

    @staticmethod
    def of(accounts: list[int], year_ago: Run | None) -> _Beside:
        wanted = TargetLevel.objects.filter(account__in=accounts, ended_on=None)
        leads = Lead.objects.select_related("person").filter(
            account__in=accounts, holds_until=None, role=Lead.Role.MANAGER
        )
        former = LevelFound.objects.filter(run=year_ago, account__in=accounts, superseded_at=None).exclude(
            announced=None
        )
        return _Beside(
            {row.account_id: targets.shown(row) for row in wanted},
            {row.account_id: LeadShown(row.person.name, row.person.initials, row.person.email) for row in leads},
            dict(former.values_list("account_id", "announced")) if year_ago else {},
        )

    def stands(self, account: Customer, is_key: bool, place: int, found: LevelShown | None) -> Stands:
        beside = (self.managers.get(account.pk), found, self.targets.get(account.pk), self.before.get(account.pk))
        return Stands(account.pk, account.key, str(account), is_key, place, *beside)
