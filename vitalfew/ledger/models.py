"""The ledger's records: customers and their tree, products, batches, rates, runs and what a run found."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from vitalfew.trust.models import StoredFile
from vitalfew.trust.versions import Versioned

PERSON = settings.AUTH_USER_MODEL


class Batch(models.Model):
    """One accepted file. Its sales lines lie in `parts` under the ledger folder; without this row they do not exist."""

    class Kind(models.TextChoices):
        SALES = "sales", "sales lines"
        CUSTOMERS = "customers", "customer list"
        RATES = "rates", "currency rates"

    number = models.PositiveIntegerField(primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    refused = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField()
    accepted_by = models.CharField(max_length=120)
    undone_at = models.DateTimeField(null=True)
    parts = models.JSONField(default=list)
    superseded = models.CharField(max_length=80, blank=True)
    confirmed = models.CharField(max_length=80, blank=True)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    lines = models.BigIntegerField(default=0)
    report = models.JSONField(default=dict)


class Shape(Versioned):
    """How the files with these column names are read: remembered from the last one that was accepted."""

    digest = models.CharField(max_length=64, unique=True)
    columns = models.JSONField()
    reading = models.JSONField()
    last_used = models.DateTimeField()


class Customer(Versioned):
    """Whoever stands in the ledger: a site, a firm or a group. `id` is the code its sales lines carry."""

    class Kind(models.TextChoices):
        GROUP = "group", "group"
        FIRM = "firm", "firm"
        SITE = "site", "site"

    id = models.PositiveIntegerField(primary_key=True)
    key = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.FIRM)
    country = models.CharField(max_length=80, blank=True)
    town = models.CharField(max_length=80, blank=True)
    industry = models.CharField(max_length=120, blank=True)
    size = models.CharField(max_length=60, blank=True)
    salesperson = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name or self.key


class Alias(models.Model):
    """Another number under which a customer comes in files."""

    key = models.CharField(max_length=120, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()


class Membership(models.Model):
    """A customer belongs to a firm or group from a day on, until another day."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    holds_from = models.DateField()
    holds_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(holds_until=None), name="one_parent_at_a_time"
            )
        ]


class Merge(models.Model):
    """A dated pointer from a duplicate to the customer it is; taking it back needs no step's help."""

    duplicate = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    into = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=400)
    merged_at = models.DateTimeField()
    merged_by = models.CharField(max_length=120)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["duplicate"], condition=models.Q(undone_at=None), name="merged_once")
        ]


class Product(models.Model):
    """What is sold, or charged: `id` is the code its sales lines carry."""

    id = models.PositiveIntegerField(primary_key=True)
    key = models.CharField(max_length=120, unique=True)
    description = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=120, blank=True)
    is_charge = models.BooleanField(default=False)


class Rate(models.Model):
    """What one unit of a currency was worth in another, from a day on until the next rate."""

    day = models.DateField()
    source = models.CharField(max_length=3)
    target = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=20, decimal_places=10)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "target", "day"], name="one_rate_a_day")]


class Setting(Versioned):
    """A choice of the firm that numbers depend on, with its author and date."""

    name = models.CharField(max_length=60, unique=True)
    value = models.JSONField()
    since = models.DateTimeField()
    chosen_by = models.CharField(max_length=120)

    @property
    def trail(self) -> str:
        """Told of under its name."""
        return f"setting:{self.name}"


class Arrival(Versioned):
    """A file handed over through the page, the API or the folder, on its way to becoming a batch."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        READING = "reading", "being read"
        ASKING = "asking", "has a question"
        READ = "read", "waits for your word"
        IMPORTING = "importing", "being imported"
        ACCEPTED = "accepted", "accepted"
        REFUSED = "refused", "refused"
        DROPPED = "dropped", "dropped"

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    arrived_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.FloatField(default=0)
    word = models.CharField(max_length=500, blank=True)
    choices = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+")


class Run(models.Model):
    """One refresh: everything it found carries its number and is visible once `shown_at` is set."""

    number = models.BigAutoField(primary_key=True)
    as_of = models.DateField()
    began_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True, db_index=True)
    totals = models.JSONField(default=dict)


class AccountTotals(models.Model):
    """What one run found in the ledger for one account, in the run's currency."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    net = models.BigIntegerField()
    net_12_months = models.BigIntegerField()
    margin_12_months = models.BigIntegerField(null=True)
    orders_12_months = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    credits = models.BigIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    months = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "account"], name="totals_once_a_run")]
