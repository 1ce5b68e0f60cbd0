"""What was done, over all steps: the audit trail in sentences with the names of accounts, whole or for one account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import batched

from django.db.models import Q

from vitalfew.ground.errors import Missing
from vitalfew.ledger import tree
from vitalfew.ledger.visibility import find_account, visible_accounts
from vitalfew.trust.actors import Actor
from vitalfew.trust.audit import history, sentences
from vitalfew.trust.audit.history import Wanted
from vitalfew.trust.audit.sentences import Row
from vitalfew.trust.models import Person

_ACCOUNT = "customer"
_MOST_NAMED = 200  # accounts that a searched word may be the name of


@dataclass(frozen=True, slots=True)
class Line:
    """One entry with its sentence; `account` is the account it is about, where it is about one that the reader may see."""

    row: Row
    sentence: str
    what: str
    account: int | None


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of entries, the newest first; `next` is the mark behind which the following page begins, 0 at the end."""

    lines: tuple[Line, ...]
    next: int


@dataclass(frozen=True, slots=True)
class AccountTrail:
    """All that was done to one account."""

    account: int
    name: str
    page: Lines


def trail(*, by: Actor, wanted: Wanted, limit: int = history.PAGE) -> Lines:
    """One page of the whole trail. Raises Denied for whoever may not read it."""
    page = history.trail(by=by, wanted=_named(wanted, by.person), limit=limit)
    return Lines(tuple(_lines(page.rows, by.person)), page.next)


def every_line(*, by: Actor, wanted: Wanted) -> Iterator[Line]:
    """All entries that fit, read in parts. Raises Denied at once for whoever may not read them."""
    rows = history.every_row(by=by, wanted=_named(wanted, by.person))
    return (line for part in batched(rows, 500) for line in _lines(part, by.person))


def account_trail(*, account: int, person: Person | None, after: int = 0) -> AccountTrail:
    """One page of what was done to an account and to what is merged into it. Raises Missing for one that is hidden."""
    found = visible_accounts(person).filter(pk=account).first()
    if found is None:
        raise Missing("There is no such account, or you may not see it.")
    ids = {account, *(duplicate for duplicate in tree.merges() if tree.account_of(duplicate) == account)}
    page = history.history_of(targets=[f"{_ACCOUNT}:{pk}" for pk in ids], after=after)
    return AccountTrail(
        account, str(found), Lines(tuple(_lines(page.rows, person, it=f"{_ACCOUNT}:{account}")), page.next)
    )


def target_of(word: str, *, person: Person | None) -> str:
    """A target as the trail has it: "batch:3" and "customer:" stay, an account's number or name becomes "customer:17".

    Raises Missing where no such account is.
    """
    return word if ":" in word or not word else f"{_ACCOUNT}:{find_account(word, person=person).pk}"


def _named(wanted: Wanted, person: Person | None) -> Wanted:
    """A searched text may be the name or number of accounts."""
    if not wanted.text:
        return wanted
    found = visible_accounts(person).filter(Q(name__icontains=wanted.text) | Q(key__iexact=wanted.text))
    targets = (f"{_ACCOUNT}:{pk}" for pk in found.values_list("pk", flat=True)[:_MOST_NAMED])
    return replace(wanted, named=tuple(targets))


def _lines(rows: Iterable[Row], person: Person | None, *, it: str = "") -> Iterator[Line]:
    rows = tuple(rows)
    mentioned = {target for row in rows for target in row.mentions}
    accounts = {f"{_ACCOUNT}:{pk}": name for pk, name in _accounts(mentioned, person).items()}
    names = sentences.names_of(mentioned) | accounts
    for row in rows:
        account = int(row.target.partition(":")[2]) if row.target in accounts else None
        yield Line(row, sentences.sentence(row, names, it=it), sentences.name_of(row.target, names), account)


def _accounts(targets: Iterable[str], person: Person | None) -> dict[int, str]:
    parts = (target.partition(":") for target in targets)
    ids = {int(word) for kind, _colon, word in parts if kind == _ACCOUNT and word.isdecimal() and len(word) < 19}
    return {row.pk: str(row) for row in visible_accounts(person).filter(pk__in=ids)} if ids else {}
