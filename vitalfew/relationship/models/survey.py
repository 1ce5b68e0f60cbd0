"""Survey waves, who was asked in them, and what they answered."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from vitalfew.trust.versions import Versioned


class Wave(Versioned):
    """One round of asking. Its links hold until it closes; a draft has sent none yet."""

    name = models.CharField(max_length=120)
    closes_on = models.DateField()
    remind_after_days = models.PositiveSmallIntegerField(default=7)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def trail(self) -> str:
        """Told of under the wave."""
        return f"wave:{self.pk}"


class Invitation(models.Model):
    """A contact asked in a wave for one account, in the part they played then."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey("relationship.Contact", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, blank=True)
    sent_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "contact", "account"], name="asked_once_in_a_wave")
        ]


class Response(Versioned):
    """One filled form about one account: by a contact through a link, from a file, or by one of us as its mirror.

    `answers` holds the answers by question ("q1": 3); a question left out is not there.
    """

    class Way(models.TextChoices):
        LINK = "link", _("answered by link")
        FILE = "file", _("from a file")
        MIRROR = "mirror", _("mirror form")

    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, null=True, related_name="+")
    contact = models.ForeignKey("relationship.Contact", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    way = models.CharField(max_length=6, choices=Way)
    part = models.CharField(max_length=10, blank=True)
    answers = models.JSONField()
    answered_on = models.DateField()
    answered_at = models.DateTimeField()
    source = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "wave", "contact"],
                condition=models.Q(contact__isnull=False, wave__isnull=False),
                name="one_response_a_wave",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["account", "answered_on"])]

    @property
    def trail(self) -> str:
        """Told of under its account."""
        return f"customer:{self.account_id}"
