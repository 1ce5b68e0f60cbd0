"""The second factor: switch it on with an app, off again, recovery codes for the day the phone is lost."""

from __future__ import annotations

from urllib.parse import quote

from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from vitalfew.trust.signing import noting
from vitalfew.web.doorway import Request

_GROUP = 4  # signs of the secret between two blanks


class _Activate(ActivateTOTPView):  # type: ignore[misc]
    template_name = "me/second_factor_on.html"

    def get_context_data(self, **more: object) -> dict[str, object]:
        told: dict[str, object] = super().get_context_data(**more)
        secret = told["form"].secret  # type: ignore[attr-defined]
        return told | {"secret": " ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP))}

    @transaction.atomic
    def form_valid(self, form: Form) -> HttpResponse:
        noting.second_factor(self.request, self.request.user, "on")
        response: HttpResponse = super().form_valid(form)
        return response


class _Deactivate(DeactivateTOTPView):  # type: ignore[misc]
    template_name = "me/second_factor_off.html"

    @transaction.atomic
    def form_valid(self, form: Form) -> HttpResponse:
        noting.second_factor(self.request, self.request.user, "off")
        response: HttpResponse = super().form_valid(form)
        return response


class _Generate(GenerateRecoveryCodesView):  # type: ignore[misc]
    template_name = "me/new_codes.html"

    @transaction.atomic
    def form_valid(self, form: Form) -> HttpResponse:
        noting.second_factor(self.request, self.request.user, "new recovery codes")
        response: HttpResponse = super().form_valid(form)
        return response


class _Codes(ViewRecoveryCodesView):  # type: ignore[misc]
    template_name = "me/codes.html"

    def get_context_data(self, **more: object) -> dict[str, object]:
        told: dict[str, object] = super().get_context_data(**more)
        codes = told["unused_codes"]
        assert isinstance(codes, list)
        words = _("Recovery codes for Vital Few, %(email)s. Each works once.") % {"email": self.request.user.email}
        return told | {"file": quote("\n".join([words, "", *codes, ""]))}


@never_cache
def activate(request: Request) -> HttpResponse:
    """Scan a picture, type the first code."""
    response: HttpResponse = _Activate.as_view()(request)
    return response


@never_cache
def deactivate(request: Request) -> HttpResponse:
    """Do without."""
    response: HttpResponse = _Deactivate.as_view()(request)
    return response


@never_cache
def codes(request: Request) -> HttpResponse:
    """The recovery codes, shown once."""
    response: HttpResponse = _Codes.as_view()(request)
    return response


@never_cache
def new_codes(request: Request) -> HttpResponse:
    """Make new recovery codes; the old ones are worth nothing then."""
    response: HttpResponse = _Generate.as_view()(request)
    return response
