"""Selection as Django knows it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from vitalfew.ledger.declared import Number
from vitalfew.selection import rules
from vitalfew.trust.rights import Right


class SelectionConfig(AppConfig):
    name = "vitalfew.selection"
    label = "selection"
    verbs: ClassVar[Mapping[str, Right]] = {
        "selection.assign": Right.SELECT,
        "selection.designate": Right.SELECT,
        "selection.release": Right.SELECT,
        "selection.review": Right.REVIEW,
        "selection.plan_hours": Right.SELECT,
        "selection.set_capacity": Right.SELECT,
        "selection.hand_over": Right.SELECT,
        "selection.take_over": Right.REVIEW,
    }
    told: ClassVar[Mapping[str, str]] = {
        "selection.assign": _("{who} made {person} {role} of {what}"),
        "selection.designate": _("{who} designated {what}"),
        "selection.release": _("{who} released {what}"),
        "selection.review": _("{who} reviewed {what}, {outcome}"),
        "selection.plan_hours": _("{who} planned the hours for {what}"),
        "selection.set_capacity": _("{who} set the hours that {what} has"),
        "selection.hand_over": _("{who} handed {what} over"),
        "selection.take_over": _("{who} took {what} over"),
    }
    settings: ClassVar[Sequence[Number]] = (
        Number(
            "selection_hours_assumed", rules.HOURS_ASSUMED, 0, rules.MOST_HOURS, whole=True, unit="hours a month",
            called=_("Hours of an account nobody planned"),
            decides=_("how many hours a month an account is taken to need while nobody has planned them, all our people together"),
        ),
        Number(
            "selection_capacity_assumed", rules.CAPACITY_ASSUMED, 0, rules.MOST_HOURS, whole=True, unit="hours a month",
            called=_("Hours of a manager nobody asked"),
            decides=_("how many hours a month a manager is taken to have for accounts while nobody has said it"),
        ),
        Number(
            "selection_accounts_each", rules.WARN_ABOVE, 1, 500, whole=True, unit="accounts",
            called=_("Accounts one manager can lead"),
            decides=_("a manager of more key accounts than this is told to lead more than can be led well"),
        ),
    )  # fmt: skip
