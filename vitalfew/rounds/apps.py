"""Rounds as Django knows it."""

from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from vitalfew.trust.rights import Right


class RoundsConfig(AppConfig):
    name = "vitalfew.rounds"
    label = "rounds"
    verbs: ClassVar[Mapping[str, Right]] = {
        "rounds.refresh": Right.LEDGER,
        "rounds.backup": Right.PRIVACY,
        "rounds.restore": Right.PRIVACY,
    }
    told: ClassVar[Mapping[str, str]] = {
        "rounds.refresh": _("{who} found everything anew ({what})"),
        "rounds.backup": _("{who} made a backup"),
        "rounds.restore": _("{who} restored a backup"),
    }

    def ready(self) -> None:
        """Listen for what is heard of accounts, once all records are known."""
        from vitalfew.relationship.evidence import bell  # reason: records can be read only now
        from vitalfew.rounds import judging  # reason: as above

        bell.listen(judging.judge_heard)
