"""The second factor: codes of an app on one's phone, each taken once, recovery codes, and secrets sealed where they lie."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from vitalfew.ground.errors import Refusal
from vitalfew.trust import access, audit
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person
from vitalfew.trust.rights import Right


class SealBroken(Refusal):
    """A second factor was sealed with another secret key than this installation's."""


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's, with our name in the app, our words, and secrets that a copy of the database does not give away."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or was used already. Wait for the next one.")
    }

    def get_totp_issuer(self) -> str:
        """The name that the app on the phone shows."""
        return "Vital Few"

    def encrypt(self, text: str) -> str:
        """Seal a secret with this installation's key."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` sealed."""
        try:
            return _seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise SealBroken(
                "This second factor was sealed with another secret.key. Put that key back, or switch it off: vitalfew people no-code EMAIL."
            ) from None


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """Whether a person has one, since when, and how many recovery codes are left."""

    since: datetime | None
    codes_left: int

    @property
    def on(self) -> bool:
        """True when a code is asked for at each sign-in."""
        return self.since is not None


def state_of(person: Person) -> SecondFactor:
    """The second factor of a person."""
    rows = {row.type: row for row in Authenticator.objects.filter(user=person)}
    totp, codes = rows.get(Authenticator.Type.TOTP), rows.get(Authenticator.Type.RECOVERY_CODES)
    used = codes.data["used_mask"].bit_count() if codes else 0
    left = app_settings.RECOVERY_CODE_COUNT - used if codes else 0
    return SecondFactor(since=totp.created_at if totp else None, codes_left=left)


def was_used(person: Person, code: str) -> bool:
    """True for a code of this person that was taken while it still would be right."""
    return cache.get(_name(person, code)) is not None


def use_up(person: Person, code: str) -> bool:
    """Take a code once: False when somebody was quicker. allauth forgets after one period, but takes a code for three."""
    periods = 2 * app_settings.TOTP_TOLERANCE + 1
    return bool(cache.add(_name(person, code), 1, timeout=periods * app_settings.TOTP_PERIOD))


@transaction.atomic
def take_off(*, person: Person, by: Actor, at: datetime) -> bool:
    """Switch off the second factor of somebody who lost phone and recovery codes; by whoever looks after people. False: there was none."""
    access.allow(by, Right.PEOPLE)
    found = Authenticator.objects.filter(user=person).delete()[0]
    if found:
        told = {"state": "off", "by": "administrator"}
        audit.record(by=by, at=at, verb="trust.change_second_factor", target=f"person:{person.pk}", after=told)
    return bool(found)


def _name(person: Person, code: str) -> str:
    digits = "".join(sign for sign in code if sign.isalnum())
    digest = salted_hmac("vitalfew.signing.code", f"{person.pk}:{digits}", algorithm="sha256").hexdigest()
    return f"code-used:{digest}"


def _seal() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in _keys()])


def _keys() -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        digest = salted_hmac("vitalfew.signing.second_factor", "", secret=secret, algorithm="sha256").digest()
        yield urlsafe_b64encode(digest)
