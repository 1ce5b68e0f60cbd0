"""The API with its routes, its errors as problem documents, and its OpenAPI page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import SessionAuth

from vitalfew import __version__
from vitalfew.api import ledger, rounds, selection
from vitalfew.ground.errors import Ambiguity, Missing, Refusal
from vitalfew.ledger.engines.folder import LedgerBusy
from vitalfew.rounds.refresh import RefreshBusy
from vitalfew.trust.versions import StaleRecord

View = Callable[..., HttpResponse]
_STRANGER = "Sign in first: open a sign-in link, then send its session cookie."


def signed_in(view: View) -> View:
    """The API's own pages, its description and documentation, are for those who are signed in, as its routes are."""

    @wraps(view)
    def guarded(request: HttpRequest, *words: object, **more: object) -> HttpResponse:
        return view(request, *words, **more) if request.user.is_authenticated else problem(request, 401, _STRANGER)

    return guarded


api = NinjaAPI(
    title="Vital Few",
    version=__version__,
    description="Key account management from the sales ledger to the proof that it paid. Money is in minor units with its currency.",
    auth=SessionAuth(),
    openapi_extra={"openapi": "3.1.0"},
    docs_url="/docs",
    docs_decorator=signed_in,
)
for _router in (ledger.router, selection.router, rounds.router):
    api.add_router("", _router)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as a problem document: 404, 409 or 422; the detail is the sentence a person would read.

    A doubt names the option that settles it, a stale save both values of each field.
    """
    status = 422
    if isinstance(refusal, Missing):
        status = 404
    elif isinstance(refusal, LedgerBusy | RefreshBusy | StaleRecord | Ambiguity):
        status = 409
    return problem(request, status, str(refusal), **_more(refusal))


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A body or query that does not fit: 422 with each place and what is wrong there."""
    places = [{"place": ".".join(str(part) for part in found["loc"]), "wrong": found["msg"]} for found in error.errors]
    return problem(request, 422, "The request does not fit: see places.", places=places)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Nobody is signed in: 401."""
    del error
    return problem(request, 401, _STRANGER)


@api.exception_handler(HttpError)
def turned_away(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework refuses by itself: a body that is no JSON, a missing CSRF token."""
    return problem(request, error.status_code, str(error))


def problem(request: HttpRequest, status: int, detail: str, **more: object) -> HttpResponse:
    """A problem document (RFC 9457)."""
    response: HttpResponse = api.create_response(
        request, {"title": detail.split(". ", maxsplit=1)[0], "status": status, "detail": detail, **more}, status=status
    )
    response["Content-Type"] = "application/problem+json"
    return response


def _more(refusal: Refusal) -> dict[str, object]:
    if isinstance(refusal, Ambiguity):
        return {"option": refusal.option}
    if isinstance(refusal, StaleRecord):
        return {"yours": refusal.yours, "now": refusal.theirs}
    return {}
