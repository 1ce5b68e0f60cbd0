"""Evidence on an account, and the statements that were put to a contact to confirm."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    """Whose evidence it is."""

    OURS = "ours", _("ours")
    CUSTOMER = "customer", _("the customer's")
    BEHAVIOUR = "behaviour", _("behaviour")


class Expectation(models.TextChoices):
    """The six things a key account expects of its manager."""

    MAIN_LINK = "main_link", _("is our main link into the firm for all issues")
    UNDERSTANDS = "understands", _("understands our business, market needs and competitors")
    OBJECTIVES = "objectives", _("helps with products and services that achieve our objectives")
    VALUE = "value", _("adds value, for example by advice")
    OPPORTUNITIES = "opportunities", _("raises opportunities and challenges early")
    INTEGRITY = "integrity", _("acts with integrity and professionalism")


class Evidence(models.Model):
    """One thing known of an account: never changed, only ended or withdrawn.

    `kind` is a word of the step that writes ("answer", "promise_kept"); `source` the record or the address behind it,
    which can be opened. A state has no end until the step that opened it closes it.
    """

    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    expectation = models.CharField(max_length=13, choices=Expectation, blank=True)
    side = models.CharField(max_length=9, choices=Side)
    value = models.JSONField(null=True)
    words = models.TextField(blank=True)
    holds_from = models.DateField()
    holds_until = models.DateField(null=True)
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=120, blank=True)
    withdrawn_because = models.CharField(max_length=400, blank=True)

    @staticmethod
    def holds(on: date) -> models.Q:
        """What holds on a day: begun, not withdrawn, not ended; the day on which it ends is no longer in it."""
        lasting = models.Q(holds_until=None) | models.Q(holds_until__gt=on)
        return lasting & models.Q(holds_from__lte=on, withdrawn_at=None)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "kind", "source", "holds_from"],
                condition=models.Q(withdrawn_at=None),
                name="one_evidence_of_a_source",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["account", "kind", "holds_from"])]


class Statement(models.Model):
    """A statement put to a contact by a signed link: an aim, a fact, a result. Their answer is the customer's evidence.

    `subject` is the record it speaks of ("aim:3"), of whatever step; that step reads the answer back by it.
    """

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        CORRECTED = "corrected", _("corrected")
        DECLINED = "declined", _("declined")

    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey("relationship.Contact", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    expectation = models.CharField(max_length=13, choices=Expectation, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    words = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    until = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=9, choices=Answer, blank=True)
    correction = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "asked_at"]), models.Index(fields=["subject"])]
