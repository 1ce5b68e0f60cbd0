"""Passwords: changed by their owner, or set anew by the link in a mail; both end what was open under the old one."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction

from vitalfew.trust import audit, links
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person
from vitalfew.trust.signing import one_time as signin
from vitalfew.trust.signing import sessions


class ResetTokens(PasswordResetTokenGenerator):
    """What stands in a reset link: dead after an hour, after a sign-in, with the password, and for one switched off."""

    key_salt = "vitalfew.trust.signing.passwords.ResetTokens"

    def check_token(self, user: Person | None, token: str | None) -> bool:
        """True for a token of an active person that holds still."""
        return user is not None and user.is_active and super().check_token(user, token)


@transaction.atomic
def change(*, person: Person, password: str, here: str | None, by: Actor, at: datetime) -> None:
    """Set a person's password, for the first time or anew; every session but the one with key `here` ends."""
    had = person.has_usable_password()
    after = _set(person, password, here, at)
    audit.record(
        by=by,
        at=at,
        verb="trust.change_password",
        target=f"person:{person.pk}",
        before={"password": had},
        after=after,
    )


@transaction.atomic
def reset(*, person: Person, password: str, by: Actor, at: datetime) -> None:
    """Set a person's password anew because they hold the link that was mailed to them; every session ends."""
    after = {"state": "set", **_set(person, password, None, at)}
    audit.record(by=by, at=at, verb="trust.reset_password", target=f"person:{person.pk}", after=after)


def _set(person: Person, password: str, here: str | None, at: datetime) -> dict[str, object]:
    person.set_password(password)
    person.save(update_fields=["password"])
    ended = sessions.forget(person=person, but=here)
    revoked = links.revoke(holder=f"person:{person.pk}", purpose=signin.PURPOSE, at=at)
    return {"password": True, "sessions_ended": ended, "links_revoked": revoked}
