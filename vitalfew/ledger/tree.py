"""Who is one account: merges followed, then the firm or group a customer belongs to on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from vitalfew.ledger.models import Customer, Membership, Merge

LEVELS = ("customer", "firm", "group")


def accounts(*, level: str, on: date) -> dict[int, int]:
    """Customer code → account code, for those whose account is another than themselves."""
    merged = merges()
    parents = {} if level == "customer" else _parents(on)
    kinds = dict(Customer.objects.values_list("pk", "kind")) if parents else {}
    found = {}
    for code in {*merged, *parents}:
        account = _follow(code, merged)
        account = _risen(account, parents, kinds, merged, level)
        if account != code:
            found[code] = account
    for code, into in merged.items():  # a duplicate follows the account of what it was merged into
        found[code] = found.get(_follow(into, merged), _follow(into, merged))
    return found


def merges() -> dict[int, int]:
    """Duplicate → the customer it was merged into, for merges that stand."""
    return dict(Merge.objects.filter(undone_at=None).values_list("duplicate_id", "into_id"))


def account_of(customer: int) -> int:
    """The customer itself, or whom it was merged into."""
    return _follow(customer, merges())


def parent_of(customer: int, *, on: date) -> int | None:
    """The firm or group a customer belongs to on a day."""
    return _parents(on).get(customer)


def members_of(parent: int, *, on: date) -> tuple[int, ...]:
    """The customers that belong directly to a firm or group on a day."""
    return tuple(sorted(_holding(on).filter(parent_id=parent).values_list("customer_id", flat=True)))


def all_below(customers: Collection[int], *, on: date) -> frozenset[int]:
    """These customers, merges followed, with all that belongs to them on a day, however deep."""
    if not customers:
        return frozenset()
    merged = merges()
    found = layer = frozenset(_follow(customer, merged) for customer in customers)
    while layer:
        layer = frozenset(_holding(on).filter(parent__in=layer).values_list("customer_id", flat=True)) - found
        found |= layer
    return found


def _holding(on: date) -> QuerySet[Membership]:
    return Membership.objects.filter(Q(holds_until=None) | Q(holds_until__gte=on), holds_from__lte=on)


def _parents(on: date) -> dict[int, int]:
    return dict(_holding(on).values_list("customer_id", "parent_id"))


def _follow(code: int, pointers: dict[int, int]) -> int:
    seen = {code}
    while (after := pointers.get(code)) is not None and after not in seen:
        seen.add(code := after)
    return code


def _risen(code: int, parents: dict[int, int], kinds: dict[int, str], merged: dict[int, int], level: str) -> int:
    """Up the tree to the top ("group"), or to the first firm above a site ("firm")."""
    seen = {code}
    while (parent := parents.get(code)) is not None:
        parent = _follow(parent, merged)
        if parent in seen or (
            level == "firm" and (kinds.get(code) == Customer.Kind.FIRM or kinds.get(parent) == Customer.Kind.GROUP)
        ):
            break
        seen.add(code := parent)
    return code
