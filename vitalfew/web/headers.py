"""The headers that every answer carries beside the policy: kept by nobody, and what is handed over as a file opens nowhere."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# A file that was handed in by somebody may hold anything: whoever opens it in a browser gets no script and no origin.
_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


class Headers:
    """Puts on each answer what keeps it out of caches, and on files what keeps them from acting as pages of ours.

    Static files say themselves how long they may be kept; they hold nobody's data.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        if response.get("Content-Disposition", "").startswith("attachment"):
            response["Content-Security-Policy"] = _SANDBOX
        return response
