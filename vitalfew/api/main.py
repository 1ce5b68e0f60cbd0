"""The API with its routes, its errors as problem documents, and its OpenAPI page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import SessionAuth

from vitalfew import __version__
from vitalfew.api import ledger, rounds, selection
from vitalfew.ground.errors import Ambiguity, Missing, Refusal
from vitalfew.ledger.engines.folder import LedgerBusy
from vitalfew.rounds.refresh import RefreshBusy
from vitalfew.trust.versions import StaleRecord

api = NinjaAPI(
    title="Vital Few",
    version=__version__,
    description="Key account management from the sales ledger to the proof that it paid. Money is in minor units with its currency.",
    auth=SessionAuth(),
    openapi_extra={"openapi": "3.1.0"},
    docs_url="/docs",
)
for _router in (ledger.router, selection.router, rounds.router):
    api.add_router("", _router)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as a problem document: 404, 409 or 422; the detail is the sentence a person would read."""
    status = 422
    if isinstance(refusal, Missing):
        status = 404
    elif isinstance(refusal, LedgerBusy | RefreshBusy | StaleRecord | Ambiguity):
        status = 409
    more = {"option": refusal.option} if isinstance(refusal, Ambiguity) else {}
    return problem(request, status, str(refusal), **more)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A body or query that does not fit: 422 with each place and what is wrong there."""
    places = [{"place": ".".join(str(part) for part in found["loc"]), "wrong": found["msg"]} for found in error.errors]
    return problem(request, 422, "The request does not fit: see places.", places=places)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Nobody is signed in: 401."""
    del error
    return problem(request, 401, "Sign in first: open a sign-in link, then send its session cookie.")


def problem(request: HttpRequest, status: int, detail: str, **more: object) -> HttpResponse:
    """A problem document (RFC 9457)."""
    response: HttpResponse = api.create_response(request, {"title": detail.split(". ")[0], "status": status, "detail": detail, **more}, status=status)
    response["Content-Type"] = "application/problem+json"
    return response
