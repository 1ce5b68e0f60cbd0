"""Who complains: accounts with a critical issue that is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q

from vitalfew.relationship.models import Evidence

KIND = "critical_issue"


def complaining(*, on: date, risen: Mapping[int, int], only: Iterable[int] | None = None) -> frozenset[int]:
    """The accounts that have a critical issue open on a day; `only` asks for those of these customers."""
    rows = Evidence.objects.filter(kind=KIND, withdrawn_at=None, holds_from__lte=on)
    rows = rows.filter(Q(holds_until=None) | Q(holds_until__gt=on))
    rows = rows if only is None else rows.filter(account__in=list(only))
    return frozenset(risen.get(customer, customer) for customer in rows.values_list("account_id", flat=True))
