"""How accounts see us as each run found it, what the model of that run learnt, and the level an account is meant to reach."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vitalfew.trust.versions import Versioned


class LevelRun(models.Model):
    """What one run learnt of how this firm's customers answer and behave: `model` judges single accounts until the next.

    `checks` is how well the levels did when they were put to the test on the firm's own ledger.
    """

    run = models.OneToOneField("ledger.Run", on_delete=models.CASCADE, related_name="+")
    model = models.JSONField(null=True)
    missing = models.CharField(max_length=400, blank=True)
    checks = models.JSONField(default=dict)


class LevelFound(models.Model):
    """How one account sees us: found by a run, and judged again when something is heard of it.

    `level` is the likeliest, `told` the one that may be named (null: only a range, or not enough evidence), `announced`
    the one that stands until a change is sure. `known` holds what it was judged by and the rest of what was found. A
    row is never changed but for `superseded_at`, when a later judgement of the same run takes its place.
    """

    run = models.ForeignKey("ledger.Run", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    verdict = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField()
    told = models.PositiveSmallIntegerField(null=True)
    announced = models.PositiveSmallIntegerField(null=True)
    low = models.PositiveSmallIntegerField()
    high = models.PositiveSmallIntegerField()
    chance = models.JSONField()
    newest_answer = models.DateField(null=True)
    known = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "account"], condition=models.Q(superseded_at=None), name="one_level_a_run"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "judged_at"]),
            models.Index(fields=["run", "level", "account"]),
        ]


class Behaviour(models.Model):
    """What an account's orders show in a run: how it answers prices, what it pays beside others, how loyal it is."""

    run = models.ForeignKey("ledger.Run", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    price = models.JSONField(null=True)
    loyalty = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "account"], name="one_behaviour_a_run")]


class TargetLevel(Versioned):
    """The level an account is meant to see us at, by a day, for a reason. Below 4 on purpose is a decision like any other."""

    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    by = models.DateField()
    reason = models.CharField(max_length=400)
    set_on = models.DateField()
    set_by = models.CharField(max_length=120)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account"], condition=models.Q(ended_on=None), name="one_target_level")
        ]

    @property
    def trail(self) -> str:
        """Told of under the account."""
        return f"customer:{self.account_id}"


class PriceEvent(models.Model):
    """A price that moved for an account on a day, by so many thousandths, and on what. A wrong one is withdrawn."""

    account = models.ForeignKey("ledger.Customer", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    thousandths = models.IntegerField()
    words = models.CharField(max_length=400)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=120, blank=True)
    withdrawn_because = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "on"])]
