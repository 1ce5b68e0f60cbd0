"""How a refusal of the API reads: a problem document (RFC 9457), whoever refuses."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

KIND = "application/problem+json"
_WORDS = {
    400: "The request is malformed. Nothing was changed.",
    404: "There is no such address in the API. Nothing was changed.",
    405: "This address does not take this method: the header Allow names those it takes. Nothing was changed.",
    413: "The body is too large. Nothing was changed.",
}
_OURS = "Something went wrong on our side. The server's log tells more under the request id in X-Request-ID."
_KEPT = ("Content-Type", "Content-Length")  # of the answer that a problem document takes the place of


class Problems:
    """Turns what Django or the framework refuse by themselves under /api/ into problem documents."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        told = response.get("Content-Type", "").startswith(KIND)
        if response.status_code < 400 or told or not request.path.startswith("/api/"):
            return response
        made = problem(response.status_code, _sentence(response))
        for name, value in response.headers.items():
            if name not in _KEPT:
                made[name] = value
        made.cookies = response.cookies
        return made


def problem(status: int, detail: str, **more: object) -> HttpResponse:
    """A problem document; its title is the first sentence of the detail."""
    told = {"title": detail.split(". ", maxsplit=1)[0], "status": status, "detail": detail, **more}
    return HttpResponse(json.dumps(told, default=str), status=status, content_type=KIND)


def _sentence(response: HttpResponseBase) -> str:
    """What the limits said in plain words, else words of our own."""
    if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/plain"):
        return response.content.decode().strip()
    return _OURS if response.status_code >= 500 else _WORDS.get(response.status_code, _WORDS[400])
