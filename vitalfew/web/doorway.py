"""The door itself: who comes in, under which request id, and how a refusal reads on a page."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.ledger.engines.folder import LedgerBusy
from vitalfew.trust.actors import Actor, person_actor
from vitalfew.trust.models import Person
from vitalfew.trust.versions import StaleRecord

# The API answers for itself: it knows tokens beside sessions, and its refusals are problems, not pages.
_OPEN = ("/signin/", "/static/", "/healthz", "/api/")
_STATUS: tuple[tuple[type[Refusal], int], ...] = ((Missing, 404), (StaleRecord, 409), (LedgerBusy, 409), (Refusal, 400))


class Request(HttpRequest):
    """A request that came through the doorway of a signed-in page."""

    htmx: HtmxDetails
    user: Person
    request_id: str


class Doorway:
    """Gives each request an id, sends strangers to the sign-in page, and turns refusals into pages or parts of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self._stranger(request) or self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        if response.get("Content-Type", "").startswith("text/html"):
            response["Cache-Control"] = "no-store"
            patch_vary_headers(response, ("HX-Request",))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal raised in a view becomes its sentence; everything else is Django's."""
        if not isinstance(exception, Refusal) or request.path.startswith("/api/"):
            return None
        status = next(status for kind, status in _STATUS if isinstance(exception, kind))
        return refused(request, str(exception), status=status)

    def _stranger(self, request: HttpRequest) -> HttpResponse | None:
        if request.path.startswith(_OPEN) or request.user.is_authenticated:
            return None
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(reverse(settings.LOGIN_URL))
        wanted = {"next": request.get_full_path()} if request.method == "GET" and request.path != "/" else {}
        return redirect(f"{reverse(settings.LOGIN_URL)}{'?' if wanted else ''}{urlencode(wanted)}")


def refused(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    """The sentence of a refusal, as a page, or for htmx as a message that leaves the page as it is."""
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "refusal.html#note", {"sentence": sentence}, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML"
        return response
    return render(request, "refusal.html", {"sentence": sentence, "status": status}, status=status)


def actor(request: Request) -> Actor:
    """The signed-in person as the one in whose name an operation runs."""
    return person_actor(request.user, door="web", request_id=request.request_id)
