"""A form that is sent twice, by a double click or a reload, is done once: the second gets the first's answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpResponse

from vitalfew.ground import clock
from vitalfew.trust import once
from vitalfew.web.doorway import Request

FIELD = "once"  # a fresh word in each form that is drawn, see the template tag of the same name
_KEPT = (
    "Location",
    "Content-Type",
    "HX-Redirect",
    "HX-Refresh",
    "HX-Trigger",
    "HX-Retarget",
    "HX-Reswap",
    "HX-Push-Url",
)
View = Callable[..., HttpResponse]


def done_once(view: View) -> View:
    """The view, which for the same form sent again gives its first answer; a form without the field is as ever.

    The key and what the form changes are one transaction, so a second click waits for the first.
    """

    @wraps(view)
    def guarded(request: Request, *words: Any, **more: Any) -> HttpResponse:
        token = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not 8 <= len(token) <= 100:
            return view(request, *words, **more)
        with transaction.atomic():
            claim = _claim(request, token)
            first = once.begin(claim, at=clock.now())
            if first is not None:
                return HttpResponse(first.body, status=first.status, headers=dict(first.headers))
            response = view(request, *words, **more)
            if response.status_code < 400:
                once.finish(claim, _answer(response))
            else:
                transaction.set_rollback(True)
        return response

    return guarded


def _claim(request: Request, token: str) -> once.Claim:
    """The same form with other words, after a step back in the browser, is another request and is done."""
    said = tuple(f"{name}={words}" for name, words in sorted(request.POST.lists()) if name != "csrfmiddlewaretoken")
    parts = (request.method or "", request.path, *said)
    digest = once.claim_of(request.user, key="", parts=parts).request
    return once.claim_of(request.user, key=f"form:{digest}", parts=parts)


def _answer(response: HttpResponse) -> once.Answer:
    headers = {name: response[name] for name in _KEPT if name in response}
    return once.Answer(response.status_code, headers, response.content.decode())
