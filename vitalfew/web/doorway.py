"""The door itself: who comes in, under which request id, and how a refusal reads on a page."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from vitalfew.ground.errors import Missing, Refusal
from vitalfew.ledger.engines.folder import LedgerBusy
from vitalfew.trust.access import OPEN, Denied, denial, right_for, rights_of
from vitalfew.trust.actors import Actor, person_actor
from vitalfew.trust.models import Person
from vitalfew.trust.rights import Right
from vitalfew.trust.signing.limits import TooManyTries
from vitalfew.trust.versions import StaleRecord
from vitalfew.web import stale
from vitalfew.web.permissions import ROUTES

_OWN_404 = ("/static/", "/api/")  # elsewhere a stranger cannot tell what exists
_STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (Missing, 404),
    (Denied, 403),
    (StaleRecord, 409),
    (LedgerBusy, 409),
    (Refusal, 400),
)


class Request(HttpRequest):
    """A request that came through the doorway of a signed-in page."""

    htmx: HtmxDetails
    user: Person
    request_id: str
    rights: frozenset[Right]


class Doorway:
    """Gives each request an id, lets in whom the permission table lets in, and turns refusals into pages or parts of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.status_code == 404 and not request.resolver_match and not request.path.startswith(_OWN_404):
            response = self._stranger(request) if not request.user.is_authenticated else response
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        if response.get("Content-Type", "").startswith("text/html"):
            response["Cache-Control"] = "no-store"
            patch_vary_headers(response, ("HX-Request",))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal raised in a view becomes its sentence; everything else is Django's."""
        if not isinstance(exception, Refusal) or request.path.startswith("/api/"):
            return None
        if isinstance(exception, TooManyTries):
            return turned_away(request, exception)
        if isinstance(exception, StaleRecord) and not request.htmx:  # type: ignore[attr-defined]
            return stale.page(request, exception)
        status = next(status for kind, status in _STATUS if isinstance(exception, kind))
        return refused(request, str(exception), status=status)

    def process_view(self, request: HttpRequest, view: object, words: object, more: object) -> HttpResponseBase | None:
        """Decide by the permission table, before the view runs; an address that no row names does not answer.

        The API answers for itself: it knows tokens beside sessions, and its refusals are problems, not pages.
        """
        del view, words, more
        match = request.resolver_match
        if match is None or match.namespaces:
            return None
        methods = ROUTES.get(match.url_name or "")
        if methods is None:
            raise Http404
        need = methods.get("GET" if request.method == "HEAD" else request.method or "")
        if need is None:
            return HttpResponseNotAllowed(sorted(methods))
        if need == OPEN:
            return None
        return self._asked(request, right_for(need)) if request.user.is_authenticated else self._stranger(request)

    def _asked(self, request: HttpRequest, right: Right) -> HttpResponse | None:
        request.rights = rights_of(request.user)  # type: ignore[attr-defined,arg-type]
        if right in request.rights:  # type: ignore[attr-defined]
            return None
        return refused(request, denial(str(request.user), right), status=403)

    def _stranger(self, request: HttpRequest) -> HttpResponse:
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


def turned_away(request: HttpRequest, refusal: TooManyTries) -> HttpResponse:
    """One try too many: 429, and when the next one is let through."""
    response = refused(request, str(refusal), status=429)
    response["Retry-After"] = str(refusal.seconds)
    return response


def actor(request: Request) -> Actor:
    """The signed-in person as the one in whose name an operation runs."""
    return person_actor(request.user, door="web", request_id=request.request_id)
