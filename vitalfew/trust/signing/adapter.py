"""Where allauth asks how things are done here: who comes in, what is counted, noted, mailed and said."""

from __future__ import annotations

from typing import Any, override

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from vitalfew.ground import clock
from vitalfew.trust.models import Person
from vitalfew.trust.signing import backend, limits, mail, noting
from vitalfew.trust.signing.one_time import SigninOff

_SAID = {
    "account/messages/password_changed.txt": _("Your password is changed. Everywhere else you are signed out."),
    "account/messages/password_set.txt": _("Your password is set. From now on you can sign in with it."),
    "mfa/messages/totp_activated.txt": _("The second factor is on. From now on a code is asked for at each sign-in."),
    "mfa/messages/totp_deactivated.txt": _("The second factor is off."),
}


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's ways with people, as this house has them."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This e-mail address and password do not belong together."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: people are added by an administrator."""
        del request
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Pages answer as pages."""
        del request
        return False

    def is_safe_url(self, url: str) -> bool:
        """True for an address of this installation, written as a path, so that no link leads elsewhere after signing in."""
        request = context.request
        return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None, require_https=request.is_secure())

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try against the client's address and the person's."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            raise limits.TooManyTries(limits.wait(request, action="login_failed", key=key)) from None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By address alone: allauth adds the Host header, and another port in it would give fresh tries."""
        del request
        return str(credentials.get("email", "")).strip().lower()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note who was tried."""
        address = credentials.get("email", "")
        noting.failed(request, person=backend.find(address), address=address, step="password")

    @transaction.atomic
    def login(self, request: HttpRequest, user: Person) -> None:
        """All steps are done: note it and open the session."""
        if not user.is_active:  # switched off between the password and the code
            raise SigninOff(_("%(name)s is switched off and cannot sign in.") % {"name": user.name})
        noting.signed_in(request, user)
        super().login(request, user)
        if not user.has_usable_password():
            messages.info(request, _("You have no password yet. You can set one on your own page: press your name."))

    @transaction.atomic
    def logout(self, request: HttpRequest) -> None:
        """Note it and close the session."""
        if isinstance(request.user, Person):
            noting.signed_out(request, request.user)
            UserSession.objects.filter(session_key=request.session.session_key).delete()
        super().logout(request)

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        """Whoever is switched off stands at the door again."""
        del request, user
        return redirect("signin")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own page."""
        del request
        return reverse("me")

    def get_reauthentication_methods(self, user: Person) -> list[dict[str, Any]]:
        """With a second factor on only a code will do: a password alone must not switch it off."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method for method in methods if method["id"] == "mfa_reauthenticate"] or methods

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:  # fmt: skip
        """Tell a person of a change to their sign-in, through the outbox."""
        del context, email
        sentence, agent = str(mail.NOTICES[template_prefix]), self.get_http_user_agent(self.request)[:200]
        client = self.get_client_ip(self.request)
        mail.post_notice(person=user, sentence=sentence, client=client, agent=agent, at=clock.now())

    @override
    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:  # fmt: skip
        """Say what was done in our words; what needs no words gets none."""
        del message_context, extra_tags
        words = message or _SAID.get(message_template or "")
        if words:
            messages.add_message(request, level, str(words))
