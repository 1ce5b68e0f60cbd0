"""Mail on its way out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class OutboxMail(models.Model):
    """One mail that leaves after the change it tells of; `sent_at` is empty while it waits, `gave_up_at` when nobody took it."""

    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    html = models.TextField(blank=True)
    about = models.CharField(max_length=80, blank=True)  # what it belongs to, such as "person:3"
    message_id = models.CharField(max_length=200, unique=True)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    complaint = models.CharField(max_length=500, blank=True)  # what the mail server said last
    sent_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(sent_at=None, gave_up_at=None), name="outbox_waiting")
        ]
