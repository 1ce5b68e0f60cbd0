"""Signed links: one kind for all who come without a session, bound to one holder and one purpose, until a day, an end or their use."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import Q

from vitalfew.ground.errors import Refusal
from vitalfew.trust.models import SignedLink


class LinkRefused(Refusal):
    """This link was used already, was taken back, has expired or never existed. Ask whoever sent it for a new one."""


def make(
    *, holder: str, purpose: str, by: str, at: datetime, lifetime: timedelta, subject: str = "", once: bool = False
) -> str:  # fmt: skip
    """A fresh token for `holder` ("person:3", "contact:17") and one purpose; only its digest is stored.

    Call it inside an operation, which notes it in the audit trail.
    """
    token = secrets.token_urlsafe(32)
    SignedLink.objects.create(
        digest=_digest(token), holder=holder, purpose=purpose, subject=subject, once=once, made_at=at, made_by=by, expires_at=at + lifetime
    )  # fmt: skip
    return token


def read(*, token: str, purpose: str, at: datetime) -> SignedLink:
    """The link of a token, if it holds for this purpose now; reading changes nothing, since mail scanners open links too.

    Raises LinkRefused with one sentence whatever the reason, so that nothing can be learnt by trying.
    """
    link = SignedLink.objects.filter(_holds(at), digest=_digest(token), purpose=purpose).first()
    if link is None:
        raise LinkRefused(str(LinkRefused.__doc__))
    return link


def use(*, token: str, purpose: str, at: datetime) -> SignedLink:
    """Read a link and note its use; one that works once is used up, also where two come at the same moment."""
    link = read(token=token, purpose=purpose, at=at)
    rows = SignedLink.objects.filter(_holds(at), pk=link.pk)
    if not rows.update(used_at=at):
        raise LinkRefused(str(LinkRefused.__doc__))
    link.used_at = at
    return link


def revoke(*, holder: str, at: datetime, purpose: str = "", subject: str = "") -> int:
    """Take back every link of a holder that still holds, or those of one purpose or subject; how many there were."""
    rows = SignedLink.objects.filter(_holds(at), holder=holder)
    rows = rows.filter(purpose=purpose) if purpose else rows
    return (rows.filter(subject=subject) if subject else rows).update(revoked_at=at)


def _holds(at: datetime) -> Q:
    return Q(revoked_at=None, expires_at__gte=at) & (Q(once=False) | Q(used_at=None))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
