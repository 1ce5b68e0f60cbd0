"""What every step of selection asks first: may the actor see the account, is it key, was a reason given?"""

from __future__ import annotations

from vitalfew.ground.errors import Missing
from vitalfew.ledger.models import Customer
from vitalfew.ledger.visibility import visible_accounts
from vitalfew.selection.leading import SelectionRefused
from vitalfew.selection.models import KeyAccount
from vitalfew.trust.actors import Actor


def seen(account: int, by: Actor) -> Customer:
    """The account, if the actor may see it; one that is hidden answers like one that does not exist."""
    found = visible_accounts(by.person).filter(pk=account).first()
    if found is None:
        raise Missing("There is no such account, or you may not see it.")
    return found


def key(customer: Customer) -> KeyAccount:
    """The designation that stands today, locked until the transaction ends: two who change its leads take turns."""
    found = KeyAccount.objects.select_for_update(no_key=True).filter(account=customer, released_on=None).first()
    if found is None:
        raise SelectionRefused(f"{customer} is not a key account: designate it first. Nothing was changed.")
    return found


def reasoned(reason: str) -> str:
    """The reason on one line, as long as the record holds."""
    reason = " ".join(reason.split())
    if not reason:
        raise SelectionRefused(
            "Say why: a designation, a lead, a review and a release each need a reason. Nothing was changed."
        )
    return reason[:400]
