"""Contacts at work, written straight into the records."""

from __future__ import annotations

from datetime import date

from tests.cast import MORNING
from vitalfew.relationship.models import Contact, Position


def at_work(name: str, *, account: int, email: str = "", **position) -> Contact:
    """A contact who works at an account since the first day of 2025."""
    contact = Contact.objects.create(
        name=name,
        email=email or f"{name.split(maxsplit=1)[0].lower()}@customer.example",
        added_at=MORNING,
        added_by="Alice Head",
    )
    Position.objects.create(contact=contact, account_id=account, holds_from=date(2025, 1, 1), **position)
    return contact
