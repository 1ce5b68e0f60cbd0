"""A person's API tokens: those they have, a new one shown once, an end to any of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vitalfew.ground import clock
from vitalfew.trust import tokens
from vitalfew.trust.rights import Right
from vitalfew.trust.tokens import Token, TokenRefused
from vitalfew.web.doorway import Request, actor


@dataclass(frozen=True, slots=True)
class Row:
    """One token in the list; `state` is "living", "revoked" or "expired"."""

    number: int
    owner: str
    name: str
    hint: str
    may: tuple[str, ...]
    until: datetime
    used: date | None
    state: str


@dataclass(frozen=True, slots=True)
class Fresh:
    """A token just made, shown to the one who made it and never again, with an address that it may open."""

    name: str
    secret: str
    address: str
    until: datetime


@require_GET
def tokens_page(request: Request) -> HttpResponse:
    """The person's tokens; for those who may revoke anybody's, everybody else's too."""
    return _page(request)


@require_POST
def make_token(request: Request) -> HttpResponse:
    """Make a token and show it in the answer itself: it is kept nowhere, so no later page could show it."""
    row, secret = tokens.make_token(
        person=request.user,
        name=request.POST.get("name", ""),
        scopes=request.POST.getlist("scope"),
        by=actor(request),
        at=clock.now(),
        lifetime=_lifetime(request.POST.get("days", "")),
    )
    return _page(request, Fresh(row.name, secret, _address(request, _readable(row)), row.expires_at))


@require_POST
def revoke_token(request: Request, number: int) -> HttpResponse:
    """End a token at once."""
    row = tokens.revoke_token(token=number, by=actor(request), at=clock.now())
    messages.success(request, _("The token “%(name)s” has ended. Nothing can use it any more.") % {"name": row.name})
    return redirect("tokens")


def in_words(right: Right) -> str:
    """What a scope lets a token do."""
    return {
        Right.READ: _("read accounts and figures"),
        Right.SELF: _("manage your own sign-in"),
        Right.WORK: _("note, answer and promise"),
        Right.REVIEW: _("review key accounts"),
        Right.SELECT: _("designate, release and assign"),
        Right.LEDGER: _("import, undo and refresh"),
        Right.SETTINGS: _("change thresholds and levels"),
        Right.PEOPLE: _("manage people and their roles"),
        Right.AUDIT: _("read the audit trail"),
        Right.PRIVACY: _("export and erase personal data"),
        Right.MARGIN: _("see margins and costs"),
        Right.OPINIONS: _("read opinions about people"),
    }[right]


def _page(request: Request, fresh: Fresh | None = None) -> HttpResponse:
    by, at = actor(request), clock.now()
    mine = tokens.tokens_of(person=request.user, by=by, at=at)
    others = tokens.living_tokens(by=by, at=at) if Right.PEOPLE in by.rights else ()
    rows = [_row(token, at) for token in mine]
    shown = {
        "fresh": fresh,
        "living": [row for row in rows if row.state == "living"],
        "ended": [row for row in rows if row.state != "living"],
        "others": [_row(token, at) for token in others if token.email != request.user.email],
        "scopes": [(right.value, in_words(right)) for right in Right if right in by.rights],
        "days": tokens.LIFETIME.days,
        "most_days": tokens.LONGEST.days,
        "most": tokens.MOST,
    }
    return render(request, "me/tokens.html", shown)


def _row(token: Token, at: datetime) -> Row:
    may = tuple(in_words(right) for right in token.scopes)
    return Row(
        token.number, token.owner, token.name, token.hint, may, token.expires_at, token.last_used_on, token.state(at)
    )


def _lifetime(word: str) -> timedelta:
    if not (word.isascii() and word.isdigit() and len(word) <= 4):
        raise TokenRefused(_("Say for how many days the token is to work. No token was made."))
    return timedelta(days=int(word))


def _readable(token: Token) -> str:
    """A route that the token may open, for the line that shows how; "…" where what it may do is writing alone."""
    places = {Right.READ: "/api/accounts", Right.LEDGER: "/api/refreshes/newest"}
    return next((place for right, place in places.items() if right in token.scopes), "/api/…")


def _address(request: Request, place: str) -> str:
    """The whole address of a route, under the public address where one is set."""
    ours: str = settings.VITALFEW_ADDRESS.rstrip("/")
    return f"{ours}{place}" if ours else request.build_absolute_uri(place)
