"""The one gate behind every read: which accounts a person may see."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, QuerySet

from vitalfew.ground import clock
from vitalfew.ground.errors import Missing
from vitalfew.ledger import tree
from vitalfew.ledger.models import Alias, Customer, Merge
from vitalfew.trust.access import Denied, granted, sees_everything
from vitalfew.trust.models import Person


def visible_accounts(person: Person | None) -> QuerySet[Customer]:
    """The accounts `person` may see (None: the operator of the machine); a merged duplicate is no account."""
    return Customer.objects.filter(may_see(person, of="pk"))


def may_see(person: Person | None, *, of: str = "account") -> Q:
    """The same gate for rows of any kind that name an account in the field `of`."""
    account = ~Q(**{f"{of}__in": Merge.objects.filter(undone_at=None).values("duplicate_id")})
    if person is None or sees_everything(person):
        return account
    return Q(**{f"{of}__in": seen(person)}) & account


def seen(person: Person) -> tuple[int, ...]:
    """The customers that a person was given today: merges followed, and whatever belongs to a firm or group they were given.

    Asked once for each request: it is kept on the person's row as this request read it.
    """
    today = clock.now().date()
    kept: tuple[date, tuple[int, ...]] | None = person.__dict__.get("_seen")
    if kept is None or kept[0] != today:
        kept = person.__dict__["_seen"] = (today, tuple(sorted(tree.all_below(granted(person), on=today))))
    return kept[1]


def let_see(account: int, person: Person | None) -> None:
    """Let one pass who may see an account. Raises Missing else, which is told of hidden ones and of those that are not there.

    Asked once for each request: who was let pass is kept on the person's row as this request read it.
    """
    passed: set[int] = set() if person is None else person.__dict__.setdefault("_passed", set())
    if account in passed:
        return
    if not visible_accounts(person).filter(pk=account).exists():
        raise Missing("There is no such account, or you may not see it.")
    passed.add(account)


def whole_firm(person: Person | None) -> None:
    """Let one pass who sees every account. Raises Denied else: what the firm sells as a whole is not theirs to see."""
    if not sees_everything(person):
        raise Denied("How concentrated sales are is told to those who see every account. You see some of them.")


def visible_where(person: Person | None, asked: Q) -> tuple[str, tuple[Any, ...]]:
    """The same gate, and what is `asked` of the customer beside it, as a condition on `ledger_customer` for SQL by hand."""
    query = visible_accounts(person).filter(asked).query
    try:
        sql, params = query.get_compiler(DEFAULT_DB_ALIAS).compile(query.where)
    except EmptyResultSet:  # whoever may see nothing
        return "1 = 0", ()
    return sql, tuple(params)


def find_account(word: str, *, person: Person | None) -> Customer:
    """The account with this number, alias or name; a merged duplicate's number leads to what it was merged into.

    Raises Missing, with the same sentence for one that `person` may not see as for one that does not exist.
    """
    word = word.strip()
    seen = visible_accounts(person)
    found = list(seen.filter(pk__in=_numbered(word))[:1]) or list(seen.filter(name__iexact=word)[:2] if word else ())
    if len(found) == 1:
        return found[0]
    if found:
        raise Missing(f"Several customers are called “{word}”: name one by its number.")
    raise Missing(f"There is no customer “{word}” in the ledger, or you may not see it.")


def _numbered(word: str) -> list[int]:
    """The account that goes by a number, merges followed: a number of its own comes before an alias."""
    codes = list(Customer.objects.filter(key=word).values_list("pk", flat=True)) or list(
        Alias.objects.filter(key=word).values_list("customer_id", flat=True)
    )
    return [tree.account_of(code) for code in codes]
