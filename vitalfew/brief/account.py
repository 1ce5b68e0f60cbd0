"""One account over all steps: the chip that stands for it everywhere, and all that its page tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vitalfew.ledger.queries import CustomerFacts, customer_facts
from vitalfew.ledger.visibility import visible_accounts
from vitalfew.selection import handed
from vitalfew.selection.handed import HandOverShown
from vitalfew.selection.models import KeyAccount, Lead
from vitalfew.selection.queries import AccountSelection, LeadShown, account_selection
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class Chip:
    """An account in a line of text: its name, whether it is key, who leads it."""

    account: int
    name: str
    is_key: bool
    manager: LeadShown | None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """All that the account page tells; parent and members of its group come as chips."""

    facts: CustomerFacts
    selection: AccountSelection
    parent: Chip | None
    members: tuple[Chip, ...]
    hand_overs: tuple[HandOverShown, ...]


def chips(ids: Iterable[int], person: Person | None) -> dict[int, Chip]:
    """The chips of these accounts that `person` may see, by account: one query for each table, however many."""
    wanted = set(ids)
    if not wanted:
        return {}
    names = {row.pk: str(row) for row in visible_accounts(person).filter(pk__in=wanted)}
    keys = set(KeyAccount.objects.filter(account__in=names, released_on=None).values_list("account_id", flat=True))
    found = Lead.objects.select_related("person").filter(account__in=names, holds_until=None, role=Lead.Role.MANAGER)
    leads = {lead.account_id: LeadShown(lead.person.name, lead.person.initials, lead.person.email) for lead in found}
    return {pk: Chip(pk, name, pk in keys, leads.get(pk)) for pk, name in names.items()}


def account_page(account: int, person: Person | None, today: date) -> AccountPage:
    """Everything the steps know of one account. Raises Missing for one that is hidden or does not exist."""
    facts = customer_facts(account=account, person=person, today=today)
    near = [pk for pk, _ in (*((facts.parent,) if facts.parent else ()), *facts.members)]
    found = chips(near, person)
    selection = account_selection(account=account, today=today)
    return AccountPage(
        facts=facts,
        selection=selection,
        parent=found.get(facts.parent[0]) if facts.parent else None,
        members=tuple(found[pk] for pk, _ in facts.members if pk in found),
        hand_overs=handed.hand_overs(account=account),
    )
