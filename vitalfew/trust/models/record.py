"""What must not be lost or changed: the audit trail with its head, erasures, stored files."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vitalfew.trust.models.people import Person


class AuditEntry(models.Model):
    """Who did what, when, through which door, with what was there before and after. Only an erasure blanks content.

    `number` counts without gaps; `digest` is a keyed digest of the content, `chain` one of the digest and the entry before.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=120)
    door = models.CharField(max_length=12)
    verb = models.CharField(max_length=60)
    target = models.CharField(max_length=80)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    request_id = models.CharField(max_length=36, blank=True)
    digest = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    erased_at = models.DateTimeField(null=True)
    seal = models.BinaryField(max_length=32, null=True)  # of an erasure: whoever lacks the key cannot pretend one

    class Meta:
        indexes: ClassVar = [models.Index(fields=["target", "number"])]


class AuditHead(models.Model):
    """The newest entry of the trail: one row, locked by whoever writes the next."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    chain = models.CharField(max_length=64, blank=True)


class Erasure(models.Model):
    """Somebody's data was erased on their wish: kept without their name, so that it can be done again after a restore.

    `subject` is such as "person:3"; `digest` a keyed digest of the address, to know them again.
    """

    subject = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=400)
    erased_at = models.DateTimeField()
    erased_by = models.CharField(max_length=120)


class StoredFile(models.Model):
    """A file known by the digest of its bytes and reached through this row only."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    stored_at = models.DateTimeField()
