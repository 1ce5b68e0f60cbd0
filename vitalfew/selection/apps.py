"""Selection as Django knows it."""

from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

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
