"""The playbook's records: plays and their runs, each move of an account from one stage to another, and the evidence it stands on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from vitalfew.playbook.running.records import OwnPlay, PlayRun

__all__ = ["OwnPlay", "PlayRun", "StageMove"]


class StageMove(models.Model):
    """A key account went from one stage to another: through a gate, by a trigger, or since evidence proved wrong.

    `number` counts the moves of a designation, so that no two stand on the same one before. `trigger` and `occurrence`
    name what made it fall. `pieces` are what it stands on, each with the item of the gate it served. Never edited.
    """

    class Kind(models.TextChoices):
        PASSED = "passed", _("passed the gate")
        FELL = "fell", _("fell back")
        WITHDRAWN = "withdrawn", _("fell back, its evidence was withdrawn")

    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    designation = models.ForeignKey("selection.KeyAccount", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    from_stage = models.PositiveSmallIntegerField()
    to_stage = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=9, choices=Kind)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    trigger = models.CharField(max_length=40, blank=True)
    occurrence = models.CharField(max_length=220, blank=True)
    pieces = models.JSONField(default=list)
    words = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["designation", "number"], name="one_move_after_another")
        ]
        indexes: ClassVar = [models.Index(fields=["account", "at"])]
