"""The records of plays: those a firm wrote by a form, and each time one was run with an account."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vitalfew.trust.versions import Versioned


class OwnPlay(Versioned):
    """A play of the firm's own, as the text of its file. One that is taken back ends and stays in the history."""

    name = models.CharField(max_length=60)
    text = models.TextField()
    made_on = models.DateField()
    made_by = models.CharField(max_length=120)
    ended_on = models.DateField(null=True)
    ended_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], condition=models.Q(ended_on=None), name="one_own_play_of_a_name")
        ]

    @property
    def trail(self) -> str:
        """Told of under its name."""
        return f"play:{self.name}"


class PlayRun(Versioned):
    """A play that was run with an account: why it fitted, how the account stood then, its steps as they were on that day.

    `level` is the one that stood at the start, null where none did. `steps` are kept as the play had them, for a play
    may change; `done` holds the day on which each was done, by its place from 1 on.
    """

    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    play = models.CharField(max_length=60)
    title = models.CharField(max_length=80)
    started_on = models.DateField()
    started_by = models.CharField(max_length=120)
    level = models.PositiveSmallIntegerField(null=True)
    stage = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    done = models.JSONField(default=dict)
    ended_on = models.DateField(null=True)
    ended_by = models.CharField(max_length=120, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "play"], condition=models.Q(ended_on=None), name="one_run_of_a_play_at_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "started_on"]),
            models.Index(fields=["play", "started_on"]),
        ]

    @property
    def trail(self) -> str:
        """Told of under its account."""
        return f"customer:{self.account_id}"
