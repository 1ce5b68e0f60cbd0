"""Ledger as Django knows it."""

from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig

from vitalfew.trust.rights import Right


class LedgerConfig(AppConfig):
    name = "vitalfew.ledger"
    label = "ledger"
    verbs: ClassVar[Mapping[str, Right]] = {
        "ledger.answer": Right.LEDGER,
        "ledger.choose": Right.SETTINGS,
        "ledger.drop": Right.LEDGER,
        "ledger.import": Right.LEDGER,
        "ledger.merge": Right.LEDGER,
        "ledger.receive": Right.LEDGER,
        "ledger.undo_batch": Right.LEDGER,
        "ledger.unmerge": Right.LEDGER,
        "ledger.want_import": Right.LEDGER,
    }
