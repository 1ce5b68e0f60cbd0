"""Reminders by themselves: each open wave's, once for each contact, when their days have passed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from vitalfew.relationship.models import Wave
from vitalfew.relationship.survey import waves
from vitalfew.relationship.survey.address import public_links
from vitalfew.trust.actors import Actor


def remind_due(*, by: Actor, at: datetime) -> int:
    """Remind in every open wave; how many letters. Without a public address nobody is: nobody could open the link."""
    if not settings.VITALFEW_ADDRESS:
        return 0
    sent = Wave.objects.filter(closed_at=None, closes_on__gte=at.date(), sent_at__isnull=False).order_by("pk")
    return sum(
        waves.remind(wave=wave.pk, link=public_links(), by=by, at=at) for wave in sent if waves.is_open(wave, at=at)
    )
