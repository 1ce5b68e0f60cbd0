"""Who sends a request: a program by its token, or a browser by its session; both pass the permission table here."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.errors import AuthenticationError, HttpError
from ninja.security import HttpBearer, SessionAuth

from vitalfew.api.permissions import admit, needed
from vitalfew.ground import clock
from vitalfew.trust.access import Denied, rights_of
from vitalfew.trust.models import Person
from vitalfew.trust.tokens import Credential, whose_token

_UNKNOWN = "This token is unknown, has expired or was revoked. Make a new one on your own page."
_FORGED = (
    "A request that writes with a session cookie needs the header X-CSRFToken with the value of the csrftoken cookie. "
    "Nothing was changed. Programs send a token instead: “Authorization: Bearer vf_…”."
)


class TokenUnknown(AuthenticationError):
    """A token that does not work; the sentence is the same whatever the reason."""

    def __init__(self) -> None:
        super().__init__(message=_UNKNOWN)


class ScopeLacking(Denied):
    """The person may do this, the token they sent may not."""

    def __init__(self, sentence: str, *, scope: str) -> None:
        super().__init__(sentence)
        self.scope = scope


class TokenAuth(HttpBearer):
    """The header `Authorization: Bearer vf_…`; it needs no CSRF token, since no browser sends it by itself."""

    def __call__(self, request: HttpRequest) -> Credential | None:
        """Nobody where another kind of header stands: a proxy in front may ask for a password of its own.

        The framework's own version would write a header it cannot read into the log.
        """
        kind, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
        return self.authenticate(request, secret.strip()) if kind.lower() == "bearer" else None

    def authenticate(self, request: HttpRequest, token: str) -> Credential:
        """Whom the token acts for. Raises TokenUnknown, also where a session would let the same request in."""
        found = whose_token(secret=token, at=clock.now())
        if found is None:
            raise TokenUnknown
        request.user = found.person
        _admit(request, found)
        return found


class CookieAuth(SessionAuth):
    """The session of a signed-in browser; what writes needs its CSRF token too."""

    def __call__(self, request: HttpRequest) -> Person | None:
        if not isinstance(request.user, Person):  # a stranger is told to sign in, not that a CSRF token lacks
            return None
        try:
            super().__call__(request)
        except HttpError:
            raise HttpError(403, _FORGED) from None
        admit(request, name=request.user.name, rights=rights_of(request.user))
        return request.user


_WAYS = (TokenAuth(), CookieAuth())


def let_in(request: HttpRequest) -> None:
    """Let a request pass to what is no route of the framework's. Raises AuthenticationError, HttpError or Denied."""
    if not any(way(request) for way in _WAYS):
        raise AuthenticationError


def _admit(request: HttpRequest, found: Credential) -> None:
    """Pass the permission table: first the person, whom an administrator can help, then the token."""
    right = needed(request)
    # Whom a token acts for is narrowed to its scopes: whether the person may is asked of their whole record.
    whole = found.person if right in found.scopes else Person.objects.get(pk=found.person.pk)
    admit(request, name=whole.name, rights=rights_of(whole))
    if right not in found.scopes:
        raise ScopeLacking(
            f"The token “{found.name}” may not do this: it was made without the scope “{right}”. Nothing was changed. "
            "Make one that has it on your own page.",
            scope=right,
        )
