"""The record of one refresh as work: who asked for it, how far it is, how it ended."""

from __future__ import annotations

from django.db import models


class Refreshing(models.Model):
    """One refresh asked for, by a person, the command line or the clock."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    as_of = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    stage = models.CharField(max_length=80, blank=True)
    done = models.FloatField(default=0)
    word = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)
