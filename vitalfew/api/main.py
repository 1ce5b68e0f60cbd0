"""The API with its routes, its errors as problem documents, and its OpenAPI page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, RawPostDataException, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja.errors import AuthenticationError, HttpError, ValidationError

from vitalfew import __version__
from vitalfew.api import ledger, levels, once, playbook, plays, preconditions, rounds, selection, settings
from vitalfew.api.asked import known_words
from vitalfew.api.bearer import CookieAuth, ScopeLacking, TokenAuth, TokenUnknown, let_in
from vitalfew.api.described import DescribedAPI
from vitalfew.api.parsing import BodyRefused, StrictParser
from vitalfew.api.problems import problem
from vitalfew.api.relationship import behaviour, contacts, evidence, imports, survey
from vitalfew.ground.errors import Ambiguity, Missing, Refusal
from vitalfew.ledger.engines.folder import LedgerBusy
from vitalfew.rounds.refresh import RefreshBusy
from vitalfew.trust.access import Denied
from vitalfew.trust.once import BeingDone
from vitalfew.trust.versions import StaleRecord

View = Callable[..., HttpResponse]
_STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (Missing, 404),
    (Denied, 403),
    (preconditions.PreconditionFailed, 412),
    (StaleRecord, 409),
    (LedgerBusy, 409),
    (RefreshBusy, 409),
    (BeingDone, 409),
    (Ambiguity, 409),
)
_STRANGER = "Sign in first, or send an API token: “Authorization: Bearer vf_…”."


def signed_in(view: View) -> View:
    """The API's own pages, its description and documentation, are for those who are signed in, as its routes are."""

    @wraps(view)
    def guarded(request: HttpRequest, *words: object, **more: object) -> HttpResponse:
        try:
            let_in(request)
        except (HttpError, Refusal) as refusal:
            return api.on_exception(request, refusal)
        return view(request, *words, **more)

    return guarded


api = DescribedAPI(
    title="Vital Few",
    version=__version__,
    description="Key account management from the sales ledger to the proof that it paid. Money is in minor units with its currency.",
    auth=[TokenAuth(), CookieAuth()],  # in this order: whoever sends both acts by the token
    openapi_extra={"openapi": "3.1.0"},
    docs_url="/docs",
    docs_decorator=signed_in,
    parser=StrictParser(),
)
# The last one named is the outermost: the words of a request are looked at before its key, its key before the work.
api.add_decorator(once.first_only)
api.add_decorator(preconditions.named)
api.add_decorator(known_words)
api.add_decorator(once.in_one_transaction, mode="view")
for _room in (
    ledger,
    selection,
    contacts,
    evidence,
    survey,
    imports,
    levels,
    behaviour,
    playbook,
    plays,
    settings,
    rounds,
):
    api.add_router("", _room.router)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as a problem document; the detail is the sentence a person would read.

    A doubt names the option that settles it, a stale edit both values of each field and the ETag of now.
    """
    del request
    response = problem(_status(refusal), str(refusal), **_more(refusal))
    if isinstance(refusal, ScopeLacking):
        response["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{refusal.scope}"'
    if isinstance(refusal, preconditions.PreconditionFailed):
        response["ETag"] = refusal.tag
    if isinstance(refusal, BeingDone | LedgerBusy):
        response["Retry-After"] = "5"
    return response


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What does not fit, with each place and what is wrong there: 400 where a name is unknown, 422 for a wrong value."""
    del request
    places = [{"place": ".".join(str(part) for part in found["loc"]), "wrong": found["msg"]} for found in error.errors]
    unknown_names = any(found["type"] == "extra_forbidden" for found in error.errors)
    return problem(400 if unknown_names else 422, "The request does not fit: see places.", places=places)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Nobody is signed in, or the token is none that works: 401."""
    del request
    wrong = isinstance(error, TokenUnknown)
    response = problem(401, str(error) if wrong else _STRANGER)
    response["WWW-Authenticate"] = 'Bearer error="invalid_token"' if wrong else "Bearer"
    return response


@api.exception_handler(HttpError)
def turned_away(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework refuses by itself, such as a missing CSRF token; why a body cannot be read stands behind it."""
    behind = error.__cause__
    if isinstance(behind, Refusal):
        return refused(request, behind)
    return problem(error.status_code, str(error))


@api.exception_handler(RawPostDataException)
def other_kind(request: HttpRequest, error: RawPostDataException) -> HttpResponse:
    """A form where JSON is wanted: its body was read as a form already, when its CSRF token was looked for."""
    del error
    return refused(request, BodyRefused("Send JSON: the header Content-Type must say application/json.", status=415))


@api.exception_handler(BadRequest)
@api.exception_handler(MultiPartParserError)
@api.exception_handler(SuspiciousOperation)
@api.exception_handler(UnreadablePostError)
def unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    """A form that breaks off, has no boundary, or more fields than anybody fills in."""
    del error
    return refused(request, BodyRefused("The form in the body cannot be read."))


def _status(refusal: Refusal) -> int:
    if isinstance(refusal, BodyRefused):
        return refusal.status
    return next((status for kind, status in _STATUS if isinstance(refusal, kind)), 422)


def _more(refusal: Refusal) -> dict[str, object]:
    if isinstance(refusal, Ambiguity):
        return {"option": refusal.option}
    if isinstance(refusal, StaleRecord):
        return {"yours": refusal.yours, "now": refusal.theirs}
    return {}
