"""Sign in by a one-time link: opening it shows a button, pressing the button signs in. Sign out."""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vitalfew.ground import clock
from vitalfew.trust import signin as links
from vitalfew.trust.links import LinkRefused
from vitalfew.web.doorway import refused

_ONWARD = "onward"  # where the person wanted to go before they were asked to sign in
_BACKEND = "vitalfew.trust.signin.LinkBackend"
_GONE = 410


@never_cache
@require_safe
def signin(request: HttpRequest) -> HttpResponse:
    """How to get a sign-in link; where the person wanted to go is kept for after it."""
    if request.user.is_authenticated:
        return redirect("portfolio")
    response = render(request, "signin/signin.html")
    if _ours(request, request.GET.get("next", "")):
        response.set_signed_cookie(
            _ONWARD,
            request.GET["next"],
            max_age=3600,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def use(request: HttpRequest, token: str) -> HttpResponse:
    """Say whom the link signs in and change nothing; a POST uses it up and signs in."""
    try:
        if request.method != "POST":
            return render(request, "signin/use.html", {"person": links.whose_link(token=token, at=clock.now()).name})
        person = links.use_link(token=token, at=clock.now(), request_id=request.request_id)  # type: ignore[attr-defined]
    except LinkRefused as refusal:
        return refused(request, str(refusal), status=_GONE)
    auth.login(request, person, backend=_BACKEND)
    onward = request.get_signed_cookie(_ONWARD, default="", max_age=3600) or ""
    response = redirect(onward if _ours(request, onward) else reverse("portfolio"))
    response.delete_cookie(_ONWARD)
    return response


@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    auth.logout(request)
    return redirect("signin")


def _ours(request: HttpRequest, address: str) -> bool:
    """True for an address of this installation, so that no link leads elsewhere after signing in."""
    return bool(address) and url_has_allowed_host_and_scheme(
        address, allowed_hosts=None, require_https=request.is_secure()
    )
