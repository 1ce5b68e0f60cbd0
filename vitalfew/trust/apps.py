"""Trust as Django knows it."""

from django.apps import AppConfig


class TrustConfig(AppConfig):
    name = "vitalfew.trust"
    label = "trust"
