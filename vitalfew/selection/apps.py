"""Selection as Django knows it."""

from django.apps import AppConfig


class SelectionConfig(AppConfig):
    name = "vitalfew.selection"
    label = "selection"
