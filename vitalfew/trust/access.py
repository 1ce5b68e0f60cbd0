"""Whose accounts a person may see: dated grants; until *People and trust* brings them, all see all."""

from __future__ import annotations

from vitalfew.trust.models import Person


def sees_everything(person: Person | None) -> bool:
    """True for the operator of the machine (None) and for every active person; an inactive one sees nothing."""
    return person is None or person.is_active
