"""Selection as Django knows it."""

from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig

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
