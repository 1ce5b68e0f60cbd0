"""What was found of levels, the parameters they were found with, target levels, and price events."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vitalfew.trust.versions import Versioned


class LevelRun(models.Model):
    """The model one run was judged with: kept so that one account can be judged again at once with the same."""

    run = models.OneToOneField("ledger.Run", on_delete=models.CASCADE, related_name="+")
    found = models.JSONField()


class LevelFound(models.Model):
    """How an account was judged in a run, or after something happened since (`judged_at`): the newest one counts.

    `level` is null where none is named; `found` holds the chances, the sets, the evidence and the reasons.
    """

    run = models.ForeignKey("ledger.Run", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField()
    as_of = models.DateField()
    level = models.PositiveSmallIntegerField(null=True)
    low = models.PositiveSmallIntegerField()
    high = models.PositiveSmallIntegerField()
    chances = models.JSONField()
    trait = models.FloatField()
    spread = models.FloatField()
    mark = models.CharField(max_length=8, blank=True)
    found = models.JSONField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["run", "account", "judged_at"]),
            models.Index(fields=["account", "judged_at"]),
        ]


class TargetLevel(Versioned):
    """The level an account is meant to reach by a day, and why; below 4 on purpose is legitimate."""

    account = models.OneToOneField("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    by_day = models.DateField(null=True)
    reason = models.CharField(max_length=400)
    set_on = models.DateField()
    set_by = models.CharField(max_length=120)

    @property
    def trail(self) -> str:
        """Told of under its account."""
        return f"customer:{self.account_id}"


class PriceEvent(models.Model):
    """A move of our prices that we know of: for one account or for all, in per cent, from a day on."""

    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    percent = models.FloatField()
    items = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=400, blank=True)
    noted_by = models.CharField(max_length=120)
    noted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
