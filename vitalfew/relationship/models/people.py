"""People at the customers: who they are, where they work, what part they play, who of us knows them, when we last spoke."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from vitalfew.trust.versions import Versioned


class Contact(Versioned):
    """A person at one customer or several. Whoever objected is never asked or written to again."""

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        GERMAN = "de", "Deutsch"
        FRENCH = "fr", "Français"
        SPANISH = "es", "Español"

    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    source = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)
    objected_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["email"]), models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name

    @property
    def trail(self) -> str:
        """Told of under the contact."""
        return f"contact:{self.pk}"


class Position(Versioned):
    """A contact's work at one customer from a day until another, and whom they report to there."""

    class Function(models.TextChoices):
        MANAGEMENT = "management", _("general management")
        PURCHASING = "purchasing", _("purchasing")
        FINANCE = "finance", _("finance")
        OPERATIONS = "operations", _("operations")
        TECHNICAL = "technical", _("technical")
        SALES = "sales", _("sales and marketing")
        OTHER = "other", _("other")

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120, blank=True)
    function = models.CharField(max_length=10, choices=Function, default=Function.OTHER)
    reports_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    holds_from = models.DateField()
    holds_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact", "account"], condition=models.Q(holds_until=None), name="one_position_at_a_customer"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["account", "holds_until"])]

    @property
    def trail(self) -> str:
        """Told of under its account."""
        return f"customer:{self.account_id}"


class Part(models.Model):
    """The part a contact plays in decisions at a customer. Somebody's opinion: it has a reason, and it ends."""

    class Kind(models.TextChoices):
        DECIDES = "decides", _("decision maker")
        INFLUENCES = "influences", _("influencer")
        USES = "uses", _("user")
        SPONSORS = "sponsors", _("sponsor")
        BLOCKS = "blocks", _("blocker")

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=400)
    holds_from = models.DateField()
    holds_until = models.DateField()
    given_by = models.CharField(max_length=120)


class Opinion(models.Model):
    """How much somebody counts at a customer and how they stand to us, as one of us sees it: with a reason, and it ends."""

    class Attitude(models.IntegerChoices):
        AGAINST = -1, _("against us")
        NEUTRAL = 0, _("neutral")
        FOR = 1, _("for us")

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="+")
    influence = models.PositiveSmallIntegerField()
    attitude = models.SmallIntegerField(choices=Attitude)
    reason = models.CharField(max_length=400)
    holds_from = models.DateField()
    holds_until = models.DateField()
    given_by = models.CharField(max_length=120)


class Acquaintance(Versioned):
    """Who on our side knows a contact, and how well: 1 has met, 2 knows, 3 can call any time."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    strength = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["contact", "person"], name="one_acquaintance")]

    @property
    def trail(self) -> str:
        """Told of under the contact."""
        return f"contact:{self.contact_id}"


class Touch(models.Model):
    """Somebody of us and the customer were in touch on a day. `source` is the record that says so ("conversation:7")."""

    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    on = models.DateField()
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "on"]), models.Index(fields=["contact", "on"])]
