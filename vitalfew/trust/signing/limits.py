"""How often something may be tried: allauth counts in the shared cache, and here a refusal learns how long it lasts."""

from __future__ import annotations

from math import ceil

from allauth.core import ratelimit
from allauth.core.internal import ratelimit as counting
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal

_APP = "allauth.account"
_MINUTE = 60


class TooManyTries(Refusal):
    """It was tried too often; `seconds` says when it may be tried again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = max(seconds, 1)
        super().__init__(
            _("That was tried too often. Try again in %(wait)s. Nothing was changed.") % {"wait": _told(self.seconds)}
        )


def spend(request: HttpRequest, *, action: str, key: str | None = None) -> None:
    """Count one try. Raises TooManyTries when there were too many."""
    if not ratelimit.consume(request, action=action, key=key):
        raise TooManyTries(wait(request, action=action, key=key))


def look(request: HttpRequest, *, action: str, key: str | None = None) -> None:
    """Raises TooManyTries when the next try would be one too many; counts nothing."""
    if not ratelimit.consume(request, action=action, key=key, dry_run=True):
        raise TooManyTries(wait(request, action=action, key=key))


def wait(request: HttpRequest, *, action: str, key: str | None = None) -> int:
    """Seconds until the next try is let through; 0 when it would be now."""
    now, longest = clock.now().timestamp(), 0.0
    for rate in counting.get_rates(app=_APP, action=action):
        if (rate.per == "key" and key is None) or (rate.per == "user" and not request.user.is_authenticated):
            continue
        name = counting.get_cache_key(request, app=_APP, action=action, rate=rate, key=key)
        tries = [at for at in cache.get(name, []) if at > now - rate.duration]  # the newest first
        if len(tries) >= rate.amount:
            longest = max(longest, tries[rate.amount - 1] + rate.duration - now)
    return ceil(longest)


def _told(seconds: int) -> str:
    if seconds < 2 * _MINUTE:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    minutes = ceil(seconds / _MINUTE)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
