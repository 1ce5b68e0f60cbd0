"""What people may edit of an account's selection, the designation and who leads, with a mark that changes when it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vitalfew.ledger.models import Customer
from vitalfew.selection.models import KeyAccount, Lead


@dataclass(frozen=True, slots=True)
class State:
    """The designation and the leads as they stand; `manager` and `deputy` are e-mail addresses, "" for nobody.

    No run and no clock changes the `mark`: only a person's edit does.
    """

    mark: str
    account: str
    is_key: bool
    designated_on: date | None
    designated_by: str
    reason: str
    manager: str
    deputy: str


def state(*, account: int, lock: bool = False) -> State:
    """The state of one account; with `lock`, inside a transaction, nobody else edits it until that ends."""
    rows = Customer.objects.select_for_update(no_key=True) if lock else Customer.objects
    customer = rows.get(pk=account)
    key = KeyAccount.objects.filter(account=account).order_by("pk").last()  # the newest: the only one that may stand
    leads = {
        lead.role: lead for lead in Lead.objects.select_related("person").filter(account=account, holds_until=None)
    }
    stands = key is not None and key.released_on is None
    return State(
        mark=_mark(account, key, leads),
        account=customer.key,
        is_key=stands,
        designated_on=key.designated_on if key and stands else None,
        designated_by=key.designated_by if key and stands else "",
        reason=key.reason if key and stands else "",
        manager=_email(leads.get(Lead.Role.MANAGER)),
        deputy=_email(leads.get(Lead.Role.DEPUTY)),
    )


def _mark(account: int, key: KeyAccount | None, leads: dict[str, Lead]) -> str:
    """Numbers and versions of the rows, which never come back: a state that looks the same again has another mark."""
    rows = [key, leads.get(Lead.Role.MANAGER), leads.get(Lead.Role.DEPUTY)]
    return "-".join([str(account), *(f"{row.pk}.{row.version}" if row else "0" for row in rows)])


def _email(lead: Lead | None) -> str:
    return lead.person.email if lead else ""
