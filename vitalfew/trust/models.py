"""The records of trust: people, sign-in links, the audit trail, stored files."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower

from vitalfew.trust.versions import Versioned


class Person(Versioned, AbstractBaseUser):
    """One of our own people: signs in, leads accounts, is named in the audit trail."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_person_per_email")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Up to two letters for narrow places."""
        return initials(self.name)


def initials(name: str) -> str:
    """Up to two letters of a name."""
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()


class SigninLink(models.Model):
    """A link that signs one person in once; only a digest of its token is kept."""

    digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class AuditEntry(models.Model):
    """Who did what, when, through which door, with what was there before and after. Never changed."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=120)
    door = models.CharField(max_length=12)
    verb = models.CharField(max_length=60)
    target = models.CharField(max_length=80, db_index=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    request_id = models.CharField(max_length=36, blank=True)


class StoredFile(models.Model):
    """A file known by the digest of its bytes and reached through this row only."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    stored_at = models.DateTimeField()
