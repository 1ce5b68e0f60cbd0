"""What is mailed about signing in: the link for a new password, and a word after each change that its owner should know of."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitalfew.trust.models import Person
from vitalfew.trust.post import outbox

# What of allauth's notices we pass on: their template's name, our sentence.
NOTICES = {
    "account/email/password_changed": gettext_lazy("Your password was changed."),
    "account/email/password_set": gettext_lazy("A password was set for you."),
    "account/email/password_reset": gettext_lazy("Your password was set anew by a link sent to this address."),
    "mfa/email/totp_activated": gettext_lazy("Your second factor was switched on."),
    "mfa/email/totp_deactivated": gettext_lazy("Your second factor was switched off."),
    "mfa/email/recovery_codes_generated": gettext_lazy(
        "New recovery codes were made for you; the old ones are worth nothing now."
    ),
    "recovery_code_used": gettext_lazy("One of your recovery codes was used."),
}
_NOBODY = "nobody@example.invalid"


@transaction.atomic
def post_reset(*, person: Person, link: str, at: datetime) -> None:
    """Mail the link for a new password; for an address that nobody has the same work is done and undone.

    `person` is then one without a number, so neither answer nor statements tell who is known here.
    """
    minutes = settings.PASSWORD_RESET_TIMEOUT // 60
    body = render_to_string("signin/mail/reset.txt", {"name": person.name, "link": link, "minutes": minutes})
    outbox.post(
        to=person.email or _NOBODY, subject=_("Set a new password"), body=body, about=f"person:{person.pk}", at=at
    )
    if person.pk is None:
        transaction.set_rollback(True)


def post_notice(*, person: Person, sentence: str, client: str, agent: str, at: datetime) -> None:
    """Tell a person what was changed about their sign-in, and what to do when it was not them."""
    told = {"name": person.name, "sentence": sentence, "client": client, "agent": agent, "at": at}
    body = render_to_string("signin/mail/notice.txt", told)
    outbox.post(to=person.email, subject=sentence.rstrip("."), body=body, about=f"person:{person.pk}", at=at)


def address_of(request: HttpRequest, path: str) -> str:
    """A whole address of this installation: the public one where it is set, since a Host header may be anybody's."""
    public = settings.VITALFEW_ADDRESS.rstrip("/")
    return f"{public}{path}" if public else request.build_absolute_uri(path)


def reset_address(request: HttpRequest, *, owner: str, token: str) -> str:
    """Where a reset link leads."""
    return address_of(request, reverse("account_reset_password_from_key", kwargs={"uidb36": owner, "key": token}))
