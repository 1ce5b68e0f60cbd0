"""Evidence of many accounts at once, for who judges them: what holds on a day, what was withdrawn, what its source says now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from vitalfew.relationship.models import Evidence, Response
from vitalfew.relationship.models.evidence import Side
from vitalfew.relationship.models.people import Part

_NAMED = 5000  # beyond so many customers all rows are read: a statement must not name each
_RESPONSE = "response:"


@dataclass(frozen=True, slots=True)
class Holding:
    """One piece of evidence: what, whose, since and until when (the day it ends is no longer in it), from where."""

    number: int
    kind: str
    side: str
    expectation: str
    value: Any
    words: str
    since: date
    until: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Drop:
    """A decision maker whose newest sentence (`now`) is below the one they chose before."""

    newest: Holding
    before: int
    now: int


def holding(groups: Mapping[int, Collection[int]], *, on: date) -> dict[int, tuple[Holding, ...]]:
    """What holds on a day of each account with the customers below it, the newest first; one query however many.

    `groups` names the customers of each account.
    """
    rows = _standing(groups).filter(Evidence.holds(on))
    found = _by_account(rows.order_by("-holds_from", "-pk"), groups)
    return {account: tuple(found[account]) for account in groups}


def of_sources(
    groups: Mapping[int, Collection[int]], sources: Iterable[tuple[str, str]]
) -> dict[int, tuple[Holding, ...]]:  # fmt: skip
    """What stands of these kinds and sources, whenever it holds: the word that took the place of one that was withdrawn."""
    asked = set(sources)
    if not asked:
        return dict.fromkeys(groups, ())
    rows = _standing(groups).filter(source__in={source for _kind, source in asked}).order_by("-holds_from", "-pk")
    found = _by_account(rows, groups)
    return {
        account: tuple(one for one in found[account] if (one.kind, one.source) in asked) for account in groups
    }  # fmt: skip


def withdrawn(numbers: Collection[int]) -> frozenset[int]:
    """Those of these pieces that were withdrawn; one query."""
    if not numbers:
        return frozenset()
    rows = Evidence.objects.filter(pk__in=numbers).exclude(withdrawn_at=None)
    return frozenset(rows.values_list("pk", flat=True))


def drops(groups: Mapping[int, Collection[int]], *, on: date) -> dict[int, tuple[Drop, ...]]:
    """Decision makers who chose a lower sentence than the time before, where the newest still counts; two queries."""
    rows = _standing(groups).filter(kind="level_sentence", side=Side.CUSTOMER, holds_from__lte=on)
    rows = rows.filter(source__startswith=_RESPONSE).order_by("-holds_from", "-pk")
    said = _by_account(rows, groups)
    people = _contacts(one.source for answers in said.values() for one in answers)
    return {account: tuple(_dropped(said[account], people, on)) for account in groups}


def _dropped(said: list[Holding], people: Mapping[str, int], on: date) -> Iterable[Drop]:
    """The newest answer of each contact beside the one before, where it went down; `said` is the newest first."""
    each: dict[int, list[Holding]] = defaultdict(list)
    for one in said:
        if one.source in people and chosen(one.value) is not None:
            each[people[one.source]].append(one)
    for answers in each.values():
        newest, before = answers[0], answers[1] if len(answers) > 1 else None
        now, then = chosen(newest.value), chosen(before.value) if before else None
        counts = decides(newest.value) and (newest.until is None or newest.until > on)
        if counts and now is not None and then is not None and now < then:
            yield Drop(newest, then, now)


def chosen(value: Any) -> int | None:
    """The number that somebody chose in an answer; None where there is none."""
    answer = value.get("answer") if isinstance(value, dict) else None
    return answer if isinstance(answer, int) and not isinstance(answer, bool) else None


def decides(value: Any) -> bool:
    """True for the answer of a decision maker."""
    return isinstance(value, dict) and value.get("part") == Part.Kind.DECIDES


def _contacts(sources: Iterable[str]) -> dict[str, int]:
    numbers = {word: int(number) for word in sources if (number := word.removeprefix(_RESPONSE)).isdecimal()}
    known = dict(Response.objects.filter(pk__in=set(numbers.values())).values_list("pk", "contact_id"))
    return {word: known[number] for word, number in numbers.items() if number in known}


def _standing(groups: Mapping[int, Collection[int]]) -> QuerySet[Evidence]:
    customers = {customer for below in groups.values() for customer in below}
    rows = Evidence.objects.filter(withdrawn_at=None)
    return rows.filter(account__in=customers) if len(customers) <= _NAMED else rows


def _by_account(rows: QuerySet[Evidence], groups: Mapping[int, Collection[int]]) -> dict[int, list[Holding]]:
    above = defaultdict(list)
    for account, below in groups.items():
        for customer in below:
            above[customer].append(account)
    found: dict[int, list[Holding]] = defaultdict(list)
    for row in rows:
        for account in above.get(row.account_id, ()):
            found[account].append(_holding(row))
    return found


def _holding(row: Evidence) -> Holding:
    return Holding(
        row.pk, row.kind, row.side, row.expectation, row.value, row.words, row.holds_from, row.holds_until, row.source
    )  # fmt: skip
