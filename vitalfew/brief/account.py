"""One account over all steps: the chip that stands for it everywhere, and all that its page tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from vitalfew.ledger.queries import CustomerFacts, customer_facts
from vitalfew.ledger.visibility import visible_accounts
from vitalfew.playbook.told import stage_words
from vitalfew.relationship.level.told import LevelShown, level_of
from vitalfew.selection import handed
from vitalfew.selection.handed import HandOverShown
from vitalfew.selection.models import KeyAccount, Lead
from vitalfew.selection.queries import AccountSelection, LeadShown, account_selection
from vitalfew.trust.models import Person, initials


@dataclass(frozen=True, slots=True)
class Chip:
    """An account in a line of text: its name, whether it is key, who leads it, how it sees us where that was looked into.

    `stage` is the number of its stage, None for one that is not key.
    """

    account: int
    name: str
    is_key: bool
    manager: LeadShown | None
    level: LevelShown | None
    stage: int | None = None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """All that the account page tells; parent and members of its group come as chips, `stage` as in a chip."""

    facts: CustomerFacts
    selection: AccountSelection
    parent: Chip | None
    members: tuple[Chip, ...]
    hand_overs: tuple[HandOverShown, ...]
    stage: int | None = None


def chips(
    ids: Iterable[int],
    person: Person | None,
    *,
    levels: Mapping[int, LevelShown] | None = None,
    stages: Mapping[int, int] | None = None,
) -> dict[int, Chip]:
    """The chips of these accounts that `person` may see, by account: four queries however many, fewer for what is known."""
    wanted = set(ids)
    if not wanted:
        return {}
    key = KeyAccount.objects.filter(account=OuterRef("pk"), released_on=None)
    lead = Lead.objects.filter(account=OuterRef("pk"), holds_until=None, role=Lead.Role.MANAGER)
    led = {f"lead_{one}": Subquery(lead.values(f"person__{one}")[:1]) for one in ("name", "email")}
    rows = visible_accounts(person).filter(pk__in=wanted).annotate(is_key=Exists(key), **led).in_bulk()
    levels = level_of(accounts=rows) if levels is None else levels
    keys = [pk for pk, row in rows.items() if row.is_key]
    stages = (stage_words(keys) if keys else {}) if stages is None else stages
    return {pk: _chip(row, levels.get(pk), stages.get(pk)) for pk, row in rows.items()}


def _chip(row: Any, level: LevelShown | None, stage: int | None) -> Chip:
    manager = LeadShown(row.lead_name, initials(row.lead_name), row.lead_email) if row.lead_name else None
    return Chip(row.pk, str(row), row.is_key, manager, level, stage)


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
        stage=stage_words([account]).get(account) if selection.is_key else None,
    )
