"""Rounds as Django knows it."""

from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig

from vitalfew.trust.rights import Right


class RoundsConfig(AppConfig):
    name = "vitalfew.rounds"
    label = "rounds"
    verbs: ClassVar[Mapping[str, Right]] = {
        "rounds.refresh": Right.LEDGER,
        "rounds.backup": Right.PRIVACY,
        "rounds.restore": Right.PRIVACY,
    }
