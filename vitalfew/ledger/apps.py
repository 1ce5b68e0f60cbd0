"""Ledger as Django knows it."""

from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

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
    told: ClassVar[Mapping[str, str]] = {
        "ledger.answer": _("{who} answered how {what} is to be read"),
        "ledger.choose": _("{who} chose {value} for {what}"),
        "ledger.drop": _("{who} dropped {what} without importing it"),
        "ledger.import": _("{who} imported {what}"),
        "ledger.merge": _("{who} merged {what} into {into}"),
        "ledger.receive": _("{who} handed over {file}"),
        "ledger.undo_batch": _("{who} took {what} back"),
        "ledger.unmerge": _("{who} parted {what} from the customer it was merged into"),
        "ledger.want_import": _("{who} asked for the import of {file}"),
    }
