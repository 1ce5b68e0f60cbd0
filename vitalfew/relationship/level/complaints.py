"""Who complains: accounts with a critical issue that is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from vitalfew.relationship.models import Evidence

KIND = "critical_issue"


def complaining(*, on: date, risen: Mapping[int, int], only: Iterable[int] | None = None) -> frozenset[int]:
    """The accounts that have a critical issue open on a day; `only` asks for those of these customers."""
    rows = Evidence.objects.filter(Evidence.holds(on), kind=KIND)
    rows = rows if only is None else rows.filter(account__in=list(only))
    return frozenset(risen.get(customer, customer) for customer in rows.values_list("account_id", flat=True))
