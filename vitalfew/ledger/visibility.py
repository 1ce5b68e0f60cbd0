"""The one gate behind every read: which accounts a person may see."""

from __future__ import annotations

from django.db.models import QuerySet

from vitalfew.ledger.models import Customer, Merge
from vitalfew.trust.access import sees_everything
from vitalfew.trust.models import Person


def visible_accounts(person: Person | None) -> QuerySet[Customer]:
    """The accounts `person` may see (None: the operator of the machine); a merged duplicate is no account."""
    if not sees_everything(person):
        return Customer.objects.none()
    return Customer.objects.exclude(pk__in=Merge.objects.filter(undone_at=None).values("duplicate_id"))
