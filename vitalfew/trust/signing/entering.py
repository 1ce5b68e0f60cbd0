"""Through allauth's door by a one-time link: whoever has a second factor is asked for it here as well."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse

from vitalfew.trust.models import Person


def enter(request: HttpRequest, *, person: Person, onward: str) -> HttpResponse:
    """Sign in whom a link named and lead them onward; whoever was signed in here is signed out first."""
    if request.user.is_authenticated:
        get_adapter().logout(request)
    clear_login(request)
    record_authentication(request, person, method="link")
    response: HttpResponse = perform_login(request, person, redirect_url=onward)
    return response
