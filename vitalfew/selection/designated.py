"""The designations that stand, many at once: since when, who leads, when somebody last looked again and what came of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from vitalfew.ledger.visibility import may_see
from vitalfew.selection.models import KeyAccount, Lead, Review
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class Designated:
    """A key account: its name, the number of its designation, its manager ("" without one) and its last review.

    `outcome` is keep, invest, harvest or watch; "" while nobody looked since it was designated.
    """

    account: int
    key: str
    name: str
    designation: int
    on: date
    manager: int | None = None
    manager_name: str = ""
    reviewed_on: date | None = None
    outcome: str = ""


def designated(*, person: Person | None, accounts: Collection[int] | None = None) -> dict[int, Designated]:
    """The key accounts that `person` may see, or those of `accounts` among them; three queries however many."""
    rows = KeyAccount.objects.select_related("account").filter(may_see(person), released_on=None)
    rows = rows if accounts is None else rows.filter(account__in=list(accounts))
    keys = {row.account_id: row for row in rows.order_by("account__name", "account__key")}
    if not keys:
        return {}
    leads = Lead.objects.select_related("person").filter(role=Lead.Role.MANAGER, holds_until=None)
    managers = {lead.account_id: lead.person for lead in leads if lead.account_id in keys}
    reviews = {
        review.account_id: review
        for review in Review.objects.filter(account__in=list(keys)).order_by("reviewed_on", "pk")
    }
    return {
        account: _shown(row, managers.get(account), reviews.get(account)) for account, row in keys.items()
    }  # fmt: skip


def _shown(row: KeyAccount, manager: Person | None, review: Review | None) -> Designated:
    looked = review if review and review.reviewed_on >= row.designated_on else None
    return Designated(
        account=row.account_id, key=row.account.key, name=str(row.account), designation=row.pk, on=row.designated_on,
        manager=manager.pk if manager else None, manager_name=manager.name if manager else "",
        reviewed_on=looked.reviewed_on if looked else None, outcome=looked.outcome if looked else "",
    )  # fmt: skip
