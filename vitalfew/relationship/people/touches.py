"""When we and a customer were last in touch: written by whoever notes a conversation, read by alarms and maps."""

from __future__ import annotations

from datetime import date

from django.db.models import Max

from vitalfew.relationship.models import Touch


def note_touch(
    *, account: int, on: date, kind: str, source: str, contact: int | None = None, person: int | None = None
) -> Touch:
    """Note that we were in touch; call it inside the operation that noted the conversation. The same source once."""
    whom = {"contact_id": contact, "person_id": person}
    known = Touch.objects.filter(account=account, source=source, **whom).first()
    return known or Touch.objects.create(account_id=account, source=source, on=on, kind=kind, **whom)


def last_touches(*, account: int) -> dict[int | None, date]:
    """The last day for each contact of an account; under None the last of all."""
    rows = Touch.objects.filter(account=account).values_list("contact").annotate(last=Max("on"))
    found: dict[int | None, date] = dict(rows)
    return {**found, None: max(found.values())} if found else {}
