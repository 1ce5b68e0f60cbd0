"""allauth's forms where this house is stricter: a code is taken once, a failure is noted, a reset tells nobody who is known."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, ResetPasswordForm, ResetPasswordKeyForm, SetPasswordForm
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context, ratelimit
from allauth.mfa.adapter import get_adapter as get_factors
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from vitalfew.ground import clock
from vitalfew.trust.actors import person_actor
from vitalfew.trust.models import Person
from vitalfew.trust.signing import backend, limits, mail, noting, passwords, second_factor


class _Once:
    """A code is looked at when there are tries left, is right once, and is noted when it is wrong."""

    user: Person
    authenticator: Authenticator
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        """The code, when it is right for the first time."""
        limits.look(context.request, action="login_failed", key=f"mfa-auth-user-{self.user.pk}")
        try:
            code = self._right_code()
        except ValidationError:
            noting.failed(context.request, person=self.user, step="code")
            raise
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            left = second_factor.state_of(self.user).codes_left
            noting.second_factor(context.request, self.user, "recovery code used", left=left)
            get_adapter().send_notification_mail("recovery_code_used", self.user)
        return code

    def _right_code(self) -> str:
        if second_factor.was_used(self.user, self.cleaned_data["code"]):
            raise get_factors().validation_error("incorrect_code")
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not second_factor.use_up(self.user, code):
            raise get_factors().validation_error("incorrect_code")
        return code


class CodeForm(_Once, AuthenticateForm):  # type: ignore[misc]
    """The second step of a sign-in."""


class SureForm(_Once, ReauthenticateForm):  # type: ignore[misc]
    """A code before something that matters."""


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app, which does not sign in again."""

    def clean_code(self) -> str:
        """The code, used up."""
        limits.look(context.request, action="login_failed", key=f"mfa-auth-user-{self.user.pk}")
        code: str = super().clean_code()
        second_factor.use_up(self.user, code)
        return code


class ChangeForm(ChangePasswordForm):  # type: ignore[misc]
    """The old password and a new one; the old one is counted and noted as at the door."""

    def clean_oldpassword(self) -> str:
        """The password, when it is this person's."""
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password

    def save(self) -> None:
        """Set the new one."""
        _change(self.user, self.cleaned_data["password1"])


class SetForm(SetPasswordForm):  # type: ignore[misc]
    """The first password."""

    def save(self) -> None:
        """Set it."""
        _change(self.user, self.cleaned_data["password1"])


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]
    """An address; who has it gets a mail, and nobody else learns whether somebody has it."""

    def clean_email(self) -> str:
        """The address as it was typed."""
        self.person = backend.find(self.cleaned_data["email"])
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **more: object) -> str:
        """Note the wish and mail the link; for nobody the same work is done and undone."""
        del more
        email: str = self.cleaned_data["email"]
        noting.reset_asked(request, person=self.person, address=email)
        person = self.person or Person(name="", email="")
        owner = user_pk_to_url_str(person) if person.pk else "0"
        link = mail.reset_address(request, owner=owner, token=passwords.ResetTokens().make_token(person))
        mail.post_reset(person=person, link=link, at=clock.now())
        return email


class AnewForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password of somebody who opened the link in their mail."""

    def save(self) -> None:
        """Set it; what was counted against the person is forgiven."""
        by = person_actor(self.user, door="web", request_id=context.request.request_id)
        passwords.reset(person=self.user, password=self.cleaned_data["password1"], by=by, at=clock.now())
        ratelimit.clear(context.request, action="login_failed", key=self.user.email.lower())


def _change(person: Person, password: str) -> None:
    request = context.request
    by = person_actor(person, door="web", request_id=request.request_id)
    passwords.change(person=person, password=password, here=request.session.session_key, by=by, at=clock.now())
