"""Sign in: by password, by a link that works once, with a code where a second factor is on; a forgotten password; out."""

from __future__ import annotations

from collections.abc import Mapping

from allauth.account.adapter import get_adapter
from allauth.account.views import (
    LoginView,
    LogoutView,
    PasswordResetDoneView,
    PasswordResetFromKeyDoneView,
    PasswordResetFromKeyView,
    PasswordResetView,
)
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vitalfew.ground import clock
from vitalfew.trust.links import LinkRefused
from vitalfew.trust.signing import entering, limits
from vitalfew.trust.signing import one_time as links
from vitalfew.web.doorway import refused, turned_away

_ONWARD = "onward"  # where the person wanted to go before they were asked to sign in
_GONE = 410
_login = LoginView.as_view(template_name="signin/signin.html")
_forgotten = PasswordResetView.as_view(template_name="signin/forgotten.html")
_sent = PasswordResetDoneView.as_view(template_name="signin/sent.html")
_anew = PasswordResetFromKeyView.as_view(template_name="signin/anew.html")
_set = PasswordResetFromKeyDoneView.as_view(template_name="signin/set.html")
_code = AuthenticateView.as_view(template_name="signin/code.html")
# What is counted behind each address whose limit allauth sees to.
_COUNTED: Mapping[str, str] = {
    "signin": "login",
    "account_reset_password": "reset_password",
    "account_reset_password_from_key": "reset_password_from_key",
    "account_change_password": "change_password",
    "account_set_password": "change_password",
    "account_reauthenticate": "reauthenticate",
    "mfa_reauthenticate": "reauthenticate",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """E-mail address and password; where the person wanted to go is kept, also for a link opened instead."""
    response: HttpResponse = _login(request)
    onward = request.GET.get("next", "")
    if request.method == "GET" and not request.user.is_authenticated and _ours(onward):
        response.set_signed_cookie(
            _ONWARD, onward, max_age=3600, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def use(request: HttpRequest, token: str) -> HttpResponse:
    """Say whom the link signs in and change nothing; a POST uses it up and goes on like any sign-in."""
    try:
        if request.method != "POST":
            return render(request, "signin/use.html", {"person": links.whose_link(token=token, at=clock.now()).name})
        limits.spend(request, action="use_link")
        person = links.use_link(token=token, at=clock.now())
    except LinkRefused as refusal:
        return refused(request, str(refusal), status=_GONE)
    onward = request.get_signed_cookie(_ONWARD, default="", max_age=3600) or ""
    response = entering.enter(request, person=person, onward=onward if _ours(onward) else reverse("portfolio"))
    response.delete_cookie(_ONWARD)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step: the code of an app, or a recovery code."""
    response: HttpResponse = _code(request)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link that sets a new password; the answer is the same whoever asks for whom."""
    response: HttpResponse = _forgotten(request)
    return response


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What happens next, if the address is known."""
    response: HttpResponse = _sent(request)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def anew(request: HttpRequest, uidb36: str, key: str) -> HttpResponse:
    """The link of the mail: set a new password."""
    response: HttpResponse = _anew(request, uidb36=uidb36, key=key)
    return response


@require_safe
def password_set(request: HttpRequest) -> HttpResponse:
    """The new password is set: sign in with it."""
    response: HttpResponse = _set(request)
    return response


@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    """End the session, or a sign-in that waits for its code."""
    response: HttpResponse = LogoutView.as_view()(request)
    return response if response.status_code == 302 else redirect("signin")


def too_many(request: HttpRequest) -> HttpResponse:
    """allauth counted one try too many: the page says when it may be tried again."""
    name = (request.resolver_match.url_name if request.resolver_match else None) or ""
    email = request.POST.get("email", "").strip().lower()
    seconds = limits.wait(request, action=_COUNTED.get(name, "login"), key=email or None)
    return turned_away(request, limits.TooManyTries(seconds))


def _ours(address: str) -> bool:
    return bool(get_adapter().is_safe_url(address))
