"""One's own page: who one is here, the password, the second factor, and where one is signed in."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.account.views import PasswordChangeView, PasswordSetView, ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeReauthenticateView
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vitalfew.ground import clock
from vitalfew.trust import access
from vitalfew.trust.rights import Role
from vitalfew.trust.signing import second_factor, sessions
from vitalfew.web.doorway import Request, actor
from vitalfew.web.pages.me_words import device, may

_change = PasswordChangeView.as_view(template_name="me/password.html")
_first = PasswordSetView.as_view(template_name="me/password.html")
_sure = ReauthenticateView.as_view(template_name="me/sure.html")
_sure_code = CodeReauthenticateView.as_view(template_name="me/sure.html")


@require_safe
def me(request: Request) -> HttpResponse:
    """Name, role and what it lets one do; password, second factor, sessions."""
    person = request.user
    here = sessions.sessions_of(person=person, here=request.session.session_key, at=clock.now())
    told = {
        "role": Role(person.role).label,
        "may_do": may(access.rights_of(person)),
        "sees_all": access.sees_everything(person),
        "password": person.has_usable_password(),
        "factor": second_factor.state_of(person),
        "sessions": [(session, device(session.agent)) for session in here],
    }
    return render(request, "me/me.html", told)


@never_cache
def change_password(request: Request) -> HttpResponse:
    """The old password and a new one; whoever has none yet sets their first."""
    response: HttpResponse = _change(request)
    return response


@never_cache
def first_password(request: Request) -> HttpResponse:
    """The first password. With a second factor on, a code comes before it; a password never waits in the session for that."""
    if request.method == "POST" and not did_recently_reauthenticate(request):
        return redirect("account_set_password")
    response: HttpResponse = reauthentication_required(_first, app="allauth.account")(request)
    return response


@never_cache
def sure_by_password(request: Request) -> HttpResponse:
    """The password again, before something that matters."""
    response: HttpResponse = _sure(request)
    return response


@never_cache
def sure_by_code(request: Request) -> HttpResponse:
    """A code, before something that matters."""
    response: HttpResponse = _sure_code(request)
    return response


@require_POST
def end_session(request: Request, session: int) -> HttpResponse:
    """End one of one's sessions."""
    sessions.end(person=request.user, number=session, by=actor(request), at=clock.now())
    messages.success(request, _("That session has ended."))
    return redirect(reverse("me") + "#sessions")


@require_POST
def end_sessions(request: Request) -> HttpResponse:
    """End one's other sessions, or with `all` this one too."""
    everywhere = request.POST.get("all") == "1"
    here = None if everywhere else request.session.session_key
    ended = sessions.end_others(person=request.user, here=here, by=actor(request), at=clock.now())
    if everywhere:
        request.session.flush()
        return redirect("signin")
    told = ngettext("%(count)d other session has ended.", "%(count)d other sessions have ended.", ended)
    messages.success(request, told % {"count": ended})
    return redirect(reverse("me") + "#sessions")
