"""Selection's records: what a run found of concentration and ranks; designations, leads and reviews with their history."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from vitalfew.trust.versions import Versioned


class ConcentrationFound(models.Model):
    """Concentration as one run found it, for a window of months (0: the whole ledger), a basis and a level."""

    run = models.ForeignKey("ledger.Run", on_delete=models.CASCADE, related_name="+")
    months = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=8)
    level = models.CharField(max_length=8)
    found = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "months", "basis", "level"], name="one_concentration_of_a_kind")
        ]


class Standing(models.Model):
    """Where one account stands in a run: rank with its interval, and the chance that it belongs to the top fifth."""

    run = models.ForeignKey("ledger.Run", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveIntegerField()
    low = models.PositiveIntegerField(null=True)
    high = models.PositiveIntegerField(null=True)
    chance = models.FloatField(null=True)
    moved = models.IntegerField(null=True)
    net_12_months = models.BigIntegerField()
    share = models.FloatField()
    running_share = models.FloatField()
    last_day = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "account"], name="one_standing_a_run")]
        indexes: ClassVar = [
            models.Index(fields=["run", "rank"]),
            models.Index(fields=["run", "net_12_months", "rank"]),
            models.Index(fields=["run", "chance", "rank"]),
            models.Index(fields=["run", "last_day", "rank"]),
            models.Index(fields=["run", "moved", "rank"]),
        ]


class KeyAccount(Versioned):
    """A designation: from a day on an account is key, for a reason, until it is released."""

    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    designated_on = models.DateField()
    reason = models.CharField(max_length=400)
    designated_by = models.CharField(max_length=120)
    released_on = models.DateField(null=True)
    release_reason = models.CharField(max_length=400, blank=True)
    released_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account"], condition=models.Q(released_on=None), name="designated_once")
        ]

    @property
    def trail(self) -> str:
        """Told of under its account."""
        return f"customer:{self.account_id}"


class Lead(Versioned):
    """Who leads an account, as key account manager or deputy, from a day until another."""

    class Role(models.TextChoices):
        MANAGER = "manager", "key account manager"
        DEPUTY = "deputy", "deputy"

    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=Role)
    holds_from = models.DateField()
    holds_until = models.DateField(null=True)
    reason = models.CharField(max_length=400)
    assigned_by = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "role"], condition=models.Q(holds_until=None), name="one_lead_of_a_role"
            )
        ]

    @property
    def trail(self) -> str:
        """Told of under its account."""
        return f"customer:{self.account_id}"


class Review(models.Model):
    """A look at whether an account should stay key: what was decided, why, by whom."""

    class Outcome(models.TextChoices):
        KEEP = "keep", "keep"
        INVEST = "invest", "invest"
        HARVEST = "harvest", "harvest"
        WATCH = "watch", "watch"

    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    reviewed_on = models.DateField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.CharField(max_length=400)
    reviewed_by = models.CharField(max_length=120)


class PlannedHours(Versioned):
    """How many hours a month the relationship with an account is planned to take, all our people together."""

    account = models.OneToOneField("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    hours_a_month = models.PositiveSmallIntegerField()

    @property
    def trail(self) -> str:
        """Told of under the account."""
        return f"customer:{self.account_id}"


class Capacity(Versioned):
    """How many hours a month a manager has for relationships."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    hours_a_month = models.PositiveSmallIntegerField()

    @property
    def trail(self) -> str:
        """Told of under the person."""
        return f"person:{self.person_id}"


class HandOver(models.Model):
    """An account's role passed from one person to another on a day, with what the next one must know; taken over by them."""

    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=Lead.Role)
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_on = models.DateField()
    reason = models.CharField(max_length=400)
    note = models.TextField(blank=True)
    handed_by = models.CharField(max_length=120)
    taken_over_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "handed_on"])]
