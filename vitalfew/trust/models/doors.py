"""What opens a door: signed links, API tokens; and what a door remembers: requests done once, and counts of attempts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vitalfew.trust.models.people import Person


class SignedLink(models.Model):
    """A link for one holder and one purpose, until a day, an end or its use; only a digest of its token is kept.

    `holder` is "person:3" or "contact:17", `subject` what it is about, such as "fact:9"; `once`: used up by its use.
    """

    digest = models.CharField(max_length=64, unique=True)
    holder = models.CharField(max_length=40, db_index=True)
    purpose = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, blank=True)
    once = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class ApiToken(models.Model):
    """A token that lets a program act for a person, within its scopes, until a day; shown once, kept as a digest."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)  # its first signs, so that its owner knows which one it is
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)


class DoneOnce(models.Model):
    """A request that came with a key of its own: when it comes again, its first answer is given again."""

    holder = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    request = models.CharField(
        max_length=64
    )  # a digest of method, address and body: the same key for other words is refused
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["holder", "key"], name="done_once")]


class CacheEntry(models.Model):
    """Counts of attempts that every process must share; the columns are those of Django's database cache."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "trust_cache"
