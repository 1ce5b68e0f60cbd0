"""Where a contact answers: the address behind the token of a letter."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse

from vitalfew.ground.errors import Refusal


class NoAddress(Refusal):
    """Contacts cannot open an address of this machine alone: name the public one in VITALFEW_ADDRESS. Nothing was sent."""


def links_under(base: str) -> Callable[[str], str]:
    """What makes a token an address under `base`, such as https://kam.example."""
    return lambda token: f"{base.rstrip('/')}{reverse('survey', args=[token])}"


def public_links() -> Callable[[str], str]:
    """The same under the public address of this installation. Raises NoAddress where none is named."""
    if not settings.VITALFEW_ADDRESS:
        raise NoAddress(str(NoAddress.__doc__))
    return links_under(settings.VITALFEW_ADDRESS)
