"""How accounts stand, as plays are held against them: their situation on a day, and what their gate waits for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from vitalfew.playbook import gates
from vitalfew.playbook.gathering import situations
from vitalfew.playbook.moving import gate_of
from vitalfew.playbook.situation import Situation
from vitalfew.playbook.thresholds import Thresholds


def situations_of(accounts: Collection[int], *, today: date) -> dict[int, Situation]:
    """The situation of each of these accounts on a day."""
    return situations(accounts, today=today)


def missing_kinds(situation: Situation, chosen: Thresholds) -> frozenset[str]:
    """The kinds of evidence that a key account's gate waits for; none where it is open or there is no gate."""
    gate = gate_of(situation, chosen) if situation.is_key else None
    if gate is None:
        return frozenset()
    items = [gates.item_of(situation.stage, one.name) for one in gate.items if not one.met]
    return frozenset(kind for item in items if item for kind in item.kinds)
