"""Our own people, the teams they work in, and the accounts they were given to see."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower

from vitalfew.trust.rights import Role
from vitalfew.trust.versions import Versioned


class Team(Versioned):
    """People who stand in for each other: each sees the accounts that any of them leads."""

    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class Person(Versioned, AbstractBaseUser):
    """One of our own people: signs in, leads accounts, is named in the audit trail.

    The role says what they may do. Margin and opinions about people are rights of their own, given apart.
    """

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    role = models.CharField(max_length=13, choices=[(role.value, role.label) for role in Role], default=Role.VIEWER)
    sees_margin = models.BooleanField(default=False)
    sees_opinions = models.BooleanField(default=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_person_per_email")]

    def __str__(self) -> str:
        return self.name

    def has_usable_password(self) -> bool:
        """False until a password was set; Django takes an empty one for a password."""
        return bool(self.password) and super().has_usable_password()

    @property
    def initials(self) -> str:
        """Up to two letters for narrow places."""
        return initials(self.name)


def initials(name: str) -> str:
    """Up to two letters of a name."""
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()


class Grant(models.Model):
    """From a day on, until another, a person sees an account (None: every account), because they lead it or were let in."""

    class Source(models.TextChoices):
        LEAD = "lead", "leads it"
        HAND = "hand", "was let in"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    account = models.PositiveIntegerField(null=True)  # a customer's number; no key upwards, the ledger stands above
    source = models.CharField(max_length=4, choices=Source)
    holds_from = models.DateField()
    holds_until = models.DateField(null=True)
    reason = models.CharField(max_length=400)
    granted_by = models.CharField(max_length=120)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "account"]), models.Index(fields=["account"])]
