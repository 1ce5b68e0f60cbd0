"""Rounds as Django knows it."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "vitalfew.rounds"
    label = "rounds"
